/* The state machine of one client.
 *
 * One aio reads, one writes.  Requests are taken and dispatched in the read callback alone (on_read), one after the other;
 * replies are put into the output by whichever thread has them (send_reply) and leave together.  A connection that owes too
 * much is paused: nothing reads from it until replies have left.
 *
 * On nng 1.5.2 an operation on a stream that was just closed never completes.  So an operation starts only with the lock held,
 * after a look at `closing`, and closing happens only with the lock held.  The memory goes when nothing is under way
 * any more (release): no read, no write, no call at work. */
#include "service/connection.h"

#include <stdlib.h>
#include <string.h>

#include "proto/rpc.h"
#include "service/log.h"

#define NS_PER_S INT64_C(1000000000)
#define GREETING_BYTES 8
#define WORD_BYTES 4
#define HEADER_BYTES_MAX (16 * WORD_BYTES) /* 15 hops and the request's id */
#define PREFIX_BYTES_MAX 9
#define IN_BYTES_MIN ((size_t)4 << 10)    /* of an input buffer */
#define IN_BYTES_USUAL ((size_t)64 << 10) /* up to which it grows so that one read takes many requests */
#define CHUNK_BYTES ((size_t)32 << 10)
#define IOV_MAX_NNG 8              /* what an aio takes */
#define SLICE_NS (NS_PER_S / 1000) /* after so long a connection lets others go first */
#define SPARE_KEPT_NS NS_PER_S     /* how long a quiet connection keeps its output buffer */
#define RETRY_OUTPUT_MS 500

struct chunk {
	struct chunk *next;
	size_t size, used;
	uint8_t bytes[];
};

struct connection {
	struct connections *all;
	struct connection *next, **link; /* under all->lock */
	nng_stream *stream;
	nng_aio *read_aio, *write_aio;
	bool framed, local;

	/* Of the read callback. */
	bool greeted;
	uint8_t *in;
	size_t in_size, in_start, in_end;
	size_t need;        /* bytes of the message that is incomplete, as far as known */
	uint64_t skip;      /* bytes of a refused message still to be dropped */
	int64_t arrival_ns; /* of the last bytes */

	pthread_mutex_t lock; /* what follows */
	bool closing, reading, writing;
	bool paused; /* not reading, until less is owed */
	bool kicked; /* the read callback was called without a read */
	bool corked; /* the read callback will start the send */
	bool idle;   /* between two messages */
	size_t at_work;
	struct chunk *out_first, *out_last, *spare;
	size_t out_start;                            /* of out_first, already sent */
	size_t out_bytes;                            /* to be sent */
	size_t out_mark;                             /* so many of them by write_deadline_ns */
	int64_t read_deadline_ns, write_deadline_ns; /* 0 = none */
	int64_t message_ns;                          /* when the incomplete message began; 0 = at the next read */
	int64_t active_ns;                           /* of the last read or write that ended */
};

/* A call with what its reply repeats. */
struct slot {
	struct call call;
	struct connection *connection;
	struct slot *next; /* free */
	uint8_t header[HEADER_BYTES_MAX];
	size_t header_length;
};

/* What the read callback does next. */
enum next {
	NEXT_REQUEST, /* looks for another request in what is there */
	NEXT_READ,    /* needs more bytes */
	NEXT_PAUSE,   /* waits until less is owed */
	NEXT_YIELD,   /* goes on after others had their turn */
	NEXT_CLOSE,
};

static void on_read(void *arg);
static void on_write(void *arg);
static enum next take_input(struct connection *c);
static enum next take_greeting(struct connection *c);
static enum next take_request(struct connection *c);
static void send_reply(
    struct call *call, const uint8_t *head, size_t head_length, const uint8_t *payload, size_t payload_length);
static void start_next(struct connection *c, enum next next);
static void start_send(struct connection *c);
static void resume(struct connection *c);
static void begin_close(struct connection *c, const char *why);
static void release(struct connection *c);
static bool put(struct connection *c, size_t count, const nng_iov *parts);

