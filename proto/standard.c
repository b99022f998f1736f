#include "proto/standard.h"

#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

void
occ_keep_standard_descriptors(void)
{
	for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
		/* A path alone can be neither read nor written; open takes the lowest number that is free. */
		if (fcntl(fd, F_GETFD) == -1 && open("/", O_PATH) != fd)
			abort();
}
