/* The three descriptors that every program takes for granted. */
#ifndef OCC_STANDARD_H
#define OCC_STANDARD_H

/* Sees to it that 0, 1 and 2 are taken, first thing in main: where one is closed, the next file or socket opened would get its
 * number, and what is meant for people be written into that. Reading and writing what was closed goes on failing with
 * EBADF. */
void occ_keep_standard_descriptors(void);

#endif