/* ---- Life ---- */

static void
destroy(struct connection *c)
{
	for (struct chunk *chunk = c->out_first, *next; chunk != NULL; chunk = next) {
		next = chunk->next;
		free(chunk);
	}
	free(c->spare);
	free(c->in);
	pthread_mutex_destroy(&c->lock);
	free(c);
}

static struct connection *
create(struct connections *all, bool framed, bool local)
{
	struct connection *c = calloc(1, sizeof *c);

	if (c == NULL)
		return NULL;
	pthread_mutex_init(&c->lock, NULL);
	c->all = all;
	c->framed = framed;
	c->local = local;
	c->reading = true;
	c->in_size = IN_BYTES_MIN;
	c->active_ns = dispatch_now_ns();
	c->read_deadline_ns = c->active_ns + all->limits.greeting_timeout_ns;
	if ((c->in = malloc(c->in_size)) != NULL && nng_aio_alloc(&c->read_aio, on_read, c) == 0) {
		if (nng_aio_alloc(&c->write_aio, on_write, c) == 0)
			return c;
		nng_aio_free(c->read_aio);
	}
	destroy(c);
	return NULL;
}

static enum transport
transport_of(const struct connection *c)
{
	return c->framed ? TRANSPORT_IPC : TRANSPORT_TCP;
}

static bool
enlist(struct connection *c)
{
	struct connections *all = c->all;
	bool room;

	pthread_mutex_lock(&all->lock);
	room = all->count < all->limits.connections_max;
	if (room) {
		all->count++;
		c->next = all->first;
		c->link = &all->first;
		if (c->next != NULL)
			c->next->link = &c->next;
		all->first = c;
	}
	pthread_mutex_unlock(&all->lock);
	return room;
}

/* The last use of what all share: after it they may be gone. */
static void
delist(struct connection *c)
{
	struct connections *all = c->all;

	atomic_fetch_sub_explicit(&all->out_bytes, c->out_bytes, memory_order_relaxed);
	atomic_fetch_add(&all->service->metrics.closed[transport_of(c)], 1);
	pthread_mutex_lock(&all->lock);
	*c->link = c->next;
	if (c->next != NULL)
		c->next->link = c->link;
	all->count--;
	if (all->count == 0)
		pthread_cond_broadcast(&all->changed);
	pthread_mutex_unlock(&all->lock);
}

bool
connections_add(struct connections *all, nng_stream *stream, bool framed, bool local)
{
	struct connection *c = create(all, framed, local);

	if (c == NULL)
		return false;
	c->stream = stream;
	if (!enlist(c)) {
		atomic_fetch_add(&all->service->metrics.refused[transport_of(c)], 1);
		nng_aio_free(c->read_aio);
		nng_aio_free(c->write_aio);
		destroy(c);
		return false;
	}
	atomic_fetch_add(&all->service->metrics.accepted[transport_of(c)], 1);
	pthread_mutex_lock(&c->lock);
	start_next(c, NEXT_READ);
	release(c);
	return true;
}

/* Unlocks, and frees what nothing uses any more. Only who has just ended a read, a write or a call may call this: of
 * those, one is the last. */
static void
release(struct connection *c)
{
	bool last = c->closing && !c->reading && !c->writing && c->at_work == 0;

	pthread_mutex_unlock(&c->lock);
	if (!last)
		return;
	delist(c);
	nng_stream_free(c->stream);
	nng_aio_reap(c->read_aio);
	nng_aio_reap(c->write_aio);
	destroy(c);
}

static void
begin_close(struct connection *c, const char *why)
{
	if (c->closing)
		return;
	c->closing = true;
	nng_stream_close(c->stream);
	log_event(LOG_DEBUG, "closed", LOG_TEXT("why", why));
}

/* ---- Reading ---- */

