/* A bounded bump allocator: all that is decoded, computed and rendered for one call lives in its arena and goes at
 * once.  Used by one thread at a time. */
#ifndef OCC_ARENA_H
#define OCC_ARENA_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>

#include <protobuf-c/protobuf-c.h>

#define OCC_MUST_CHECK __attribute__((warn_unused_result))

struct occ_arena_block;

struct occ_arena {
	/* For protobuf-c's unpack functions: foreign bytes decide how much they ask for, so past bytes_max this one
	 * answers NULL and the unpack fails cleanly.  Its free does nothing. */
	ProtobufCAllocator allocator;
	struct occ_arena_block *blocks; /* newest first */
	size_t bytes;                   /* handed out since the last reset */
	size_t bytes_kept;              /* size of the block that a reset keeps */
	size_t bytes_max;
	bool exhausted; /* the allocator answered NULL since the last reset */
};

/* Makes an empty arena. It keeps its address: do not copy it.
 * bytes_kept: kept over resets, to be allocated on first use; bytes_max: what foreign bytes may ask for. */
void occ_arena_init(struct occ_arena *arena, size_t bytes_kept, size_t bytes_max);

/* Frees everything. The arena may be used again only after occ_arena_init. */
void occ_arena_fini(struct occ_arena *arena);

/* Forgets everything handed out, keeping at most bytes_kept of memory. */
void occ_arena_reset(struct occ_arena *arena);

/* Memory, uninitialised, aligned for any type; lives until reset.  Never NULL: what our own code asks for is bounded by
 * what foreign bytes were allowed to ask for, so only a machine without memory fails here, and then the process ends. */
void *occ_arena_alloc(struct occ_arena *arena, size_t size) __attribute__((malloc, returns_nonnull, alloc_size(2)));

/* The same for count elements of size bytes, set to zero. */
void *occ_arena_calloc(struct occ_arena *arena, size_t count, size_t size)
    __attribute__((malloc, returns_nonnull, alloc_size(2, 3)));

/* Copies of texts. occ_arena_strndup copies at most length bytes and ends them with a NUL. */
char *occ_arena_strdup(struct occ_arena *arena, const char *text) __attribute__((malloc, returns_nonnull));
char *occ_arena_strndup(struct occ_arena *arena, const char *text, size_t length)
    __attribute__((malloc, returns_nonnull));

/* printf into the arena. */
char *occ_arena_printf(struct occ_arena *arena, const char *format, ...)
    __attribute__((format(printf, 2, 3), malloc, returns_nonnull));
char *occ_arena_vprintf(struct occ_arena *arena, const char *format, va_list args)
    __attribute__((malloc, returns_nonnull));

#endif
