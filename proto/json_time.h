/* Timestamp and Duration as ProtoJSON writes them. */
#ifndef OCC_JSON_TIME_H
#define OCC_JSON_TIME_H

#include <stdbool.h>
#include <stdint.h>

#define OCC_JSON_TIME_SIZE 48 /* of a text printed here, with its NUL */

/* "2024-05-31T12:00:00.250Z": UTC, the fraction in 0, 3, 6 or 9 digits. False: not within the years 1 to 9999. */
bool occ_json_timestamp_print(int64_t seconds, int32_t nanos, char text[OCC_JSON_TIME_SIZE]);

/* The same and back, with a fraction of up to 9 digits and any offset from UTC. ret_...: untouched on failure. */
bool occ_json_timestamp_parse(const char *text, int64_t *ret_seconds, int32_t *ret_nanos);

/* "1.500s", "-3s". False: beyond 10000 years, or signs that differ. */
bool occ_json_duration_print(int64_t seconds, int32_t nanos, char text[OCC_JSON_TIME_SIZE]);
bool occ_json_duration_parse(const char *text, int64_t *ret_seconds, int32_t *ret_nanos);

#endif
