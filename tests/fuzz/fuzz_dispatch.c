/* Bytes in, bytes out, through the real handlers on a store with the bundled data. */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "proto/rpc.h"
#include "service/dispatch.h"
#include "store/import/import.h"

#define BUNDLED "store/data/occupations.json" /* from the root of the project */

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static char directory[128];
static struct service service = { .request_bytes_max = OCC_REQUEST_BYTES_MAX, .reply_bytes_max = OCC_REPLY_BYTES_MAX };
static struct call call;
static unsigned sent;

static void
remove_store(void)
{
	char path[512];
	DIR *entries = opendir(directory);
	struct dirent *entry;

	call_fini(&call);
	store_close(service.store);
	while (entries != NULL && (entry = readdir(entries)) != NULL) {
		snprintf(path, sizeof path, "%s/%s", directory, entry->d_name);
		unlink(path);
	}
	if (entries != NULL)
		closedir(entries);
	rmdir(directory);
}

/* Whatever went in, what comes out is a Reply that a client can read, and nothing that only a bug or a broken store gives. */
static void
check_reply(struct call *answered, const uint8_t *head, size_t head_length, const uint8_t *payload, size_t length)
{
	uint8_t *bytes = occ_arena_alloc(&answered->arena, head_length + length);
	Occupare__Rpc__V1__Reply *reply;
	int code;

	if (head_length > 0)
		memcpy(bytes, head, head_length);
	if (length > 0)
		memcpy(bytes + head_length, payload, length);
	reply = occupare__rpc__v1__reply__unpack(NULL, head_length + length, bytes);
	if (reply == NULL)
		abort();
	code = reply->status != NULL ? reply->status->code : OCCUPARE_OK;
	if (code < OCCUPARE_OK || code > OCCUPARE_UNAUTHENTICATED || code == OCCUPARE_INTERNAL ||
	    code == OCCUPARE_DATA_LOSS)
		abort();
	if (code != OCCUPARE_OK && (reply->status->n_details == 0 || reply->payload.len > 0))
		abort();
	occupare__rpc__v1__reply__free_unpacked(reply, NULL);
	sent++;
}

static void
start(void)
{
	const char *parent = getenv("TMPDIR"), *const paths[] = { BUNDLED };
	struct import_options import = { .directory = directory, .messages = fopen("/dev/null", "w") };
	struct import_result result;
	struct occupare_status st;

	snprintf(directory, sizeof directory, "%s/fuzz-dispatch-XXXXXX", parent != NULL ? parent : "/tmp");
	occupare_status_clear(&st);
	if (import.messages == NULL || mkdtemp(directory) == NULL ||
	    import_run(&import_formats[0], paths, 1, &import, &result, &st) != OCCUPARE_OK ||
	    store_open(directory, &(struct store_options){ 0 }, &service.store, &st) != OCCUPARE_OK ||
	    call_init(&call, &service, &st) != OCCUPARE_OK) {
		fprintf(stderr, "cannot start: %s\n", st.message);
		exit(1);
	}
	fclose(import.messages);
	call.send = check_reply;
	call.local = true;
	atexit(remove_store);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	unsigned before = sent;

	if (service.store == NULL)
		start();
	call.arrival_ns = dispatch_now_ns();
	dispatch(&call, data, size);
	if (sent != before + 1)
		abort();
	call_reset(&call);
	return 0;
}
