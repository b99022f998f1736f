/* The anchor of the benchmark: a bare epoll server of the same protocol that answers every request with the same bytes.
 *
 *	echo URL REPLY_BYTES
 *
 * Says "ready" once it listens; ends on SIGTERM. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <unistd.h>

#include "tests/bench/sp.h"

#define IN_BYTES (256u << 10)
#define REPLY_BYTES_MAX (8u << 20)
#define EVENTS 64

struct connection {
	int fd;
	bool greeted;
	size_t in_length;
	size_t out_length, out_at, out_size;
	uint8_t *out;
	uint8_t in[IN_BYTES];
};

static struct sp_address address;
static size_t reply_bytes;
static int epoll;

static void
watch(struct connection *connection, int operation)
{
	struct epoll_event event = { .data.ptr = connection };

	event.events = EPOLLIN | (connection->out_length > connection->out_at ? EPOLLOUT : 0);
	epoll_ctl(epoll, operation, connection->fd, &event);
}

static void
accept_one(int listener)
{
	struct connection *connection = calloc(1, sizeof *connection);
	uint8_t greeting[SP_GREETING_BYTES];

	if (connection == NULL || (connection->fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK)) < 0) {
		free(connection);
		return;
	}
	sp_greeting(greeting, false);
	if (send(connection->fd, greeting, sizeof greeting, MSG_NOSIGNAL) != sizeof greeting) {
		close(connection->fd);
		free(connection);
		return;
	}
	watch(connection, EPOLL_CTL_ADD);
}

static bool
append_reply(struct connection *connection, const uint8_t id[SP_ID_BYTES])
{
	size_t needed = connection->out_length + SP_PREFIX_BYTES_MAX + SP_ID_BYTES + reply_bytes;
	uint8_t *out = connection->out;

	if (needed > connection->out_size) {
		out = realloc(connection->out, needed * 2);
		if (out == NULL)
			return false;
		connection->out = out;
		connection->out_size = needed * 2;
	}
	connection->out_length += sp_put_prefix(
	    out + connection->out_length, address.ipc, SP_ID_BYTES + (uint64_t)reply_bytes);
	memcpy(out + connection->out_length, id, SP_ID_BYTES);
	memset(out + connection->out_length + SP_ID_BYTES, 0x12, reply_bytes);
	connection->out_length += SP_ID_BYTES + reply_bytes;
	return true;
}

/* Answers every whole request that has been read; false where one is not what the load generator sends. */
static bool
answer(struct connection *connection)
{
	size_t at = 0, prefix = sp_prefix_bytes(address.ipc);

	if (!connection->greeted && connection->in_length >= SP_GREETING_BYTES) {
		connection->greeted = true;
		at = SP_GREETING_BYTES;
	}
	while (connection->greeted && connection->in_length - at >= prefix + SP_ID_BYTES) {
		uint64_t length = sp_get_length(connection->in + at, address.ipc);

		if (length < SP_ID_BYTES || length > IN_BYTES - prefix)
			return false;
		if (connection->in_length - at < prefix + length)
			break;
		if (!append_reply(connection, connection->in + at + prefix))
			return false;
		at += prefix + length;
	}
	memmove(connection->in, connection->in + at, connection->in_length - at);
	connection->in_length -= at;
	return true;
}

static bool
flush(struct connection *connection)
{
	ssize_t sent;

	while (connection->out_at < connection->out_length) {
		sent = send(connection->fd, connection->out + connection->out_at,
		    connection->out_length - connection->out_at, MSG_NOSIGNAL);
		if (sent < 0)
			return errno == EAGAIN;
		connection->out_at += (size_t)sent;
	}
	connection->out_at = connection->out_length = 0;
	return true;
}

static bool
serve(struct connection *connection)
{
	bool was_full = connection->out_length > 0;
	ssize_t got = read(connection->fd, connection->in + connection->in_length, IN_BYTES - connection->in_length);

	if (got == 0 || (got < 0 && errno != EAGAIN))
		return false;
	if (got > 0)
		connection->in_length += (size_t)got;
	if (!answer(connection) || !flush(connection))
		return false;
	if (was_full != (connection->out_length > 0))
		watch(connection, EPOLL_CTL_MOD);
	return true;
}

static int
listen_at(void)
{
	int fd = socket(address.socket.ss_family, SOCK_STREAM, 0), on = 1;

	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
	if (bind(fd, (struct sockaddr *)&address.socket, address.length) != 0 || listen(fd, 512) != 0) {
		perror("echo: listen");
		exit(3);
	}
	return fd;
}

int
main(int argc, char **argv)
{
	struct epoll_event events[EVENTS] = { { .events = EPOLLIN } };
	char *end;
	int listener, count;

	if (argc != 3 || !sp_parse(argv[1], &address) || (reply_bytes = strtoul(argv[2], &end, 10)) == 0 ||
	    *end != '\0' || reply_bytes > REPLY_BYTES_MAX) {
		fputs("usage: echo tcp://127.0.0.1:PORT|ipc://PATH REPLY_BYTES\n", stderr);
		return 2;
	}
	listener = listen_at();
	epoll = epoll_create1(0);
	epoll_ctl(epoll, EPOLL_CTL_ADD, listener, &events[0]); /* data.ptr NULL is the listener */
	puts("ready");
	fflush(stdout);
	while ((count = epoll_wait(epoll, events, EVENTS, -1)) >= 0 || errno == EINTR)
		for (int i = 0; i < count; i++) {
			struct connection *connection = events[i].data.ptr;

			if (connection == NULL) {
				accept_one(listener);
			} else if (!serve(connection)) {
				close(connection->fd);
				free(connection->out);
				free(connection);
			}
		}
	return 1;
}
