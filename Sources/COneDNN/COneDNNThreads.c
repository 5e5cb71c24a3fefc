// One thread a call.
//
// Callers run several operations side by side, each on a thread of its own, and expect the same bits however
// many threads there are. A library that spreads one operation over a number of threads of its choosing would
// break that, because the number decides in which order sums are taken. oneDNN is usually built on OpenMP,
// which keeps the number of threads to use in a variable of each calling thread. It is set to one around
// every call and put back afterwards, so that nothing else in the process notices. The two functions are
// looked up at run time because oneDNN may bring GNU's or LLVM's OpenMP, or none: builds on TBB, or
// sequential ones, have no such variable, and keep to their own number.

#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include "COneDNN.h"

#include <dlfcn.h>
#include <pthread.h>
#include <stddef.h>

static pthread_once_t once = PTHREAD_ONCE_INIT;
static int (*get_limit)(void);
static void (*set_limit)(int);

static void look_up(void) {
    // POSIX lets an object pointer from dlsym hold a function; assigning through an address keeps ISO C
    // content.
    *(void **)&get_limit = dlsym(RTLD_DEFAULT, "omp_get_max_threads");
    *(void **)&set_limit = dlsym(RTLD_DEFAULT, "omp_set_num_threads");
}

int onednn_enter(void) {
    pthread_once(&once, look_up);
    if (get_limit == NULL || set_limit == NULL) return 0;
    int previous = get_limit();
    if (previous != 1) set_limit(1);
    return previous;
}

void onednn_leave(int previous) {
    if (previous > 1) set_limit(previous);
}
