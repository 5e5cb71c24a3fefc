// Requests to stop, as bytes on a pipe: a handler may do little, and a loop that waits can read a pipe. And the
// signal that tells of children: whoever ignores it is not told how they ended.

#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include "CIsolation.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <unistd.h>

static const int watched[] = {SIGINT, SIGTERM, SIGHUP};
enum { watched_count = 3 };
static struct sigaction previous[watched_count];
static sigset_t previous_mask;
static atomic_flag is_taken = ATOMIC_FLAG_INIT;
static int ends[2] = {-1, -1};

static void note(int number) {
    int error = errno;
    char byte = (char)number;
    ssize_t written = write(ends[1], &byte, 1);
    (void)written;
    errno = error;
}

int isolation_watch_signals(void) {
    if (atomic_flag_test_and_set(&is_taken)) return errno = EBUSY, -1;
    if (pipe(ends) != 0) return atomic_flag_clear(&is_taken), -1;
    for (int i = 0; i < 2; i++) {
        fcntl(ends[i], F_SETFD, FD_CLOEXEC);
        fcntl(ends[i], F_SETFL, O_NONBLOCK);
    }
    struct sigaction action = {.sa_handler = note, .sa_flags = SA_RESTART};
    sigemptyset(&action.sa_mask);
    sigset_t numbers;
    sigemptyset(&numbers);
    for (int i = 0; i < watched_count; i++) {
        sigaction(watched[i], NULL, &previous[i]);
        // Whoever began it with nohup wants it to go on.
        if (previous[i].sa_handler != SIG_IGN) sigaction(watched[i], &action, NULL);
        sigaddset(&numbers, watched[i]);
    }
    // Whoever started the process may have left them blocked: then they would never arrive.
    pthread_sigmask(SIG_UNBLOCK, &numbers, &previous_mask);
    return ends[0];
}

void isolation_unwatch_signals(void) {
    pthread_sigmask(SIG_SETMASK, &previous_mask, NULL);
    for (int i = 0; i < watched_count; i++) sigaction(watched[i], &previous[i], NULL);
    close(ends[0]);
    close(ends[1]);
    atomic_flag_clear(&is_taken);
}

static pthread_mutex_t children = PTHREAD_MUTEX_INITIALIZER;
static int keepers;
static bool has_changed_children;
static struct sigaction previous_of_children;

void isolation_keep_children(void) {
    pthread_mutex_lock(&children);
    if (keepers++ == 0 && sigaction(SIGCHLD, NULL, &previous_of_children) == 0) {
        struct sigaction action = previous_of_children;
        bool is_ignored = action.sa_handler == SIG_IGN;
        has_changed_children = is_ignored || (action.sa_flags & SA_NOCLDWAIT) != 0;
        if (is_ignored) action.sa_handler = SIG_DFL;
        action.sa_flags &= ~SA_NOCLDWAIT;
        if (has_changed_children) sigaction(SIGCHLD, &action, NULL);
    }
    pthread_mutex_unlock(&children);
}

void isolation_release_children(void) {
    pthread_mutex_lock(&children);
    if (--keepers == 0 && has_changed_children) {
        sigaction(SIGCHLD, &previous_of_children, NULL);
        has_changed_children = false;
    }
    pthread_mutex_unlock(&children);
}