static void
on_read(void *arg)
{
	struct connection *c = arg;
	enum next next = NEXT_CLOSE;
	int error = c->kicked ? 0 : nng_aio_result(c->read_aio);

	if (error == 0) {
		if (!c->kicked) {
			c->in_end += nng_aio_count(c->read_aio);
			c->arrival_ns = dispatch_now_ns();
		}
		next = take_input(c);
	}
	pthread_mutex_lock(&c->lock);
	c->kicked = c->corked = false;
	if (next == NEXT_CLOSE)
		begin_close(c, error != 0 ? nng_strerror(error) : "protocol");
	start_send(c);
	start_next(c, next);
	release(c);
}

static enum next
take_input(struct connection *c)
{
	int64_t begin = dispatch_now_ns();
	enum next next = c->greeted ? NEXT_REQUEST : take_greeting(c);

	while (next == NEXT_REQUEST) {
		size_t here = c->in_end - c->in_start;

		if (c->skip > 0) {
			size_t dropped = here < c->skip ? here : (size_t)c->skip;

			c->in_start += dropped;
			c->skip -= dropped;
		}
		next = c->skip > 0 ? NEXT_READ : take_request(c);
		if (next == NEXT_REQUEST && dispatch_now_ns() - begin > SLICE_NS)
			next = NEXT_YIELD;
	}
	return next;
}

static enum next
take_greeting(struct connection *c)
{
	static const uint8_t theirs[GREETING_BYTES] = { 0, 'S', 'P', 0, 0, 0x30, 0, 0 };
	static const uint8_t ours[GREETING_BYTES] = { 0, 'S', 'P', 0, 0, 0x31, 0, 0 };
	size_t here = c->in_end - c->in_start;
	bool stored;

	if (memcmp(c->in, theirs, here < GREETING_BYTES ? here : GREETING_BYTES) != 0)
		return NEXT_CLOSE;
	if (here < GREETING_BYTES)
		return NEXT_READ;
	c->in_start += GREETING_BYTES;
	pthread_mutex_lock(&c->lock);
	c->greeted = true;
	stored = put(c, 1, &(nng_iov){ (void *)ours, sizeof ours });
	pthread_mutex_unlock(&c->lock);
	return stored ? NEXT_REQUEST : NEXT_CLOSE;
}

static uint64_t
big_endian(const uint8_t *bytes, size_t count)
{
	uint64_t value = 0;

	for (size_t i = 0; i < count; i++)
		value = value << 8 | bytes[i];
	return value;
}

/* Length of the header at the start of a message of length bytes, of which so many are here. 0: it is not yet here as a
 * whole; SIZE_MAX: there is none. */
static size_t
header_length(const uint8_t *bytes, size_t here, uint64_t length)
{
	for (size_t end = WORD_BYTES; end <= HEADER_BYTES_MAX && end <= length; end += WORD_BYTES) {
		if (end > here)
			return 0;
		if ((bytes[end - WORD_BYTES] & 0x80) != 0)
			return end;
	}
	return SIZE_MAX;
}

static struct slot *take_slot(struct connections *all);
static void give_slot(struct connections *all, struct slot *slot);
static bool begin_call(struct connection *c);

