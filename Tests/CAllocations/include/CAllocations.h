// Counts what the present thread asks of the allocator, by standing in for the C library's functions.

#ifndef CALLOCATIONS_H
#define CALLOCATIONS_H

#include <stdbool.h>
#include <stdint.h>

/// Whether this platform's allocator can be stood in for.
bool allocations_are_counted(void);

/// How many pieces of memory this thread has asked for so far.
int64_t allocations_of_this_thread(void);

#endif
