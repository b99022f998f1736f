/* The layout of LMDB 0.9's data file, format 1, on a little- or big-endian machine with 64-bit page numbers, as lmdb.h's
 * users see it from outside: two meta pages, then the pages of B+ trees. */
#include "store/pages.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define MAGIC 0xBEEFC0DEu
#define VERSION 1u
#define NO_PAGE UINT64_MAX
#define PAGE_BYTES_MIN 512u
#define PAGE_BYTES_MAX 32768u
#define MAP_BYTES_MAX ((uint64_t)1 << 47)
#define DEPTH_MAX 32u

#define PAGE_BRANCH 0x01u
#define PAGE_LEAF 0x02u
#define PAGE_OVERFLOW 0x04u
#define PAGE_META 0x08u
#define PAGE_LEAF2 0x20u
#define PAGE_SUB 0x40u

#define NODE_BIG 0x01u
#define NODE_TREE 0x02u
#define NODE_DUPLICATES 0x04u

#define TREE_SORTED 0x04u /* a key may have several values */
#define TREE_FIXED 0x10u  /* all of one size */

struct page_head {
	uint64_t number;
	uint16_t pad;
	uint16_t flags;
	union {
		struct {
			uint16_t lower, upper;
		};
		uint32_t pages; /* of an overflow run */
	};
};

struct tree {
	uint32_t pad;
	uint16_t flags;
	uint16_t depth;
	uint64_t branch_pages, leaf_pages, overflow_pages, entries;
	uint64_t root;
};

struct meta {
	uint32_t magic, version;
	uint64_t address, map_bytes;
	struct tree free, main; /* the page size is the first one's pad */
	uint64_t last_page, transaction;
};

struct node {
	uint16_t low, high, flags,
	    key_bytes; /* low and high: size of the data; in a branch, with flags, the page below */
};

_Static_assert(sizeof(struct page_head) == 16 && sizeof(struct tree) == 48 && sizeof(struct meta) == 136 &&
		   sizeof(struct node) == 8,
    "the structs have the layout of the file");

static enum occupare_code
damaged(struct occupare_status *st, const char *what)
{
	occupare_fail(st, OCCUPARE_DATA_LOSS, NULL,
	    "the store's data.mdb is damaged: %s; restore a backup or import into a new store", what);
	occupare_status_reason(st, "STORE_DAMAGED");
	return OCCUPARE_DATA_LOSS;
}

/* False: the file is shorter, or cannot be read. */
static bool
read_at(int fd, void *out, size_t size, uint64_t offset)
{
	size_t done = 0;

	while (done < size) {
		ssize_t n = pread(fd, (char *)out + done, size - done, (off_t)(offset + done));

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return false;
		done += (size_t)n;
	}
	return true;
}

static bool
is_root(uint64_t page, uint64_t last_page)
{
	return page == NO_PAGE || (page >= 2 && page <= last_page);
}

static bool
is_page_size(uint32_t size)
{
	return size >= PAGE_BYTES_MIN && size <= PAGE_BYTES_MAX && (size & (size - 1)) == 0;
}

/* Reads the meta page at an offset; NULL: sound, else what is wrong. */
static const char *
read_one_meta(int fd, unsigned index, uint32_t page_bytes, struct meta *ret)
{
	struct {
		struct page_head head;
		struct meta meta;
	} page;

	if (!read_at(fd, &page, sizeof page, (uint64_t)index * page_bytes))
		return "it is cut short";
	if (page.meta.magic != MAGIC || (page.head.flags & PAGE_META) == 0)
		return "it is no LMDB file";
	if (page.meta.version != VERSION)
		return "it is of another version of LMDB";
	if (!is_page_size(page.meta.free.pad) || (index > 0 && page.meta.free.pad != page_bytes))
		return "its page size makes no sense";
	if (page.head.number != index || page.meta.address != 0 || page.meta.map_bytes > MAP_BYTES_MAX)
		return "a meta page makes no sense";
	if (page.meta.last_page < 1 || page.meta.last_page > MAP_BYTES_MAX / page.meta.free.pad)
		return "its last page makes no sense";
	if (!is_root(page.meta.free.root, page.meta.last_page) || !is_root(page.meta.main.root, page.meta.last_page) ||
	    page.meta.free.depth > DEPTH_MAX || page.meta.main.depth > DEPTH_MAX)
		return "the root of a table makes no sense";
	if ((page.meta.transaction & 1) != index && page.meta.transaction != 0)
		return "a meta page is in the other's place";
	*ret = page.meta;
	return NULL;
}