static enum next
take_request(struct connection *c)
{
	const size_t prefix = c->framed ? PREFIX_BYTES_MAX : PREFIX_BYTES_MAX - 1;
	const size_t max = c->all->service->request_bytes_max;
	const uint8_t *bytes = c->in + c->in_start;
	size_t here = c->in_end - c->in_start, header, body;
	uint64_t length;
	struct slot *slot;

	c->need = prefix + HEADER_BYTES_MAX;
	if (here > 0 && c->framed && bytes[0] != 1)
		return NEXT_CLOSE;
	if (here < prefix)
		return NEXT_READ;
	length = big_endian(bytes + prefix - 8, 8);
	if (length < WORD_BYTES || length > (uint64_t)max * CONNECTION_LENGTH_FACTOR)
		return NEXT_CLOSE;
	header = header_length(bytes + prefix, here - prefix, length);
	if (header == 0 || header == SIZE_MAX)
		return header == 0 ? NEXT_READ : NEXT_CLOSE;
	body = (size_t)length - header;
	c->need = prefix + (size_t)length;
	if (body <= max && here < c->need)
		return NEXT_READ;
	if (!begin_call(c))
		return NEXT_PAUSE;
	slot = take_slot(c->all);
	slot->connection = c;
	slot->call.transport = transport_of(c);
	slot->call.local = c->local;
	slot->call.arrival_ns = c->arrival_ns;
	memcpy(slot->header, bytes + prefix, header);
	slot->header_length = header;
	if (body > max) {
		c->skip = body;
		c->in_start += prefix + header;
		dispatch_oversize(&slot->call, body);
	} else {
		c->in_start += c->need;
		dispatch(&slot->call, bytes + prefix + header, body);
	}
	return NEXT_REQUEST;
}

/* Owes too much to take another request. */
static bool
is_blocked(const struct connection *c)
{
	return c->at_work >= CONNECTION_CALLS_MAX || c->out_bytes > CONNECTION_OUT_BYTES_MAX;
}

static bool
begin_call(struct connection *c)
{
	bool blocked;

	pthread_mutex_lock(&c->lock);
	blocked = is_blocked(c);
	if (!blocked) {
		c->at_work++;
		c->corked = true;
		c->message_ns = 0;
	}
	pthread_mutex_unlock(&c->lock);
	return !blocked;
}

/* Calls the read callback on a thread of the library, as if a read had ended. */
static void
kick(struct connection *c)
{
	c->kicked = true;
	c->reading = nng_aio_begin(c->read_aio);
	if (c->reading)
		nng_aio_finish(c->read_aio, 0);
}

static bool
resize_input(struct connection *c, size_t size)
{
	uint8_t *in = realloc(c->in, size);

	if (in == NULL)
		return false;
	c->in = in;
	c->in_size = size;
	return true;
}

/* Room for the next read. A buffer that was filled doubles, but for one message only up to that message's length: what a
 * peer claims costs nothing until it has sent as much. */
static bool
make_room(struct connection *c)
{
	size_t used = c->in_end - c->in_start, size = c->in_size;
	size_t limit = used > 0 && c->need > IN_BYTES_USUAL ? c->need : IN_BYTES_USUAL;
	bool filled = c->in_end == c->in_size;

	if (used == 0 && size > IN_BYTES_USUAL)
		size = IN_BYTES_USUAL;
	else if (filled && size < limit && (used == 0 || used * 2 >= size))
		size = size * 2 < limit ? size * 2 : limit;
	if (used == 0 || filled) {
		memmove(c->in, c->in + c->in_start, used);
		c->in_start = 0;
		c->in_end = used;
	}
	return size == c->in_size || resize_input(c, size);
}

static int64_t
time_for(const struct connection *c, uint64_t bytes)
{
	return c->all->limits.message_timeout_ns + (int64_t)(bytes / CONNECTION_BYTES_PER_S_MIN + 1) * NS_PER_S;
}

/* The greeting has the deadline it was made with, an incomplete message one from when it began. */
static void
set_read_deadline(struct connection *c)
{
	bool idle = c->greeted && c->in_start == c->in_end && c->skip == 0;

	if (idle) {
		c->read_deadline_ns = c->active_ns + c->all->limits.idle_timeout_ns;
	} else if (c->greeted) {
		if (c->idle || c->message_ns == 0)
			c->message_ns = c->active_ns;
		c->read_deadline_ns = c->message_ns + time_for(c, c->need);
	}
	c->idle = idle;
}

