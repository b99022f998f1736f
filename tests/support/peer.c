#include "tests/support/peer.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#include "tests/support/test.h"

#define REPLY_BYTES_MAX ((size_t)64 << 20)

static const uint8_t greeting_req[8] = { 0, 'S', 'P', 0, 0, 0x30, 0, 0 };
static const uint8_t greeting_rep[8] = { 0, 'S', 'P', 0, 0, 0x31, 0, 0 };

static int
connect_tcp(const char *url)
{
	struct sockaddr_in address = { .sin_family = AF_INET };
	char host[64];
	unsigned port;
	int fd, yes = 1;

	assert_int_equal(sscanf(url, "tcp://%63[0-9.]:%u", host, &port), 2);
	assert_int_equal(inet_pton(AF_INET, host, &address.sin_addr), 1);
	address.sin_port = htons((uint16_t)port);
	fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
	if (connect(fd, (struct sockaddr *)&address, sizeof address) != 0)
		fail_msg("cannot connect to %s: %s", url, strerror(errno));
	return fd;
}

static int
connect_ipc(const char *url)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	snprintf(address.sun_path, sizeof address.sun_path, "%s", url + strlen("ipc://"));
	if (connect(fd, (struct sockaddr *)&address, sizeof address) != 0)
		fail_msg("cannot connect to %s: %s", url, strerror(errno));
	return fd;
}

struct peer
peer_connect(const char *url)
{
	struct timeval wait = { PEER_WAIT_MS / 1000, 0 };
	struct peer peer = { -1, strncmp(url, "ipc://", 6) == 0 };

	peer.fd = peer.framed ? connect_ipc(url) : connect_tcp(url);
	setsockopt(peer.fd, SOL_SOCKET, SO_RCVTIMEO, &wait, sizeof wait);
	setsockopt(peer.fd, SOL_SOCKET, SO_SNDTIMEO, &wait, sizeof wait);
	return peer;
}

/* False: closed before all was there. */
static bool
receive_all(struct peer *peer, void *out, size_t length)
{
	for (size_t done = 0; done < length;) {
		ssize_t got = recv(peer->fd, (uint8_t *)out + done, length - done, 0);

		if (got < 0 && (errno == EAGAIN || errno == EWOULDBLOCK))
			fail_msg("nothing came in %d ms", PEER_WAIT_MS);
		if (got <= 0)
			return false;
		done += (size_t)got;
	}
	return true;
}

void
peer_greet(struct peer *peer)
{
	uint8_t theirs[sizeof greeting_rep];

	assert_true(peer_send(peer, greeting_req, sizeof greeting_req));
	assert_true(receive_all(peer, theirs, sizeof theirs));
	assert_memory_equal(theirs, greeting_rep, sizeof greeting_rep);
}

struct peer
peer_open(const char *url)
{
	struct peer peer = peer_connect(url);

	peer_greet(&peer);
	return peer;
}

void
peer_close(struct peer *peer)
{
	close(peer->fd);
	peer->fd = -1;
}

void
peer_reset(struct peer *peer)
{
	struct linger reset = { 1, 0 };

	setsockopt(peer->fd, SOL_SOCKET, SO_LINGER, &reset, sizeof reset);
	peer_close(peer);
}

void
peer_finish_and_reset(struct peer *peer)
{
	shutdown(peer->fd, SHUT_WR);
	peer_reset(peer);
}

bool
peer_send(struct peer *peer, const void *bytes, size_t length)
{
	for (size_t done = 0; done < length;) {
		ssize_t sent = send(peer->fd, (const uint8_t *)bytes + done, length - done, MSG_NOSIGNAL);

		if (sent <= 0)
			return false;
		done += (size_t)sent;
	}
	return true;
}

static size_t
put_big_endian(uint8_t *out, uint64_t value, size_t count)
{
	for (size_t i = 0; i < count; i++)
		out[i] = (uint8_t)(value >> (8 * (count - 1 - i)));
	return count;
}

static uint64_t
big_endian(const uint8_t *bytes, size_t count)
{
	uint64_t value = 0;

	for (size_t i = 0; i < count; i++)
		value = value << 8 | bytes[i];
	return value;
}

