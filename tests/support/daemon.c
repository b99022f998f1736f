/* A child is told apart from its readiness by a pipe: one line per URL, then its end. */
#include "tests/support/daemon.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/pidfd.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "store/store.h"
#include "tests/support/test.h"

#define ARGUMENTS_MAX 64

void
daemon_make_directory(char *out, size_t size)
{
	const char *parent = getenv("TMPDIR");

	snprintf(out, size, "%s/occupared-XXXXXX", parent != NULL ? parent : "/tmp");
	if (mkdtemp(out) == NULL)
		fail_msg("cannot make %s: %s", out, strerror(errno));
}

void
daemon_remove_directory(const char *path)
{
	char entry_path[PATH_MAX];
	DIR *directory = opendir(path);
	struct dirent *entry;

	while (directory != NULL && (entry = readdir(directory)) != NULL) {
		if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
			continue;
		snprintf(entry_path, sizeof entry_path, "%s/%s", path, entry->d_name);
		if (unlink(entry_path) != 0)
			daemon_remove_directory(entry_path);
	}
	if (directory != NULL)
		closedir(directory);
	rmdir(path);
}

static const char *
program(char *out, size_t size)
{
	const char *folder = getenv("OCCUPARE_BIN");

	snprintf(out, size, "%s/occupared", folder != NULL ? folder : "build/bin");
	return out;
}

/* Standard error goes to log_fd, and descriptor 3 is ready_fd. */
static pid_t
spawn(char *const *arguments, int log_fd, int ready_fd)
{
	pid_t parent = getpid(), child = fork();

	if (child != 0)
		return child;
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != parent)
		_exit(127);
	signal(SIGPIPE, SIG_DFL);
	if (dup2(log_fd, STDERR_FILENO) < 0 || dup2(log_fd, STDOUT_FILENO) < 0 ||
	    (ready_fd >= 0 && dup2(ready_fd, 3) < 0))
		_exit(127);
	execv(arguments[0], arguments);
	dprintf(STDERR_FILENO, "cannot run %s: %s\n", arguments[0], strerror(errno));
	_exit(127);
}

static void
make_store(const char *directory)
{
	struct store_options options = { .writable = true, .create = true };
	struct occupare_status st;
	struct store *store = NULL;

	occupare_status_clear(&st);
	if (store_open(directory, &options, &store, &st) != OCCUPARE_OK)
		fail_msg("cannot make a store: %s", st.message);
	store_close(store);
}

/* Reads the pipe to its end. */
static size_t
read_urls(int fd, struct daemon *daemon)
{
	char text[1024];
	size_t length = 0, count = 0;
	ssize_t got;
	struct pollfd ready = { .fd = fd, .events = POLLIN };

	do {
		if (poll(&ready, 1, DAEMON_WAIT_MS) <= 0)
			break;
		got = read(fd, text + length, sizeof text - 1 - length);
		length += got > 0 ? (size_t)got : 0;
	} while (got > 0);
	text[length] = '\0';
	for (char *line = text, *end; count < 3 && (end = strchr(line, '\n')) != NULL; line = end + 1) {
		*end = '\0';
		snprintf(daemon->urls[count++], sizeof daemon->urls[0], "%.255s", line);
	}
	return count;
}

static void
print_log(const struct daemon *daemon)
{
	char path[PATH_MAX], line[512];
	FILE *log;

	snprintf(path, sizeof path, "%s/log", daemon->directory);
	log = fopen(path, "re");
	while (log != NULL && fgets(line, sizeof line, log) != NULL)
		print_message("occupared: %s", line);
	if (log != NULL)
		fclose(log);
}

