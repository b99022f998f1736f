/* gzip of whole bodies (RFC 1952). Thread-safe, a deflater by one thread at a time. */
#ifndef OCC_GZIP_H
#define OCC_GZIP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "proto/arena.h"
#include "proto/status.h"

/* What compresses; costly to make, so it is kept and used again. */
struct gzip;

/* NULL: no memory. */
struct gzip *gzip_new(void);
void gzip_free(struct gzip *gzip); /* NULL is allowed */

/* Compresses into memory that the caller frees. NULL: no memory, or it would not become smaller. */
char *gzip_compress(struct gzip *gzip, const char *bytes, size_t length, size_t *ret_length);

/* Expands to at most bytes_max, in the arena.
 * INVALID_ARGUMENT: not gzip, cut, or something follows it; RESOURCE_EXHAUSTED: it becomes larger. */
enum occupare_code gzip_expand(struct occ_arena *arena, const uint8_t *bytes, size_t length, size_t bytes_max,
    uint8_t **ret, size_t *ret_length, struct occupare_status *st) OCC_MUST_CHECK;

#endif
