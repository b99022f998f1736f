/* Looks at an LMDB file before LMDB maps it: LMDB trusts its file, and a short or damaged one would end the process. */
#ifndef OCC_PAGES_H
#define OCC_PAGES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "proto/arena.h"
#include "proto/status.h"

/* What one of the two meta pages says. */
struct pages_meta {
	uint32_t page_bytes;
	uint64_t map_bytes;
	uint64_t last_page;
	uint64_t transaction;
	uint64_t free_root, main_root; /* UINT64_MAX: empty */
};

/* Reads the meta page that counts, the later of two.
 * DATA_LOSS: no LMDB file of this machine's kind, cut short, or its meta pages contradict themselves or each other. */
enum occupare_code pages_read_meta(int fd, struct pages_meta *ret, struct occupare_status *st) OCC_MUST_CHECK;

/* The size of the map that the file was written with, and no less than holds its pages. */
size_t pages_map_bytes(const struct pages_meta *meta);

/* Walks the pages of a snapshot that a read transaction holds: the list of free pages, the table of tables and the first
 * page of each table, and with deep, or where the file ends before its last page, every page of every table (LMDB leaves
 * pages at the end unwritten that it gave back within one transaction; a reference to one means that the file was cut).
 * DATA_LOSS: a page that is not what the one above it says. */
enum occupare_code pages_walk(
    int fd, const struct pages_meta *meta, bool deep, struct occupare_status *st) OCC_MUST_CHECK;

#endif
