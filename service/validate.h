/* What requests must satisfy before the store is asked: page sizes and tokens, counts, the same comparand twice. */
#ifndef OCC_VALIDATE_H
#define OCC_VALIDATE_H

#include "occupare/v1/comparison_service.pb-c.h"
#include "service/compare/compare.h"
#include "service/dispatch.h"

/* A page that was asked for. */
struct page {
	size_t limit;
	const char *after; /* position of the page before; NULL = first page */
	uint64_t query;    /* hash of everything in the request but page_size and page_token */
};

/* Reads page_size and page_token. query: a copy of the request with both left empty.
 * AIP-158: a negative size is INVALID_ARGUMENT, 0 means size_default, more than size_max counts as size_max; a token
 * belongs to the request it was given for, and otherwise is INVALID_ARGUMENT. */
enum occupare_code page_read(struct call *call, int32_t page_size, const char *page_token,
    const ProtobufCMessage *query, size_t size_default, size_t size_max, struct page *ret) OCC_MUST_CHECK;

/* The token that asks for what follows a position, in the call's arena; "" for NULL: there is no more. */
char *page_token(struct call *call, const struct page *page, const char *position);

/* The same for answers whose positions are offsets. page_first gives that of the page; page_slice cuts the page out of count items
 * and gives its first index, its length and the token of the next. */
enum occupare_code page_first(struct call *call, const struct page *page, size_t *ret) OCC_MUST_CHECK;
enum occupare_code page_slice(struct call *call, const struct page *page, size_t count, size_t *ret_first,
    size_t *ret_length, char **ret_token) OCC_MUST_CHECK;

/* 2 to 10 comparands, a baseline among them, known sections. */
enum occupare_code validate_compare(
    const Occupare__V1__CompareOccupationsRequest *request, struct occupare_status *st) OCC_MUST_CHECK;

/* The same occupation, area and period. */
bool validate_same(const struct compare_subject *a, const struct compare_subject *b);

/* No two subjects the same in occupation, area and period. */
enum occupare_code validate_distinct(
    const struct compare_subject *subjects, size_t count, struct occupare_status *st) OCC_MUST_CHECK;

/* 1 to max items in a repeated field. */
enum occupare_code validate_count(
    const char *field, size_t count, size_t max, struct occupare_status *st) OCC_MUST_CHECK;

#endif
