/* Prints how much more the second of two occupations earns than the first.
 *
 *	cc compare.c $(pkg-config --cflags --libs occupare) -o compare
 *	./compare patient-services-manager service-director */
#include <stdio.h>

#include <occupare.h>

static void
print_row(const Occupare__V1__Comparison *comparison, const Occupare__V1__Row *row)
{
	printf("%s\n", row->label);
	for (size_t i = 0; i < row->n_cells && i < comparison->n_comparands; i++)
		printf("  %s: %s\n", comparison->comparands[i]->title, row->cells[i]->display);
	if (row->n_differences > 1)
		printf("  difference: %s\n", row->differences[1]->display);
}

static int
print_comparison(struct occupare_client *client, char *a, char *b)
{
	Occupare__V1__CompareOccupationsRequest request = OCCUPARE__V1__COMPARE_OCCUPATIONS_REQUEST__INIT;
	Occupare__V1__ComparandRequest first = OCCUPARE__V1__COMPARAND_REQUEST__INIT;
	Occupare__V1__ComparandRequest second = OCCUPARE__V1__COMPARAND_REQUEST__INIT;
	Occupare__V1__ComparandRequest *comparands[] = { &first, &second };
	char *sections[] = { "salary" };
	Occupare__V1__CompareOccupationsResponse *response;
	struct occupare_status status;

	first.name = a;
	second.name = b;
	request.comparands = comparands;
	request.n_comparands = 2;
	request.sections = sections;
	request.n_sections = 1;
	if (occupare_compare_occupations(client, &request, &response, &status) != OCCUPARE_OK) {
		fprintf(stderr, "%s: %s\n", occupare_code_name(status.code), status.message);
		return 1;
	}
	for (size_t s = 0; s < response->comparison->n_sections; s++)
		for (size_t r = 0; r < response->comparison->sections[s]->n_rows; r++)
			print_row(response->comparison, response->comparison->sections[s]->rows[r]);
	occupare_free(response);
	return 0;
}

int
main(int argc, char **argv)
{
	struct occupare_client *client;
	struct occupare_status status;
	int failed;

	if (argc != 3) {
		fprintf(stderr, "usage: %s A B\n", argv[0]);
		return 2;
	}
	if (occupare_open(NULL, NULL, &client, &status) != OCCUPARE_OK) {
		fprintf(stderr, "%s\n", status.message);
		return 2;
	}
	failed = print_comparison(client, argv[1], argv[2]);
	occupare_close(client);
	return failed;
}
