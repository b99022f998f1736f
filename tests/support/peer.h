/* A client that speaks SP by hand over a plain socket, so that it can do what no library would. Receiving fails the test after
 * PEER_WAIT_MS. */
#ifndef TESTS_PEER_H
#define TESTS_PEER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "occupare/rpc/v1/rpc.pb-c.h"

#define PEER_WAIT_MS 15000
#define PEER_REQUEST_ID UINT32_C(0x80000000)

struct peer {
	int fd;
	bool framed; /* ipc */
};

/* Connects to a URL of tcp:// (an IPv4 address) or ipc://. */
struct peer peer_connect(const char *url);

/* Connects and exchanges greetings. */
struct peer peer_open(const char *url);
void peer_greet(struct peer *peer);

/* Closes: with everything sent, by a reset, or by half a close and then a reset. */
void peer_close(struct peer *peer);
void peer_reset(struct peer *peer);
void peer_finish_and_reset(struct peer *peer);

/* Sends bytes as they are. False: the other side has closed. */
bool peer_send(struct peer *peer, const void *bytes, size_t length);

/* Composes a message with the header words given, at most size bytes. Returns its length. */
size_t peer_message(const struct peer *peer, uint8_t *out, size_t size, const uint32_t *header, size_t words,
    const void *body, size_t length);

/* A message with one header word that carries a call of a method with a payload. */
size_t peer_call(const struct peer *peer, uint8_t *out, size_t size, uint32_t id, const char *method,
    const void *payload, size_t payload_length);

/* Sends a health check. */
void peer_ask(struct peer *peer, uint32_t id);

/* Receives a reply. header takes up to words words; the body is malloc'ed. Returns the words of the header; 0: closed. */
size_t peer_receive(struct peer *peer, uint32_t *header, size_t words, uint8_t **ret_body, size_t *ret_length);

/* Receives the reply with this id, whose code must be the one given. ret: NULL or the reply, to be freed with
 * occupare__rpc__v1__reply__free_unpacked. */
void peer_expect(struct peer *peer, uint32_t id, int code, Occupare__Rpc__V1__Reply **ret);

/* Waits until the other side closes, and says whether it sent nothing before. */
bool peer_is_closed(struct peer *peer);

/* Checks health with a connection of its own. */
void peer_check_health(const char *url);

#endif