static void
start_read(struct connection *c)
{
	nng_iov iov;

	if (!make_room(c)) {
		begin_close(c, "no memory");
		c->reading = false;
		return;
	}
	set_read_deadline(c);
	iov.iov_buf = c->in + c->in_end;
	iov.iov_len = c->in_size - c->in_end;
	c->reading = true;
	nng_aio_set_iov(c->read_aio, 1, &iov);
	nng_stream_recv(c->stream, c->read_aio);
}

/* With the lock held, at the end of the read callback. */
static void
start_next(struct connection *c, enum next next)
{
	c->active_ns = dispatch_now_ns();
	if (c->closing) {
		c->reading = false;
	} else if (next == NEXT_READ) {
		start_read(c);
	} else if (next == NEXT_PAUSE && is_blocked(c)) {
		c->reading = false;
		c->paused = true;
		c->idle = false;
		c->read_deadline_ns = 0;
	} else {
		kick(c);
	}
}

/* With the lock held, when less is owed than before. */
static void
resume(struct connection *c)
{
	if (c->paused && !c->closing && !is_blocked(c)) {
		c->paused = false;
		kick(c);
	}
}

/* ---- Replies ---- */

/* A reply that does not fit into what all connections may hold becomes one that does. */
static void
replace_reply(struct call *call, const uint8_t **payload, size_t *payload_length)
{
	occupare_fail(&call->status, OCCUPARE_UNAVAILABLE, NULL,
	    "too many replies wait to be taken by their clients; try again later");
	occupare_status_reason(&call->status, "OUTPUT_FULL");
	call->status.retry_delay_ms = RETRY_OUTPUT_MS;
	*payload = occ_reply_failure(&call->arena, &call->status, payload_length);
}

static size_t
write_prefix(uint8_t *out, bool framed, uint64_t length)
{
	size_t n = 0;

	if (framed)
		out[n++] = 1;
	for (int shift = 56; shift >= 0; shift -= 8)
		out[n++] = (uint8_t)(length >> shift);
	return n;
}

static void
send_reply(struct call *call, const uint8_t *head, size_t head_length, const uint8_t *payload, size_t payload_length)
{
	struct slot *slot = call->carrier;
	struct connection *c = slot->connection;
	struct connections *all = c->all;
	uint8_t prefix[PREFIX_BYTES_MAX];
	size_t prefix_length;

	if (payload_length > CHUNK_BYTES &&
	    atomic_load_explicit(&all->out_bytes, memory_order_relaxed) + payload_length > CONNECTION_OUT_TOTAL_MAX) {
		replace_reply(call, &payload, &payload_length);
		head_length = 0;
	}
	prefix_length = write_prefix(prefix, c->framed, slot->header_length + head_length + payload_length);
	nng_iov parts[] = { { prefix, prefix_length }, { slot->header, slot->header_length },
		{ (void *)head, head_length }, { (void *)payload, payload_length } };
	pthread_mutex_lock(&c->lock);
	if (!c->closing && !put(c, sizeof parts / sizeof parts[0], parts))
		begin_close(c, "no memory");
	c->at_work--;
	if (!c->corked || c->out_bytes >= CHUNK_BYTES)
		start_send(c);
	resume(c);
	give_slot(all, slot);
	release(c);
}

static struct chunk *
new_chunk(struct connection *c, size_t size)
{
	struct chunk *chunk = c->spare;

	if (chunk != NULL && size <= chunk->size) {
		c->spare = NULL;
	} else {
		size = size < CHUNK_BYTES ? CHUNK_BYTES : size;
		chunk = malloc(sizeof *chunk + size);
		if (chunk == NULL)
			return NULL;
		chunk->size = size;
	}
	chunk->next = NULL;
	chunk->used = 0;
	if (c->out_first == NULL)
		c->out_first = chunk;
	else
		c->out_last->next = chunk;
	c->out_last = chunk;
	return chunk;
}

/* Adds to the output, with the lock held. Bytes behind those that are being sent may be added to the same chunk.
 * False: no memory. */