static const char *
read_metas(int fd, struct pages_meta *ret)
{
	struct meta metas[2], *later;
	const char *what = read_one_meta(fd, 0, 0, &metas[0]);

	if (what == NULL)
		what = read_one_meta(fd, 1, metas[0].free.pad, &metas[1]);
	if (what != NULL)
		return what;
	later = &metas[metas[1].transaction > metas[0].transaction];
	if (later->transaction > metas[later == metas].transaction + 1)
		return "its meta pages do not follow each other";
	*ret = (struct pages_meta){
		.page_bytes = later->free.pad,
		.map_bytes = later->map_bytes,
		.last_page = later->last_page,
		.transaction = later->transaction,
		.free_root = later->free.root,
		.main_root = later->main.root,
	};
	return NULL;
}

enum occupare_code
pages_read_meta(int fd, struct pages_meta *ret, struct occupare_status *st)
{
	const char *what = NULL;

	/* Another process may be writing one of the pages: a torn read mends itself. */
	for (unsigned attempt = 0; attempt < 3; attempt++) {
		what = read_metas(fd, ret);
		if (what == NULL)
			return OCCUPARE_OK;
	}
	return damaged(st, what);
}

size_t
pages_map_bytes(const struct pages_meta *meta)
{
	uint64_t bytes = (meta->last_page + 1) * meta->page_bytes;

	return (size_t)(meta->map_bytes > bytes ? meta->map_bytes : bytes);
}

/* ---- The walk ---- */

struct walk {
	int fd;
	const struct pages_meta *meta;
	uint64_t file_bytes;
	bool deep;
	uint16_t table_flags; /* of the table that is walked */
	uint64_t pages_left;  /* a file that refers to its pages more often than it has pages goes in a circle */
	const char *what;     /* is wrong */
};

static bool
wrong(struct walk *walk, const char *what)
{
	walk->what = what;
	return false;
}

static bool walk_tree(struct walk *walk, uint64_t page, unsigned depth, unsigned kind, uint32_t value_bytes);
static bool walk_sub_page(struct walk *walk, const uint8_t *page, size_t size);

/* Which tree is walked: they differ in what their values are. */
enum { TREE_FREE, TREE_MAIN, TREE_TABLE, TREE_VALUES };

static bool
in_file(const struct walk *walk, uint64_t page, uint64_t count)
{
	return page >= 2 && page <= walk->meta->last_page && count <= walk->meta->last_page - page + 1 &&
	       (page + count) * walk->meta->page_bytes <= walk->file_bytes;
}

/* The free pages that one transaction left: their number, then they themselves, falling. */
static bool
check_free_list(struct walk *walk, const uint8_t *data, size_t size)
{
	uint64_t count, previous = UINT64_MAX, page;

	if (size < sizeof count)
		return wrong(walk, "a list of free pages is cut short");
	memcpy(&count, data, sizeof count);
	if (count > size / sizeof page - 1)
		return wrong(walk, "a list of free pages is longer than its row");
	for (uint64_t i = 1; i <= count; i++) {
		memcpy(&page, data + i * sizeof page, sizeof page);
		if (page < 2 || page > walk->meta->last_page || page >= previous)
			return wrong(walk, "a list of free pages makes no sense");
		previous = page;
	}
	return true;
}

static bool
walk_overflow(struct walk *walk, uint64_t page, size_t size, unsigned kind)
{
	struct page_head head;
	uint64_t count = (sizeof head + size - 1) / walk->meta->page_bytes + 1;
	uint8_t *data;
	bool sound;

	if (!in_file(walk, page, count))
		return wrong(walk, "it is cut short, or a large row lies outside it");
	if (!read_at(walk->fd, &head, sizeof head, page * walk->meta->page_bytes) || head.number != page ||
	    (head.flags & PAGE_OVERFLOW) == 0 || head.pages < count)
		return wrong(walk, "a large row is not where it should be");
	if (kind != TREE_FREE)
		return true;
	data = malloc(size);
	if (data == NULL)
		return wrong(walk, "there is no memory to look at it");
	sound = read_at(walk->fd, data, size, page * walk->meta->page_bytes + sizeof head)
		    ? check_free_list(walk, data, size)
		    : wrong(walk, "it is cut short");
	free(data);
	return sound;
}

