/* A closed-loop load generator: exactly CONNECTIONS x DEPTH requests are in flight at all times, every reply is checked,
 * and a reply triggers the next request of its slot. Its percentiles describe a saturated server, and are to be compared
 * with those of another run of the same shape only. run explains the table made of it. */
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include "tests/bench/histogram.h"
#include "tests/bench/requests.h"
#include "tests/bench/sp.h"

#define CONNECTIONS_MAX 1024
#define DEPTH_MAX 256
#define SECONDS_MAX 60
#define REQUESTS_MAX 5000000
#define REPLY_BYTES_MAX (9u << 20)
#define SILENCE_MS_MAX 5000
#define WARM_UP_S 0.3
#define WARM_UP_S_MAX 3.0
#define WARM_UP_REQUESTS 10000
#define ERRORS_SHOWN 5

struct slot {
	const struct request *request;
	uint64_t sent_ns;
	bool waiting;
};

struct connection {
	int fd;
	uint8_t *in, *out;
	size_t in_length, in_size, out_length, out_at, out_size;
	struct slot slots[DEPTH_MAX];
};

static struct {
	struct sp_address address;
	const char *url, *ids, *mix;
	unsigned connections, depth, seed;
	double seconds;
	bool any_reply; /* the peer is an anchor: only ids are checked */
	bool packed;    /* over HTTP: protobuf instead of JSON */
	pid_t server;
} options = { .mix = "compare=4,get=3,search=2,fail=1", .connections = 8, .depth = 8, .seed = 1, .seconds = 3 };

static struct requests requests;
static struct histogram histogram;
static uint64_t replies, reply_bytes, errors;
static bool measuring;
static uint64_t state;

