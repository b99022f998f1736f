#include "store/import/import.h"

void
import_demographics_read(struct import *import, const char *const *paths, size_t count)
{
	const struct import_place place = { .file = count > 0 ? paths[0] : "" };
	struct occupare_status st;

	occupare_fail(&st, OCCUPARE_UNIMPLEMENTED, NULL, "cannot be read by this program");
	import_refuse(import, &place, &st);
}
