/* What operators ask over HTTP: is it alive, is it ready, what has it done. */
#ifndef OCC_PROBES_H
#define OCC_PROBES_H

#include "service/exchange.h"

void probes_alive(struct exchange *x);
void probes_ready(struct exchange *x);
void probes_metrics(struct exchange *x);

#endif