void
daemon_start(struct daemon *daemon, const char *const *options)
{
	char path[PATH_MAX], ipc[256], store[256];
	char *arguments[ARGUMENTS_MAX] = { (char *)program(path, sizeof path), "--store", store, "--listen",
		"tcp://127.0.0.1:0", "--listen", ipc, "--ready-fd", "3" };
	size_t count = 9;
	int ready[2], log_fd;
	char log[256];

	memset(daemon, 0, sizeof *daemon);
	daemon_make_directory(daemon->directory, sizeof daemon->directory);
	snprintf(store, sizeof store, "%s/store", daemon->directory);
	snprintf(ipc, sizeof ipc, "ipc://%s/socket", daemon->directory);
	snprintf(log, sizeof log, "%s/log", daemon->directory);
	make_store(store);
	for (; options != NULL && *options != NULL && count < ARGUMENTS_MAX - 1; options++)
		arguments[count++] = (char *)*options;
	log_fd = open(log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
	assert_true(log_fd >= 0);
	assert_int_equal(pipe2(ready, O_CLOEXEC), 0);
	daemon->pid = spawn(arguments, log_fd, ready[1]);
	close(ready[1]);
	close(log_fd);
	count = read_urls(ready[0], daemon);
	close(ready[0]);
	if (count < 2) {
		print_log(daemon);
		daemon_stop(daemon);
		fail_msg("occupared did not start");
	}
}

static int
wait_for(pid_t pid)
{
	struct pollfd ended = { .fd = pidfd_open(pid, 0), .events = POLLIN };
	int status = 0, ready = poll(&ended, 1, DAEMON_WAIT_MS);

	if (ready <= 0)
		kill(pid, SIGKILL);
	close(ended.fd);
	waitpid(pid, &status, 0);
	if (ready <= 0)
		print_message("occupared did not end in time\n");
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

int
daemon_wait(struct daemon *daemon)
{
	int status = wait_for(daemon->pid);

	daemon->pid = 0;
	return status;
}

int
daemon_stop(struct daemon *daemon)
{
	int status = 0;

	if (daemon->pid > 0) {
		kill(daemon->pid, SIGTERM);
		status = daemon_wait(daemon);
		if (status != 0)
			print_log(daemon);
	}
	if (daemon->directory[0] != '\0')
		daemon_remove_directory(daemon->directory);
	daemon->directory[0] = '\0';
	return status;
}

int
daemon_run(const char *const *arguments, char *output, size_t size)
{
	char path[PATH_MAX];
	char *all[ARGUMENTS_MAX] = { path };
	int output_pipe[2];
	size_t count = 1, length = 0;
	ssize_t got;
	pid_t pid;

	program(path, sizeof path);
	for (; *arguments != NULL && count < ARGUMENTS_MAX - 1; arguments++)
		all[count++] = (char *)*arguments;
	assert_int_equal(pipe2(output_pipe, O_CLOEXEC), 0);
	pid = spawn(all, output_pipe[1], -1);
	close(output_pipe[1]);
	while (poll(&(struct pollfd){ .fd = output_pipe[0], .events = POLLIN }, 1, DAEMON_WAIT_MS) > 0 &&
	       (got = read(output_pipe[0], output + length, size - 1 - length)) > 0)
		length += (size_t)got;
	output[length] = '\0';
	close(output_pipe[0]);
	return wait_for(pid);
}

/* ---- What /proc says ---- */

size_t
daemon_descriptors(const struct daemon *daemon)
{
	char path[64];
	DIR *directory;
	size_t count = 0;

	snprintf(path, sizeof path, "/proc/%d/fd", (int)daemon->pid);
	directory = opendir(path);
	assert_non_null(directory);
	while (readdir(directory) != NULL)
		count++;
	closedir(directory);
	return count - 2;
}

void
daemon_await_descriptors(const struct daemon *daemon, size_t max)
{
	struct timespec pause = { 0, 5000000 };
	size_t count = 0;

	/* A closed descriptor tells nobody: looking is the only way. */
	for (int i = 0; i < DAEMON_WAIT_MS / 5; i++) {
		count = daemon_descriptors(daemon);
		if (count <= max)
			return;
		nanosleep(&pause, NULL);
	}
	print_log(daemon);
	fail_msg("%zu descriptors are open, %zu were before", count, max);
}

size_t
daemon_memory_kib(const struct daemon *daemon)
{
	char path[64], line[256];
	unsigned long kib = 0;
	FILE *file;

	snprintf(path, sizeof path, "/proc/%d/status", (int)daemon->pid);
	file = fopen(path, "re");
	assert_non_null(file);
	while (fgets(line, sizeof line, file) != NULL)
		if (sscanf(line, "VmRSS: %lu", &kib) == 1)
			break;
	fclose(file);
	return kib;
}

unsigned long long
daemon_cpu_us(const struct daemon *daemon)
{
	char path[64], text[1024];
	unsigned long long user = 0, system_time = 0;
	FILE *file;
	size_t length;

	snprintf(path, sizeof path, "/proc/%d/stat", (int)daemon->pid);
	file = fopen(path, "re");
	assert_non_null(file);
	length = fread(text, 1, sizeof text - 1, file);
	fclose(file);
	text[length] = '\0';
	assert_int_equal(sscanf(strrchr(text, ')') + 1, " %*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %llu %llu", &user,
			     &system_time),
	    2);
	return (user + system_time) * 1000000ull / (unsigned long long)sysconf(_SC_CLK_TCK);
}

bool
daemon_logged(const struct daemon *daemon, const char *text)
{
	char path[PATH_MAX], line[4200];
	bool found = false;
	FILE *log;

	snprintf(path, sizeof path, "%s/log", daemon->directory);
	log = fopen(path, "re");
	assert_non_null(log);
	while (!found && fgets(line, sizeof line, log) != NULL)
		found = strstr(line, text) != NULL;
	fclose(log);
	return found;
}
