/* The real occupared (OCCUPARE_BIN, default build/bin) on a store of its own, on a free port of loopback and a socket in a
 * temporary folder. Everything that goes wrong here fails the test. */
#ifndef TESTS_DAEMON_H
#define TESTS_DAEMON_H

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#define DAEMON_TCP 0 /* indexes of urls */
#define DAEMON_IPC 1
#define DAEMON_HTTP 2        /* where the options ask for it */
#define DAEMON_WAIT_MS 20000 /* for anything that a daemon is asked to do */

struct daemon {
	pid_t pid; /* 0 = not running */
	char directory[128];
	char urls[3][256];
};

/* Starts it and waits until it is ready. options: more of its options, ended by NULL; NULL = none. */
void daemon_start(struct daemon *daemon, const char *const *options);

/* SIGTERM, unless it is gone; waits, and removes its folder. Returns its exit status, 128 + signal for one that was killed. */
int daemon_stop(struct daemon *daemon);

/* Waits for the end of the process alone. */
int daemon_wait(struct daemon *daemon);

/* Runs the daemon with just these arguments (after the program's name, ended by NULL) until it ends by itself. Returns its exit
 * status; what it wrote on standard error goes into output. */
int daemon_run(const char *const *arguments, char *output, size_t size);

/* Open descriptors, resident memory in KiB, CPU time in microseconds, by /proc. */
size_t daemon_descriptors(const struct daemon *daemon);
size_t daemon_memory_kib(const struct daemon *daemon);
unsigned long long daemon_cpu_us(const struct daemon *daemon);

/* Waits until no more than so many descriptors are open; fails after DAEMON_WAIT_MS. */
void daemon_await_descriptors(const struct daemon *daemon, size_t max);

/* Whether its log holds a text. */
bool daemon_logged(const struct daemon *daemon, const char *text);

/* An empty folder under TMPDIR, and its end with all that is in it (no folders below it but one level). */
void daemon_make_directory(char *out, size_t size);
void daemon_remove_directory(const char *path);

#endif
