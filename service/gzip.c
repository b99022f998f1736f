#include "service/gzip.h"

#include <stdlib.h>
#include <string.h>

#include <zlib.h>

#define WINDOW_BITS (15 + 16) /* 16: with gzip's head and tail */
#define MEMORY_LEVEL 8
#define LEVEL 5 /* beyond it JSON and HTML hardly get smaller, and take longer */
#define FIRST_BYTES ((size_t)16 << 10)

struct gzip {
	z_stream stream;
};

struct gzip *
gzip_new(void)
{
	struct gzip *gzip = calloc(1, sizeof *gzip);

	if (gzip == NULL ||
	    deflateInit2(&gzip->stream, LEVEL, Z_DEFLATED, WINDOW_BITS, MEMORY_LEVEL, Z_DEFAULT_STRATEGY) != Z_OK) {
		free(gzip);
		return NULL;
	}
	return gzip;
}

void
gzip_free(struct gzip *gzip)
{
	if (gzip == NULL)
		return;
	deflateEnd(&gzip->stream);
	free(gzip);
}

char *
gzip_compress(struct gzip *gzip, const char *bytes, size_t length, size_t *ret_length)
{
	z_stream *stream = &gzip->stream;
	char *out = malloc(length);

	if (out == NULL || length > UINT32_MAX || deflateReset(stream) != Z_OK) {
		free(out);
		return NULL;
	}
	stream->next_in = (Bytef *)bytes;
	stream->avail_in = (uInt)length;
	stream->next_out = (Bytef *)out;
	stream->avail_out = (uInt)length;
	if (deflate(stream, Z_FINISH) != Z_STREAM_END) {
		free(out);
		return NULL;
	}
	*ret_length = stream->total_out;
	return out;
}

/* Memory doubles as bytes come out, so that a small body that claims much takes little. */
static int
expand(struct occ_arena *arena, z_stream *stream, size_t bytes_max, uint8_t **out)
{
	size_t size = FIRST_BYTES < bytes_max ? FIRST_BYTES : bytes_max;
	uint8_t *larger;
	int rc;

	*out = occ_arena_alloc(arena, size + 1);
	stream->next_out = *out;
	stream->avail_out = (uInt)size + 1; /* one more than allowed tells that it is too large */
	for (;;) {
		rc = inflate(stream, Z_NO_FLUSH);
		if (rc != Z_OK || stream->avail_out > 0 || size == bytes_max)
			return rc;
		size = size > bytes_max / 2 ? bytes_max : size * 2;
		larger = occ_arena_alloc(arena, size + 1);
		memcpy(larger, *out, stream->total_out);
		*out = larger;
		stream->next_out = larger + stream->total_out;
		stream->avail_out = (uInt)(size + 1 - stream->total_out);
	}
}

enum occupare_code
gzip_expand(struct occ_arena *arena, const uint8_t *bytes, size_t length, size_t bytes_max, uint8_t **ret,
    size_t *ret_length, struct occupare_status *st)
{
	z_stream stream = { .next_in = (Bytef *)bytes, .avail_in = (uInt)length };
	uint8_t *out;
	int rc;

	if (length > UINT32_MAX || bytes_max >= UINT32_MAX || inflateInit2(&stream, WINDOW_BITS) != Z_OK)
		return occupare_fail(st, OCCUPARE_RESOURCE_EXHAUSTED, NULL, "no memory to expand the request");
	rc = expand(arena, &stream, bytes_max, &out);
	inflateEnd(&stream);
	if (stream.total_out > bytes_max) {
		occupare_fail(st, OCCUPARE_RESOURCE_EXHAUSTED, NULL,
		    "the request expands to more than %zu bytes; no more are taken", bytes_max);
		occupare_status_reason(st, "REQUEST_TOO_LARGE");
		return st->code;
	}
	if (rc != Z_STREAM_END || stream.avail_in > 0) {
		occupare_fail(
		    st, OCCUPARE_INVALID_ARGUMENT, NULL, "the body of the request is not one whole gzip stream");
		occupare_status_reason(st, "MALFORMED_REQUEST");
		return st->code;
	}
	*ret = out;
	*ret_length = stream.total_out;
	return OCCUPARE_OK;
}