/* LMDB goes by the flags of a row without a look at its table. */
static bool
is_row_of(const struct walk *walk, unsigned kind, unsigned flags)
{
	bool sorted = walk->table_flags & TREE_SORTED;

	switch (kind) {
	case TREE_MAIN:
		return flags == 0 || flags == NODE_BIG || flags == NODE_TREE;
	case TREE_TABLE:
		return flags == 0 || (sorted ? flags == NODE_DUPLICATES || flags == (NODE_DUPLICATES | NODE_TREE)
					     : flags == NODE_BIG);
	case TREE_FREE:
		return flags == 0 || flags == NODE_BIG;
	default:
		return flags == 0;
	}
}

/* The tree that a row describes: a table of the main one, or the many values of a key. */
static bool
walk_described(struct walk *walk, const uint8_t *data, size_t size, unsigned kind)
{
	struct tree tree;

	if (size != sizeof tree)
		return wrong(walk, "a table is not described");
	memcpy(&tree, data, sizeof tree);
	if (!is_root(tree.root, walk->meta->last_page) || tree.depth > DEPTH_MAX)
		return wrong(walk, "the root of a table makes no sense");
	/* Each entry takes a byte or more: what is made as large as a table is must not be larger than the file. */
	if (tree.entries > (walk->meta->last_page + 1) * walk->meta->page_bytes)
		return wrong(walk, "a table has more rows than fit");
	if (kind == TREE_MAIN)
		walk->table_flags = tree.flags;
	if (tree.root == NO_PAGE)
		return true;
	return walk_tree(walk, tree.root, 0, kind == TREE_MAIN ? TREE_TABLE : TREE_VALUES, tree.pad);
}

/* A row of a leaf: data is what the page holds of its value, room bytes to the end of the page. */
static bool
walk_row(struct walk *walk, const struct node *node, const uint8_t *data, size_t room, unsigned kind)
{
	size_t size = node->low | (size_t)node->high << 16;
	size_t held = node->flags & NODE_BIG ? sizeof(uint64_t) : size;
	uint64_t page;

	if (!is_row_of(walk, kind, node->flags))
		return wrong(walk, "a row is of a kind that its table has not");
	if (held > room)
		return wrong(walk, "a row is larger than its page");
	if (node->flags & NODE_BIG) {
		memcpy(&page, data, sizeof page);
		return walk_overflow(walk, page, size, kind);
	}
	if (node->flags & NODE_TREE)
		return walk_described(walk, data, size, kind);
	if (kind == TREE_FREE)
		return check_free_list(walk, data, size);
	return (node->flags & NODE_DUPLICATES) == 0 || walk_sub_page(walk, data, size);
}

/* size: of the page, or of what stands for one within a row. */
static bool
walk_nodes(struct walk *walk, const uint8_t *page, size_t size, const struct page_head *head, unsigned depth,
    unsigned kind, uint32_t value_bytes)
{
	size_t count = (head->lower - sizeof *head) / sizeof(uint16_t);
	bool branch = head->flags & PAGE_BRANCH;

	if (branch && count < 2)
		return wrong(walk, "a page has no pages below it");
	for (size_t i = 0; i < count; i++) {
		uint16_t offset;
		struct node node;
		size_t data;

		memcpy(&offset, page + sizeof *head + i * sizeof offset, sizeof offset);
		if (offset < head->upper || offset + sizeof node > size)
			return wrong(walk, "a row lies outside its page");
		memcpy(&node, page + offset, sizeof node);
		data = offset + sizeof node + node.key_bytes;
		if (data > size)
			return wrong(walk, "a key is larger than its page");
		if (!branch && !walk_row(walk, &node, page + data, size - data, kind))
			return false;
		/* Unless all is looked at, the tables' first pages are enough. */
		if (branch && (walk->deep || kind < TREE_TABLE) &&
		    !walk_tree(walk, node.low | (uint64_t)node.high << 16 | (uint64_t)node.flags << 32, depth + 1, kind,
			value_bytes))
			return false;
	}
	return true;
}

