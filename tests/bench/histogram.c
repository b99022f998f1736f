#include "tests/bench/histogram.h"

#define LINEAR_BITS 6

static unsigned
bucket_of(uint64_t ns)
{
	unsigned shift;
	uint64_t bucket;

	if (ns < 1u << LINEAR_BITS)
		return (unsigned)ns;
	shift = 63 - (unsigned)__builtin_clzll(ns) - LINEAR_BITS;
	bucket = ((uint64_t)shift << LINEAR_BITS) + (ns >> shift);
	return bucket < HISTOGRAM_BUCKETS ? (unsigned)bucket : HISTOGRAM_BUCKETS - 1;
}

/* The highest duration of a bucket. */
static uint64_t
bucket_end(unsigned bucket)
{
	unsigned shift;

	if (bucket < 1u << LINEAR_BITS)
		return bucket;
	shift = (bucket >> LINEAR_BITS) - 1;
	return (((bucket & 63) + 64 + (uint64_t)1) << shift) - 1;
}

void
histogram_add(struct histogram *histogram, uint64_t ns)
{
	histogram->count++;
	histogram->sum_ns += ns;
	if (ns > histogram->max_ns)
		histogram->max_ns = ns;
	histogram->buckets[bucket_of(ns)]++;
}

uint64_t
histogram_at(const struct histogram *histogram, double share)
{
	uint64_t wanted = (uint64_t)(share * (double)histogram->count), seen = 0;

	for (unsigned i = 0; i < HISTOGRAM_BUCKETS; i++) {
		seen += histogram->buckets[i];
		if (seen >= wanted && seen > 0)
			return bucket_end(i) < histogram->max_ns ? bucket_end(i) : histogram->max_ns;
	}
	return histogram->max_ns;
}
