/* A JSON file as occupare-store imports it: read, checked, joined and reported, without a store; and its occupations as the
 * layers of one record. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "proto/json.h"
#include "store/check.h"
#include "store/import/import.h"
#include "store/layers.h"

#define LAYERS_MAX 3

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct layers {
	struct occ_arena arena;
	Occupare__V1__Occupation *records[LAYERS_MAX];
	size_t count;
};

/* Keeps a copy: the message given lives until the next one. */
static enum occupare_code
keep(void *data, size_t list, size_t index, ProtobufCMessage *message, struct occupare_status *st)
{
	struct layers *layers = data;
	struct occupare_status ignored;
	size_t length = protobuf_c_message_get_packed_size(message);
	uint8_t *packed;

	(void)index;
	(void)st;
	if (list != 0 || layers->count == LAYERS_MAX ||
	    check_occupation((Occupare__V1__Occupation *)message, false, &ignored) != OCCUPARE_OK)
		return OCCUPARE_OK;
	packed = occ_arena_alloc(&layers->arena, length);
	protobuf_c_message_pack(message, packed);
	layers->records[layers->count] = occupare__v1__occupation__unpack(&layers->arena.allocator, length, packed);
	layers->count += layers->records[layers->count] != NULL;
	return OCCUPARE_OK;
}

/* The difference of two merged records, put above the second, gives the first. */
static void
check_law(struct layers *layers)
{
	Occupare__Store__V1__Layer stored[LAYERS_MAX];
	const Occupare__Store__V1__Layer *list[LAYERS_MAX];
	Occupare__V1__Occupation *given, *below, *merged;

	for (size_t i = 0; i < layers->count; i++) {
		occupare__store__v1__layer__init(&stored[i]);
		stored[i].occupation = layers->records[i];
		list[i] = &stored[i];
	}
	if (layers->count == 0 || (given = layers_merge(&layers->arena, list, 1)) == NULL)
		return;
	below = layers_merge(&layers->arena, list + 1, layers->count - 1);
	list[0] = layers_difference(&layers->arena, given, below);
	merged = layers_merge(&layers->arena, list, layers->count);
	if (merged == NULL ||
	    occupare__v1__occupation__get_packed_size(merged) != occupare__v1__occupation__get_packed_size(given))
		abort();
}

static void
layer_records(const uint8_t *data, size_t size)
{
	static const struct occ_json_list lists[] = {
		{ "occupations", &occupare__v1__occupation__descriptor },
	};
	struct layers layers = { 0 };
	struct occupare_status st;
	struct occ_arena arena;
	enum occupare_code code;

	occ_arena_init(&arena, 1 << 12, 1 << 22);
	occ_arena_init(&layers.arena, 1 << 12, 1 << 22);
	code = occ_json_each(&arena, (const char *)data, size, lists, 1, keep, &layers, &st);
	if (code == OCCUPARE_OK)
		check_law(&layers);
	occ_arena_fini(&layers.arena);
	occ_arena_fini(&arena);
}

static void
import_file(const uint8_t *data, size_t size)
{
	struct import_options options = { .directory = "/nonexistent/store", .dry_run = true };
	int fd = memfd_create("import", MFD_CLOEXEC);
	struct import_result result;
	struct occupare_status st;
	char path[64];
	const char *const paths[] = { path };
	enum occupare_code code;

	if (fd < 0 || write(fd, data, size) != (ssize_t)size)
		abort();
	snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
	options.messages = fopen("/dev/null", "w");
	code = import_run(&import_formats[0], paths, 1, &options, &result, &st);
	if ((code == OCCUPARE_OK) != (result.refused == 0))
		abort();
	if (options.messages != NULL)
		fclose(options.messages);
	close(fd);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	import_file(data, size);
	layer_records(data, size);
	return 0;
}
