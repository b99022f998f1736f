#include "service/probes.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "proto/rpc.h"
#include "service/http.h"
#include "service/routes.h"
#include "service/server.h"

#define TEXT_TYPE "text/plain; charset=utf-8"
#define METRICS_TYPE "text/plain; version=0.0.4; charset=utf-8"

static void
say(struct exchange *x, unsigned status, const char *text)
{
	exchange_answer_static(x, status, TEXT_TYPE, text, strlen(text));
}

/* That this is answered is the answer: it must not depend on data. */
void
probes_alive(struct exchange *x)
{
	say(x, 200, "ok\n");
}

void
probes_ready(struct exchange *x)
{
	struct call *call = exchange_call_of(x);
	Occupare__V1__Dataset *dataset;

	if (atomic_load(&call->service->stopping))
		say(x, 503, "the service is stopping\n");
	else if (call_read(call) != OCCUPARE_OK || call_dataset(call, &dataset) != OCCUPARE_OK)
		say(x, 503, "the store cannot be read\n");
	else if (dataset->counts == NULL || dataset->counts->occupations == 0)
		say(x, 503, "the store holds no occupations\n");
	else
		say(x, 200, "ready\n");
}

void
probes_metrics(struct exchange *x)
{
	char libraries[64], *text = NULL;
	size_t length = 0;
	FILE *out = open_memstream(&text, &length);

	snprintf(libraries, sizeof libraries, "nng=\"%s\",microhttpd=\"%s\"", server_library_version(),
	    http_library_version());
	if (out != NULL) {
		metrics_write(out, exchange_call_of(x)->service, routes_name, libraries);
		if (fclose(out) == 0) {
			exchange_answer(x, 200, METRICS_TYPE, text, length);
			return;
		}
	}
	free(text);
	say(x, 503, "no memory\n");
}
