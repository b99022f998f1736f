#include "proto/standard.h"

#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

void
occ_keep_standard_descriptors(void)
{
	int taken;

	for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++) {
		if (fcntl(fd, F_GETFD) != -1)
			continue;
		/* A path alone can be neither read nor written; open takes the lowest number that is free. */
		taken = open("/", O_PATH);
		if (taken != fd)
			abort();
	}
}