static bool
put(struct connection *c, size_t count, const nng_iov *parts)
{
	struct chunk *chunk = c->out_last;
	size_t size = 0;

	for (size_t i = 0; i < count; i++)
		size += parts[i].iov_len;
	if ((chunk == NULL || chunk->size - chunk->used < size) && (chunk = new_chunk(c, size)) == NULL)
		return false;
	for (size_t i = 0; i < count; i++) {
		if (parts[i].iov_len > 0)
			memcpy(chunk->bytes + chunk->used, parts[i].iov_buf, parts[i].iov_len);
		chunk->used += parts[i].iov_len;
	}
	c->out_bytes += size;
	atomic_fetch_add_explicit(&c->all->out_bytes, size, memory_order_relaxed);
	return true;
}

/* Forgets what was sent. */
static void
consume(struct connection *c, size_t sent)
{
	c->out_bytes -= sent;
	atomic_fetch_sub_explicit(&c->all->out_bytes, sent, memory_order_relaxed);
	while (sent > 0) {
		struct chunk *chunk = c->out_first;
		size_t here = chunk->used - c->out_start;

		if (sent < here) {
			c->out_start += sent;
			return;
		}
		sent -= here;
		c->out_start = 0;
		c->out_first = chunk->next;
		if (c->out_first == NULL)
			c->out_last = NULL;
		if (c->spare == NULL && chunk->size == CHUNK_BYTES)
			c->spare = chunk;
		else
			free(chunk);
	}
}

/* With the lock held. */
static void
start_send(struct connection *c)
{
	nng_iov iov[IOV_MAX_NNG];
	unsigned count = 0;
	size_t start = c->out_start;

	if (c->closing || c->writing || c->out_bytes == 0)
		return;
	if (c->write_deadline_ns == 0) {
		c->out_mark = c->out_bytes;
		c->write_deadline_ns = dispatch_now_ns() + time_for(c, c->out_mark);
	}
	for (struct chunk *chunk = c->out_first; chunk != NULL && count < IOV_MAX_NNG; chunk = chunk->next) {
		iov[count].iov_buf = chunk->bytes + start;
		iov[count++].iov_len = chunk->used - start;
		start = 0;
	}
	c->writing = true;
	nng_aio_set_iov(c->write_aio, count, iov);
	nng_stream_send(c->stream, c->write_aio);
}

/* Bytes that were there when the deadline was set are gone: those that came meanwhile have a deadline of their own. */
static void
move_mark(struct connection *c, size_t sent)
{
	if (sent < c->out_mark)
		c->out_mark -= sent;
	else
		c->write_deadline_ns = 0;
}

static void
on_write(void *arg)
{
	struct connection *c = arg;
	int error = nng_aio_result(c->write_aio);

	pthread_mutex_lock(&c->lock);
	c->writing = false;
	c->active_ns = dispatch_now_ns();
	if (error != 0) {
		begin_close(c, nng_strerror(error));
	} else {
		size_t sent = nng_aio_count(c->write_aio);

		move_mark(c, sent);
		consume(c, sent);
		start_send(c);
		resume(c);
	}
	release(c);
}

/* ---- Slots ---- */

static struct slot *
new_slot(struct connections *all)
{
	struct slot *slot = calloc(1, sizeof *slot);
	struct occupare_status st;

	if (slot == NULL || call_init(&slot->call, all->service, &st) != OCCUPARE_OK) {
		free(slot);
		return NULL;
	}
	slot->call.send = send_reply;
	slot->call.carrier = slot;
	all->slots_count++;
	return slot;
}

/* The last one given, whose memory is warm. Calls that wait for the writer hold theirs, and there are fewer of those than
 * slots; all others end by themselves: so this hardly waits, and never for ever. */
