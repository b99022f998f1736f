/* The request/reply protocol by hand, as far as a load generator and its anchor need it: addresses of this machine and
 * the bytes around a message. */
#ifndef BENCH_SP_H
#define BENCH_SP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>

#define SP_GREETING_BYTES 8
#define SP_PREFIX_BYTES_MAX 9 /* before each message: on ipc one byte 01, then 64 bits of length */
#define SP_ID_BYTES 4         /* the header of a request or reply that met no device on its way */

struct sp_address {
	bool ipc, http;
	socklen_t length;
	struct sockaddr_storage socket;
};

/* "tcp://127.0.0.1:PORT", "http://127.0.0.1:PORT" or "ipc://PATH"; false for anything else, other machines included. */
bool sp_parse(const char *url, struct sp_address *ret);

/* The greeting of a requester or a replier. */
void sp_greeting(uint8_t out[SP_GREETING_BYTES], bool requester);

static inline size_t
sp_prefix_bytes(bool ipc)
{
	return ipc ? 9 : 8;
}

/* Writes the prefix of a message of this length, id included; returns its size. */
size_t sp_put_prefix(uint8_t *out, bool ipc, uint64_t length);

/* The length that a prefix tells. */
uint64_t sp_get_length(const uint8_t *prefix, bool ipc);

void sp_put32(uint8_t *out, uint32_t value);
uint32_t sp_get32(const uint8_t *in);

#endif