/* value_bytes: of each value of a page that holds nothing else. */
static bool
walk_content(struct walk *walk, const uint8_t *page, size_t size, const struct page_head *head, unsigned depth,
    unsigned kind, uint32_t value_bytes)
{
	bool values_alone = kind == TREE_VALUES && (walk->table_flags & TREE_FIXED) && (head->flags & PAGE_LEAF);

	if (head->lower < sizeof *head || head->lower > head->upper || head->upper > size)
		return wrong(walk, "a page's bounds make no sense");
	if (values_alone != ((head->flags & PAGE_LEAF2) != 0))
		return wrong(walk, "a page is not of its table's kind");
	if (!values_alone)
		return walk_nodes(walk, page, size, head, depth, kind, value_bytes);
	return (head->lower - sizeof *head) / sizeof(uint16_t) * value_bytes <= size - sizeof *head ||
	       wrong(walk, "a page of values makes no sense");
}

/* The few values of a key, which stand in its row as a page would. */
static bool
walk_sub_page(struct walk *walk, const uint8_t *page, size_t size)
{
	struct page_head head;

	if (size < sizeof head)
		return wrong(walk, "a row of several values makes no sense");
	memcpy(&head, page, sizeof head);
	if ((head.flags & (PAGE_BRANCH | PAGE_LEAF | PAGE_OVERFLOW | PAGE_META | PAGE_SUB)) != (PAGE_LEAF | PAGE_SUB))
		return wrong(walk, "a row of several values makes no sense");
	return walk_content(walk, page, size, &head, 0, TREE_VALUES, head.pad);
}

static bool
walk_page(struct walk *walk, uint64_t number, uint8_t *page, unsigned depth, unsigned kind, uint32_t value_bytes)
{
	struct page_head head;
	unsigned type;

	if (!read_at(walk->fd, page, walk->meta->page_bytes, number * walk->meta->page_bytes))
		return wrong(walk, "it is cut short");
	memcpy(&head, page, sizeof head);
	type = head.flags & (PAGE_BRANCH | PAGE_LEAF | PAGE_OVERFLOW | PAGE_META | PAGE_SUB);
	if (head.number != number || (type != PAGE_BRANCH && type != PAGE_LEAF))
		return wrong(walk, "a page is not where it should be");
	return walk_content(walk, page, walk->meta->page_bytes, &head, depth, kind, value_bytes);
}

static bool
walk_tree(struct walk *walk, uint64_t number, unsigned depth, unsigned kind, uint32_t value_bytes)
{
	uint8_t *page;
	bool sound;

	if (!in_file(walk, number, 1))
		return wrong(walk, "it is cut short, or a page lies outside it");
	if (depth > DEPTH_MAX || walk->pages_left-- == 0)
		return wrong(walk, "its pages go in a circle");
	page = malloc(walk->meta->page_bytes);
	if (page == NULL)
		return wrong(walk, "there is no memory to look at it");
	sound = walk_page(walk, number, page, depth, kind, value_bytes);
	free(page);
	return sound;
}

enum occupare_code
pages_walk(int fd, const struct pages_meta *meta, bool deep, struct occupare_status *st)
{
	struct walk walk = { .fd = fd, .meta = meta, .pages_left = meta->last_page + 1 };
	struct stat info;

	if (fstat(fd, &info) != 0)
		return occupare_fail(st, OCCUPARE_INTERNAL, NULL, "fstat: %s", strerror(errno));
	walk.file_bytes = (uint64_t)info.st_size;
	walk.deep = deep || walk.file_bytes / meta->page_bytes < meta->last_page + 1;
	if (meta->free_root != NO_PAGE && !walk_tree(&walk, meta->free_root, 0, TREE_FREE, 0))
		return damaged(st, walk.what);
	if (meta->main_root != NO_PAGE && !walk_tree(&walk, meta->main_root, 0, TREE_MAIN, 0))
		return damaged(st, walk.what);
	return OCCUPARE_OK;
}
