/* Standard descriptors that are closed when a program starts. */
#include <errno.h>
#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "proto/standard.h"
#include "tests/support/test.h"

/* The exit code of a child in which the check is run. */
static int
in_child(int (*check)(void))
{
	int status;
	pid_t pid = fork();

	assert_true(pid >= 0);
	if (pid == 0)
		_exit(check());
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	return WEXITSTATUS(status);
}

static int
all_closed(void)
{
	char byte = 'x';

	for (int fd = 0; fd <= 2; fd++)
		close(fd);
	occ_keep_standard_descriptors();
	if (open("/dev/null", O_RDWR) <= 2)
		return 1;
	if (read(0, &byte, 1) != -1 || errno != EBADF)
		return 2;
	for (int fd = 1; fd <= 2; fd++)
		if (write(fd, &byte, 1) != -1 || errno != EBADF)
			return 3;
	return 0;
}

static int
output_open(void)
{
	int ends[2];
	char byte = 0;

	if (pipe(ends) != 0 || dup2(ends[1], 1) != 1)
		return 1;
	close(2);
	occ_keep_standard_descriptors();
	return write(1, "x", 1) == 1 && read(ends[0], &byte, 1) == 1 && byte == 'x' ? 0 : 2;
}

static void
test_closed_ones_are_taken_and_cannot_be_used(void **state)
{
	(void)state;
	assert_int_equal(in_child(all_closed), 0);
}

static void
test_an_open_one_stays_what_it_is(void **state)
{
	(void)state;
	assert_int_equal(in_child(output_open), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_closed_ones_are_taken_and_cannot_be_used),
		cmocka_unit_test(test_an_open_one_stays_what_it_is),
	};

	return cmocka_run_group_tests_name("standard", tests, NULL, NULL);
}