static uint64_t
clock_ns(clockid_t clock)
{
	struct timespec now = { 0 };

	clock_gettime(clock, &now);
	return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

/* xorshift64*, seeded: the same run asks the same. */
static const struct request *
next_request(void)
{
	state ^= state >> 12;
	state ^= state << 25;
	state ^= state >> 27;
	return &requests.list[(state * 0x2545f4914f6cdd1dull >> 33) % requests.count];
}

static void
die(const char *what)
{
	fprintf(stderr, "load: %s: %s\n", what, strerror(errno));
	exit(3);
}

static void
count_error(const char *what, long got, long wanted)
{
	if (errors++ < ERRORS_SHOWN)
		fprintf(stderr, "load: %s: got %ld, wanted %ld\n", what, got, wanted);
}

/* HTTP status of a code of this benchmark. */
static int
http_status(int code)
{
	return code == 0 ? 200 : code == 5 ? 404 : 400;
}

static void
put_request(struct connection *connection, unsigned index, uint64_t now)
{
	struct slot *slot = &connection->slots[index];
	uint8_t *out;

	if (connection->out_at > 0) {
		connection->out_length -= connection->out_at;
		memmove(connection->out, connection->out + connection->out_at, connection->out_length);
		connection->out_at = 0;
	}
	slot->request = next_request();
	slot->sent_ns = now;
	slot->waiting = true;
	out = connection->out + connection->out_length;
	if (!options.address.http) {
		out += sp_put_prefix(out, options.address.ipc, SP_ID_BYTES + slot->request->length);
		sp_put32(out, 0x80000000u | index);
		out += SP_ID_BYTES;
	}
	memcpy(out, slot->request->call, slot->request->length);
	connection->out_length = (size_t)(out + slot->request->length - connection->out);
}

/* The code of a packed Reply: it starts with its payload (field 2) when all went well, else with its status (field 1),
 * and that with its code (field 1). -1: neither. */
static int
reply_code(const uint8_t *reply, size_t length)
{
	size_t at = 1;

	if (length == 0 || reply[0] == 0x12)
		return 0;
	if (reply[0] != 0x0a)
		return -1;
	while (at < length && reply[at] & 0x80)
		at++;
	return at + 2 < length && reply[at + 1] == 0x08 ? reply[at + 2] : -1;
}

static void
take_reply(struct connection *connection, const uint8_t *message, size_t length, uint64_t now)
{
	uint32_t index = length >= SP_ID_BYTES ? sp_get32(message) ^ 0x80000000u : UINT32_MAX;
	struct slot *slot = &connection->slots[index < options.depth ? index : 0];
	int code = length >= SP_ID_BYTES ? reply_code(message + SP_ID_BYTES, length - SP_ID_BYTES) : -1;

	if (index >= options.depth || !slot->waiting) {
		count_error("a reply to a request that is not in flight", index, options.depth);
		return;
	}
	if (!options.any_reply && code != slot->request->code)
		count_error("status", code, slot->request->code);
	if (!options.any_reply && code == 0 && length <= SP_ID_BYTES + 2)
		count_error("bytes of an answer", (long)length, SP_ID_BYTES + 3);
	slot->waiting = false;
	replies++;
	reply_bytes += length - SP_ID_BYTES;
	if (measuring)
		histogram_add(&histogram, now - slot->sent_ns);
}

static void
take_http_reply(struct connection *connection, int status, size_t length, uint64_t now)
{
	struct slot *slot = &connection->slots[0];

	if (!options.any_reply && status != http_status(slot->request->code))
		count_error("status", status, http_status(slot->request->code));
	slot->waiting = false;
	replies++;
	reply_bytes += length;
	if (measuring)
		histogram_add(&histogram, now - slot->sent_ns);
}

/* Length of the whole reply of HTTP that is at the start of these bytes; 0: it is not all here. */
static size_t
http_length(const uint8_t *bytes, size_t here, int *status, size_t *body)
{
	static const char name[] = "\r\nContent-Length: ";
	const uint8_t *end = memmem(bytes, here, "\r\n\r\n", 4);
	const uint8_t *length = end != NULL ? memmem(bytes, (size_t)(end - bytes), name, sizeof name - 1) : NULL;

	if (end == NULL)
		return 0;
	if (length == NULL || here < 13) {
		errno = EPROTO;
		die("a reply without a length");
	}
	*status = (int)strtol((const char *)bytes + 9, NULL, 10);
	*body = strtoul((const char *)length + sizeof name - 1, NULL, 10);
	*body = here >= (size_t)(end + 4 - bytes) + *body ? *body : SIZE_MAX;
	return *body == SIZE_MAX ? 0 : (size_t)(end + 4 - bytes) + *body;
}

static size_t
take_http_replies(struct connection *connection, uint64_t now)
{
	size_t length, body;
	int status;

	length = http_length(connection->in, connection->in_length, &status, &body);
	if (length > 0)
		take_http_reply(connection, status, body, now);
	return length;
}

static void
watch(int epoll, struct connection *connection, int operation)
{
	struct epoll_event event = { .data.ptr = connection };

	event.events = EPOLLIN | (connection->out_length > 0 ? EPOLLOUT : 0);
	if (epoll_ctl(epoll, operation, connection->fd, &event) != 0)
		die("epoll");
}

static void
flush(struct connection *connection)
{
	while (connection->out_at < connection->out_length) {
		ssize_t sent = send(connection->fd, connection->out + connection->out_at,
		    connection->out_length - connection->out_at, MSG_NOSIGNAL);

		if (sent < 0 && errno == EAGAIN)
			return;
		if (sent < 0)
			die("send");
		connection->out_at += (size_t)sent;
	}
	connection->out_at = connection->out_length = 0;
}

static void
fill(struct connection *connection)
{
	ssize_t got;

	if (connection->in_length == connection->in_size) {
		if (connection->in_size >= REPLY_BYTES_MAX)
			die("a reply longer than any may be");
		connection->in_size *= 2;
		connection->in = realloc(connection->in, connection->in_size);
		if (connection->in == NULL)
			die("memory");
	}
	got = read(connection->fd, connection->in + connection->in_length, connection->in_size - connection->in_length);
	if (got == 0)
		errno = ECONNRESET;
	if (got == 0 || (got < 0 && errno != EAGAIN))
		die("the server closed a connection");
	if (got > 0)
		connection->in_length += (size_t)got;
}

/* Reads what is there, counts whole replies and sends as many new requests. */
static void
serve(int epoll, struct connection *connection)
{
	size_t at = 0, prefix = sp_prefix_bytes(options.address.ipc);
	bool was_full = connection->out_length > 0;
	uint64_t now;

	fill(connection);
	now = clock_ns(CLOCK_MONOTONIC);
	if (options.address.http)
		at = take_http_replies(connection, now);
	while (!options.address.http && connection->in_length - at >= prefix) {
		uint64_t length = sp_get_length(connection->in + at, options.address.ipc);

		if (length > connection->in_length - at - prefix)
			break;
		take_reply(connection, connection->in + at + prefix, length, now);
		at += prefix + length;
	}
	memmove(connection->in, connection->in + at, connection->in_length - at);
	connection->in_length -= at;
	now = clock_ns(CLOCK_MONOTONIC);
	for (unsigned i = 0; i < options.depth; i++)
		if (!connection->slots[i].waiting)
			put_request(connection, i, now);
	flush(connection);
	if (was_full != (connection->out_length > 0))
		watch(epoll, connection, EPOLL_CTL_MOD);
}

static void
greet(struct connection *connection)
{
	uint8_t greeting[SP_GREETING_BYTES], wanted[SP_GREETING_BYTES];

	sp_greeting(greeting, true);
	sp_greeting(wanted, false);
	if (write(connection->fd, greeting, sizeof greeting) != sizeof greeting ||
	    recv(connection->fd, greeting, sizeof greeting, MSG_WAITALL) != sizeof greeting ||
	    memcmp(greeting, wanted, sizeof wanted) != 0)
		die("greeting");
}

static void
start(int epoll, struct connection *connection, size_t frame_bytes_max)
{
	memset(connection, 0, sizeof *connection);
	connection->in_size = 256u << 10;
	connection->in = malloc(connection->in_size);
	connection->out_size = options.depth * frame_bytes_max;
	connection->out = malloc(connection->out_size);
	connection->fd = socket(options.address.socket.ss_family, SOCK_STREAM, 0);
	if (connection->in == NULL || connection->out == NULL || connection->fd < 0 ||
	    connect(connection->fd, (struct sockaddr *)&options.address.socket, options.address.length) != 0)
		die(options.url);
	if (!options.address.http)
		greet(connection);
	if (fcntl(connection->fd, F_SETFL, O_NONBLOCK) != 0)
		die("non-blocking");
	watch(epoll, connection, EPOLL_CTL_ADD);
	for (unsigned i = 0; i < options.depth; i++)
		put_request(connection, i, clock_ns(CLOCK_MONOTONIC));
	flush(connection);
	watch(epoll, connection, EPOLL_CTL_MOD);
}

/* Serves all connections until the time is up, or longer until so many replies came, but not beyond seconds_max. */
static void
go_on(int epoll, double seconds, double seconds_max, uint64_t replies_min)
{
	struct epoll_event events[64];
	uint64_t began = clock_ns(CLOCK_MONOTONIC), replies_before = replies, elapsed = 0;

	while (elapsed < (uint64_t)(seconds_max * 1e9) && replies < REQUESTS_MAX &&
	       (elapsed < (uint64_t)(seconds * 1e9) || replies - replies_before < replies_min)) {
		int count = epoll_wait(epoll, events, 64, SILENCE_MS_MAX);

		if (count == 0) {
			errno = ETIMEDOUT;
			die("no reply");
		}
		for (int i = 0; i < count; i++)
			serve(epoll, events[i].data.ptr);
		elapsed = clock_ns(CLOCK_MONOTONIC) - began;
	}
}

/* Nanoseconds that all processors of the machine were busy. */
static uint64_t
machine_ns(void)
{
	unsigned long long user = 0, nice = 0, system = 0;
	FILE *file = fopen("/proc/stat", "r");

	if (file == NULL || fscanf(file, "cpu %llu %llu %llu", &user, &nice, &system) != 3)
		user = nice = system = 0;
	if (file != NULL)
		fclose(file);
	return (user + nice + system) * (1000000000u / (uint64_t)sysconf(_SC_CLK_TCK));
}

struct usage {
	uint64_t at_ns, server_ns, own_ns, machine_ns;
};

static struct usage
usage_now(void)
{
	struct usage usage = { .at_ns = clock_ns(CLOCK_MONOTONIC), .machine_ns = machine_ns() };
	clockid_t clock;

	usage.own_ns = clock_ns(CLOCK_PROCESS_CPUTIME_ID);
	if (options.server > 0 && clock_getcpuclockid(options.server, &clock) == 0)
		usage.server_ns = clock_ns(clock);
	return usage;
}

static void
report(const struct usage *before, const struct usage *after, uint64_t bytes)
{
	double count = histogram.count > 0 ? (double)histogram.count : 1;
	double seconds = (double)(after->at_ns - before->at_ns) / 1e9;
	double server = (double)(after->server_ns - before->server_ns), own = (double)(after->own_ns - before->own_ns);
	double foreign = (double)(after->machine_ns - before->machine_ns) - server - own;

	printf(
	    "{\"requests\": %llu, \"errors\": %llu, \"seconds\": %.3f, \"per_second\": %.0f, \"reply_bytes\": %.0f, ",
	    (unsigned long long)histogram.count, (unsigned long long)errors, seconds, count / seconds,
	    (double)bytes / count);
	printf("\"mean_us\": %.1f, \"p50_us\": %.1f, \"p90_us\": %.1f, \"p99_us\": %.1f, \"max_us\": %.1f, ",
	    (double)histogram.sum_ns / count / 1e3, (double)histogram_at(&histogram, 0.5) / 1e3,
	    (double)histogram_at(&histogram, 0.9) / 1e3, (double)histogram_at(&histogram, 0.99) / 1e3,
	    (double)histogram.max_ns / 1e3);
	printf("\"server_cpu_us\": %.2f, \"own_cpu_us\": %.2f, \"own_share\": %.2f, \"foreign_share\": %.2f}\n",
	    server / count / 1e3, own / count / 1e3, own / 1e9 / seconds,
	    foreign > 0 ? foreign / 1e9 / seconds / (double)sysconf(_SC_NPROCESSORS_ONLN) : 0);
}

static unsigned
number(const char *text, unsigned max)
{
	char *end;
	unsigned long value = strtoul(text, &end, 10);

	if (*text == '\0' || *end != '\0' || value == 0 || value > max) {
		fprintf(stderr, "load: \"%s\" is not a number from 1 to %u\n", text, max);
		exit(2);
	}
	return (unsigned)value;
}

static void
read_options(int argc, char **argv)
{
	static const struct option names[] = { { "conns", 1, NULL, 'c' }, { "depth", 1, NULL, 'd' },
		{ "seconds", 1, NULL, 's' }, { "seed", 1, NULL, 'r' }, { "mix", 1, NULL, 'm' }, { "ids", 1, NULL, 'i' },
		{ "server-pid", 1, NULL, 'p' }, { "any-reply", 0, NULL, 'a' }, { "packed", 0, NULL, 'k' },
		{ "target", 1, NULL, 't' }, { 0 } };
	int option;

	while ((option = getopt_long(argc, argv, "", names, NULL)) != -1) {
		switch (option) {
		case 'c':
			options.connections = number(optarg, CONNECTIONS_MAX);
			break;
		case 'd':
			options.depth = number(optarg, DEPTH_MAX);
			break;
		case 's':
			options.seconds = number(optarg, SECONDS_MAX);
			break;
		case 'r':
			options.seed = number(optarg, 1u << 30);
			break;
		case 'm':
			options.mix = optarg;
			break;
		case 'i':
			options.ids = optarg;
			break;
		case 'p':
			options.server = (pid_t)number(optarg, 1u << 30);
			break;
		case 'a':
			options.any_reply = true;
			break;
		case 'k':
			options.packed = true;
			break;
		case 't':
			options.url = optarg;
			break;
		default:
			options.url = NULL;
			optind = argc + 1;
		}
	}
	if (options.url != NULL && strncmp(options.url, "http:", 5) == 0)
		options.depth = 1;
	if (options.url == NULL || options.ids == NULL || optind != argc || !sp_parse(options.url, &options.address)) {
		fputs("usage: load --target tcp://127.0.0.1:PORT|http://127.0.0.1:PORT|ipc://PATH --ids FILE [--conns "
		      "K] [--depth D]\n"
		      "    [--mix compare=4,get=3,search=2,fail=1] [--seconds S] [--seed N] [--server-pid PID] "
		      "[--any-reply] [--packed]\n"
		      "over HTTP a connection has one request in flight\n",
		    stderr);
		exit(2);
	}
}

int
main(int argc, char **argv)
{
	struct connection *connections;
	struct usage before, after;
	size_t frame_bytes_max = 0;
	uint64_t bytes_before;
	int epoll;

	read_options(argc, argv);
	requests_make(&requests,
	    !options.address.http ? REQUESTS_CALL
	    : options.packed      ? REQUESTS_HTTP_PROTO
				  : REQUESTS_HTTP_JSON,
	    options.ids, options.mix, options.seed);
	state = options.seed * 0x9e3779b97f4a7c15ull;
	for (size_t i = 0; i < requests.count; i++)
		if (requests.list[i].length + SP_PREFIX_BYTES_MAX + SP_ID_BYTES > frame_bytes_max)
			frame_bytes_max = requests.list[i].length + SP_PREFIX_BYTES_MAX + SP_ID_BYTES;
	connections = calloc(options.connections, sizeof *connections);
	epoll = epoll_create1(0);
	if (connections == NULL || epoll < 0)
		die("start");
	for (unsigned i = 0; i < options.connections; i++)
		start(epoll, &connections[i], frame_bytes_max);

	go_on(epoll, WARM_UP_S, WARM_UP_S_MAX, WARM_UP_REQUESTS);
	measuring = true;
	bytes_before = reply_bytes;
	before = usage_now();
	go_on(epoll, options.seconds, options.seconds, 0);
	after = usage_now();
	report(&before, &after, reply_bytes - bytes_before);
	return errors > 0;
}