static struct slot *
take_slot(struct connections *all)
{
	struct slot *slot;

	pthread_mutex_lock(&all->slots_lock);
	for (;;) {
		slot = all->slots_free;
		if (slot != NULL) {
			all->slots_free = slot->next;
			break;
		}
		if (all->slots_count < CONNECTION_CALLS_TOTAL_MAX && (slot = new_slot(all)) != NULL)
			break;
		pthread_cond_wait(&all->slots_changed, &all->slots_lock);
	}
	pthread_mutex_unlock(&all->slots_lock);
	return slot;
}

static void
give_slot(struct connections *all, struct slot *slot)
{
	call_reset(&slot->call);
	pthread_mutex_lock(&all->slots_lock);
	slot->next = all->slots_free;
	all->slots_free = slot;
	pthread_cond_signal(&all->slots_changed);
	pthread_mutex_unlock(&all->slots_lock);
}

/* ---- All connections ---- */

void
connections_init(struct connections *all, struct service *service, const struct connection_limits *limits)
{
	pthread_condattr_t monotonic;

	memset(all, 0, sizeof *all);
	all->service = service;
	all->limits = *limits;
	pthread_mutex_init(&all->lock, NULL);
	pthread_mutex_init(&all->slots_lock, NULL);
	pthread_condattr_init(&monotonic);
	pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
	pthread_cond_init(&all->changed, &monotonic);
	pthread_cond_init(&all->slots_changed, &monotonic);
	pthread_condattr_destroy(&monotonic);
}

void
connections_fini(struct connections *all)
{
	struct slot *slot;

	while ((slot = all->slots_free) != NULL) {
		all->slots_free = slot->next;
		call_fini(&slot->call);
		free(slot);
	}
	pthread_cond_destroy(&all->slots_changed);
	pthread_cond_destroy(&all->changed);
	pthread_mutex_destroy(&all->slots_lock);
	pthread_mutex_destroy(&all->lock);
}

static const char *
reason_to_close(const struct connection *c, int64_t now, int64_t quiet_ns)
{
	bool busy = c->at_work > 0 || c->out_bytes > 0;

	if (c->write_deadline_ns != 0 && c->out_bytes > 0 && now > c->write_deadline_ns)
		return "replies were not taken in time";
	if (c->read_deadline_ns != 0 && now > c->read_deadline_ns && !(c->idle && busy))
		return c->idle ? "idle" : "the rest of a message did not come in time";
	if (!busy && now - c->active_ns > quiet_ns)
		return "stopping";
	return NULL;
}

void
connections_sweep(struct connections *all, int64_t quiet_ns)
{
	int64_t now = dispatch_now_ns();

	pthread_mutex_lock(&all->lock);
	for (struct connection *c = all->first; c != NULL; c = c->next) {
		pthread_mutex_lock(&c->lock);
		const char *why = reason_to_close(c, now, quiet_ns);
		if (why != NULL)
			begin_close(c, why);
		if (now - c->active_ns > SPARE_KEPT_NS) {
			free(c->spare);
			c->spare = NULL;
		}
		pthread_mutex_unlock(&c->lock);
	}
	pthread_mutex_unlock(&all->lock);
}

void
connections_close(struct connections *all)
{
	pthread_mutex_lock(&all->lock);
	for (struct connection *c = all->first; c != NULL; c = c->next) {
		pthread_mutex_lock(&c->lock);
		begin_close(c, "stopped");
		pthread_mutex_unlock(&c->lock);
	}
	pthread_mutex_unlock(&all->lock);
}

size_t
connections_wait(struct connections *all, int64_t until_ns)
{
	struct timespec until = { until_ns / NS_PER_S, until_ns % NS_PER_S };
	size_t count;

	pthread_mutex_lock(&all->lock);
	while (all->count > 0 && pthread_cond_timedwait(&all->changed, &all->lock, &until) == 0)
		;
	count = all->count;
	pthread_mutex_unlock(&all->lock);
	return count;
}
