/* Blocks are chained, newest first; the oldest is the one a reset keeps. Freeing one allocation does nothing. */
#include "proto/arena.h"

#include <assert.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ALIGNMENT (_Alignof(max_align_t))
#define ROUND_UP(n) (((n) + ALIGNMENT - 1) & ~(ALIGNMENT - 1))

struct occ_arena_block {
	struct occ_arena_block *older;
	size_t size; /* of data */
	size_t used;
	_Alignas(max_align_t) unsigned char data[];
};

static void
out_of_memory(void)
{
	fputs("out of memory\n", stderr);
	abort();
}

static struct occ_arena_block *
new_block(struct occ_arena *arena, size_t size)
{
	size_t want = arena->bytes_kept;

	/* Blocks double with what is in use, so that a large call takes few of them. */
	if (arena->blocks != NULL && want < arena->blocks->size * 2)
		want = arena->blocks->size * 2;
	if (want > (size_t)1 << 20)
		want = (size_t)1 << 20;
	if (want < size)
		want = size;
	struct occ_arena_block *block = malloc(sizeof *block + want);
	if (block == NULL)
		return NULL;
	block->older = arena->blocks;
	block->size = want;
	block->used = 0;
	arena->blocks = block;
	return block;
}

/* NULL only where malloc fails. */
static void *
take(struct occ_arena *arena, size_t size)
{
	struct occ_arena_block *block = arena->blocks;

	if (size > SIZE_MAX / 2)
		return NULL;
	size = ROUND_UP(size == 0 ? 1 : size);
	if (block == NULL || block->size - block->used < size) {
		block = new_block(arena, size);
		if (block == NULL)
			return NULL;
	}
	void *result = block->data + block->used;
	block->used += size;
	arena->bytes += size;
	return result;
}

static void *
allocator_alloc(void *data, size_t size)
{
	struct occ_arena *arena = data;

	if (size > arena->bytes_max || arena->bytes > arena->bytes_max - size) {
		arena->exhausted = true;
		return NULL;
	}
	return take(arena, size);
}

static void
allocator_free(void *data, void *pointer)
{
	(void)data;
	(void)pointer;
}

void
occ_arena_init(struct occ_arena *arena, size_t bytes_kept, size_t bytes_max)
{
	*arena = (struct occ_arena){
		.allocator = { .alloc = allocator_alloc, .free = allocator_free, .allocator_data = arena },
		.bytes_kept = ROUND_UP(bytes_kept),
		.bytes_max = bytes_max,
	};
}

static void
free_blocks(struct occ_arena *arena, struct occ_arena_block *keep)
{
	while (arena->blocks != keep) {
		struct occ_arena_block *block = arena->blocks;

		arena->blocks = block->older;
		free(block);
	}
}

void
occ_arena_fini(struct occ_arena *arena)
{
	free_blocks(arena, NULL);
}

void
occ_arena_reset(struct occ_arena *arena)
{
	struct occ_arena_block *oldest = arena->blocks;

	while (oldest != NULL && oldest->older != NULL)
		oldest = oldest->older;
	if (oldest != NULL && oldest->size > arena->bytes_kept)
		oldest = NULL;
	free_blocks(arena, oldest);
	if (oldest != NULL)
		oldest->used = 0;
	arena->bytes = 0;
	arena->exhausted = false;
}

void *
occ_arena_alloc(struct occ_arena *arena, size_t size)
{
	void *result = take(arena, size);

	if (result == NULL)
		out_of_memory();
	return result;
}

void *
occ_arena_calloc(struct occ_arena *arena, size_t count, size_t size)
{
	size_t total;

	if (__builtin_mul_overflow(count, size, &total))
		out_of_memory();
	return memset(occ_arena_alloc(arena, total), 0, total);
}

char *
occ_arena_strndup(struct occ_arena *arena, const char *text, size_t length)
{
	size_t size = strnlen(text, length);
	char *copy = occ_arena_alloc(arena, size + 1);

	memcpy(copy, text, size);
	copy[size] = '\0';
	return copy;
}

char *
occ_arena_strdup(struct occ_arena *arena, const char *text)
{
	return occ_arena_strndup(arena, text, strlen(text));
}

/* Most texts fit into what is left of the newest block: they are printed there, once. */
char *
occ_arena_vprintf(struct occ_arena *arena, const char *format, va_list args)
{
	struct occ_arena_block *block = arena->blocks;
	size_t left = block == NULL ? 0 : block->size - block->used;
	char *text = block == NULL ? NULL : (char *)block->data + block->used;
	va_list again;
	int length;

	va_copy(again, args);
	length = vsnprintf(text, left, format, again);
	va_end(again);
	if (length < 0)
		return occ_arena_strdup(arena, "");
	if ((size_t)length < left) {
		/* Sizes of blocks and of allocations are rounded alike, so this is the room just printed to. */
		char *taken = occ_arena_alloc(arena, (size_t)length + 1);
		assert(taken == text);
		return taken;
	}
	text = occ_arena_alloc(arena, (size_t)length + 1);
	vsnprintf(text, (size_t)length + 1, format, args);
	return text;
}

char *
occ_arena_printf(struct occ_arena *arena, const char *format, ...)
{
	va_list args;
	char *text;

	va_start(args, format);
	text = occ_arena_vprintf(arena, format, args);
	va_end(args);
	return text;
}
