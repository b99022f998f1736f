/* A store in a directory of its own, for tests. */
#ifndef TESTS_STORE_H
#define TESTS_STORE_H

#include "store/store.h"
#include "tests/support/test.h"

struct fixture {
	char directory[64];
	struct store *store;
	struct store_txn *txn; /* for reading; begun after fixture_read */
	struct occ_arena arena;
};

/* Makes an empty store that is open for writing, or opens the one that is there again. */
void fixture_open(struct fixture *fixture);
void fixture_open_with(struct fixture *fixture, const struct store_options *options);

/* Closes it and leaves the directory; fixture_close removes that, too. */
void fixture_shut(struct fixture *fixture);
void fixture_close(struct fixture *fixture);

/* Makes an empty directory for a store that the test opens itself. */
void fixture_directory(struct fixture *fixture);

/* Reads what is stored now; what was read before is no longer valid. */
void fixture_read(struct fixture *fixture);

/* Every write as one batch of one item. Results live in the arena; the code is also in st. */
enum occupare_code fixture_create(struct fixture *fixture, const Occupare__V1__Occupation *record,
    Occupare__V1__Occupation **ret, struct occupare_status *st);
enum occupare_code fixture_update(struct fixture *fixture, const Occupare__V1__Occupation *record, uint64_t etag,
    bool allow_missing, Occupare__V1__Occupation **ret, struct occupare_status *st);
enum occupare_code fixture_delete(
    struct fixture *fixture, const char *id, uint64_t etag, bool allow_missing, struct occupare_status *st);

/* One import of everything given, in this order. */
struct fixture_load {
	const char *origin;
	enum store_import_mode mode;
	Occupare__V1__Occupation *const *occupations;
	size_t occupations_count;
	Occupare__V1__Area *const *areas;
	size_t areas_count;
	Occupare__V1__Estimate *const *estimates;
	size_t estimates_count;
	const struct fixture_group {
		const char *origin, *soc_code;
		const Occupare__V1__Occupation *facts;
	} * groups;
	size_t groups_count;
};
enum occupare_code fixture_import(struct fixture *fixture, const struct fixture_load *load,
    struct store_import_counts *ret, struct occupare_status *st);

/* What is served under an id, with aliases; NULL: nothing. */
Occupare__V1__Occupation *fixture_get(struct fixture *fixture, const char *id);

Occupare__V1__Dataset *fixture_dataset(struct fixture *fixture);

/* Adds a code or an alias to a record. */
void fixture_add_code(struct fixture *fixture, Occupare__V1__Occupation *record, const char *system, const char *value);
void fixture_add_alias(struct fixture *fixture, Occupare__V1__Occupation *record, const char *alias);

/* Asserts that the store verifies (maintain.h). It is closed and, if it was open, opened again for that. */
void fixture_verify(struct fixture *fixture);

#endif
