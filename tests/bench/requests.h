/* The requests of a benchmark: packed once, drawn by weight. */
#ifndef BENCH_REQUESTS_H
#define BENCH_REQUESTS_H

#include <stddef.h>
#include <stdint.h>

struct request {
	uint8_t *call; /* a packed Call, or a request of HTTP */
	size_t length;
	int code; /* what it must be answered with */
};

struct requests {
	struct request *list;
	size_t count;
};

/* How requests are made. */
enum requests_form {
	REQUESTS_CALL,      /* packed Calls */
	REQUESTS_HTTP_JSON, /* by the Connect protocol */
	REQUESTS_HTTP_PROTO
};

/* Packs requests over the occupations whose ids a file lists, one per line; at least two.
 * mix: "compare=4,get=3,search=2,fail=1", the weights ("check" and "schema" ask what needs no work); a request is drawn by taking any of the list, all being equally
 * likely. Ends the process with a message where the mix or the file is wrong. */
void requests_make(
    struct requests *requests, enum requests_form form, const char *ids_path, const char *mix, unsigned seed);

#endif