size_t
peer_message(const struct peer *peer, uint8_t *out, size_t size, const uint32_t *header, size_t words, const void *body,
    size_t length)
{
	size_t n = 0;

	assert_true(size >= 9 + 4 * words + length);
	if (peer->framed)
		out[n++] = 1;
	n += put_big_endian(out + n, 4 * words + length, 8);
	for (size_t i = 0; i < words; i++)
		n += put_big_endian(out + n, header[i], 4);
	if (length > 0)
		memcpy(out + n, body, length);
	return n + length;
}

size_t
peer_call(const struct peer *peer, uint8_t *out, size_t size, uint32_t id, const char *method, const void *payload,
    size_t payload_length)
{
	Occupare__Rpc__V1__Call call = OCCUPARE__RPC__V1__CALL__INIT;
	uint8_t *body;
	size_t length;

	call.method = (char *)method;
	call.payload.data = (uint8_t *)payload;
	call.payload.len = payload_length;
	length = occupare__rpc__v1__call__get_packed_size(&call);
	body = malloc(length);
	occupare__rpc__v1__call__pack(&call, body);
	length = peer_message(peer, out, size, &id, 1, body, length);
	free(body);
	return length;
}

void
peer_ask(struct peer *peer, uint32_t id)
{
	uint8_t message[128];
	size_t length = peer_call(peer, message, sizeof message, id, "/grpc.health.v1.Health/Check", NULL, 0);

	assert_true(peer_send(peer, message, length));
}

size_t
peer_receive(struct peer *peer, uint32_t *header, size_t words, uint8_t **ret_body, size_t *ret_length)
{
	uint8_t prefix[9], word[4];
	size_t prefix_length = peer->framed ? 9 : 8, count = 0;
	uint64_t length;

	if (!receive_all(peer, prefix, prefix_length))
		return 0;
	if (peer->framed)
		assert_int_equal(prefix[0], 1);
	length = big_endian(prefix + prefix_length - 8, 8);
	assert_true(length >= 4 && length <= REPLY_BYTES_MAX);
	do {
		assert_true(count < words && length >= 4);
		if (!receive_all(peer, word, 4))
			return 0;
		length -= 4;
		header[count] = (uint32_t)big_endian(word, 4);
	} while ((header[count++] & PEER_REQUEST_ID) == 0);
	*ret_body = malloc(length + 1);
	*ret_length = length;
	if (!receive_all(peer, *ret_body, length)) {
		free(*ret_body);
		return 0;
	}
	return count;
}

void
peer_expect(struct peer *peer, uint32_t id, int code, Occupare__Rpc__V1__Reply **ret)
{
	Occupare__Rpc__V1__Reply *reply;
	uint32_t header = 0;
	uint8_t *body;
	size_t length;

	if (peer_receive(peer, &header, 1, &body, &length) == 0)
		fail_msg("closed instead of a reply to %08x", id);
	assert_int_equal(header, id);
	reply = occupare__rpc__v1__reply__unpack(NULL, length, body);
	free(body);
	assert_non_null(reply);
	if ((reply->status == NULL ? 0 : reply->status->code) != code)
		fail_msg("expected code %d, got %d: %s", code, reply->status == NULL ? 0 : reply->status->code,
		    reply->status == NULL ? "" : reply->status->message);
	if (ret != NULL)
		*ret = reply;
	else
		occupare__rpc__v1__reply__free_unpacked(reply, NULL);
}

bool
peer_is_closed(struct peer *peer)
{
	uint8_t byte;
	ssize_t got = recv(peer->fd, &byte, 1, 0);

	if (got < 0 && (errno == EAGAIN || errno == EWOULDBLOCK))
		fail_msg("not closed in %d ms", PEER_WAIT_MS);
	return got <= 0;
}

void
peer_check_health(const char *url)
{
	struct peer peer = peer_open(url);

	peer_ask(&peer, PEER_REQUEST_ID | 7);
	peer_expect(&peer, PEER_REQUEST_ID | 7, 0, NULL);
	peer_close(&peer);
}
