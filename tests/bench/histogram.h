/* Counts of durations in log-linear buckets: 64 per power of two, so that a value read back is at most 1.6 % off. */
#ifndef BENCH_HISTOGRAM_H
#define BENCH_HISTOGRAM_H

#include <stdint.h>

#define HISTOGRAM_BUCKETS 2304 /* up to 2^41 ns, 36 minutes; what is longer counts as that */

struct histogram {
	uint64_t count;
	uint64_t sum_ns;
	uint64_t max_ns;
	uint64_t buckets[HISTOGRAM_BUCKETS];
};

void histogram_add(struct histogram *histogram, uint64_t ns);

/* The duration that this share (0 to 1) of all stayed at or under. */
uint64_t histogram_at(const struct histogram *histogram, double share);

#endif
