// The process that confines itself. Everything happens in C, and before there is a second thread: what
// Landlock and the filter forbid, they forbid to the calling thread and to those that it starts.

#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include "Steps.h"

#include <stdlib.h>
#include <string.h>

static bool is_entered;

bool isolation_is_requested(void) { return getenv(ISOLATION_VARIABLE) != NULL; }

bool isolation_is_entered(void) { return is_entered; }

#ifdef ISOLATION_IS_SUPPORTED

#include <dirent.h>
#include <errno.h>
#include <linux/seccomp.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

static int read_all(int file, void *bytes, size_t count) {
    char *next = bytes;
    while (count > 0) {
        ssize_t got = read(file, next, count);
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return errno;
        if (got == 0) return EPIPE;
        next += got;
        count -= (size_t)got;
    }
    return 0;
}

// The paths of the plan, or NULL. Nobody frees them: the process lives as long as it needs them.
static char *read_plan(struct isolation_plan *plan, int *error) {
    if ((*error = read_all(isolation_channel, plan, sizeof *plan)) != 0) return NULL;
    *error = EINVAL;
    if (plan->length > isolation_maximum_plan) return NULL;
    char *paths = malloc(plan->length + 1);
    if (paths == NULL) return NULL;
    *error = read_all(isolation_channel, paths, plan->length);
    paths[plan->length] = 0;
    return *error == 0 ? paths : NULL;
}

static int count_threads(void) {
    DIR *folder = opendir("/proc/self/task");
    if (folder == NULL) return -1;
    int count = 0;
    for (struct dirent *entry; (entry = readdir(folder)) != NULL;) count += entry->d_name[0] != '.';
    closedir(folder);
    return count;
}

static int set_limit(int resource, rlim_t value) {
    struct rlimit limit;
    if (getrlimit(resource, &limit) != 0) return errno;
    if (limit.rlim_max < value) value = limit.rlim_max;
    limit.rlim_cur = limit.rlim_max = value;
    return setrlimit(resource, &limit) == 0 ? 0 : errno;
}

// What is in memory stays there: no dump of it after a crash, and no huge files in memory either. With a limit
// of 0 a dump to a program would still be made; 1 forbids that as well, see core(5).
static int set_limits(const struct isolation_plan *plan) {
    int error = set_limit(RLIMIT_CORE, 1);
    if (error == 0) error = set_limit(RLIMIT_FSIZE, (rlim_t)plan->maximum_file_bytes);
    if (error == 0) error = set_limit(RLIMIT_NOFILE, 1024);
    return error;
}

// A new identity has cleared what ties it to its supervisor, and who may look at its memory. The supervisor
// has to, to say where a call wanted to go; it may already be gone.
static int tie_to(pid_t supervisor) {
    if (prctl(PR_SET_DUMPABLE, 1, 0, 0, 0) != 0) return errno;
    if (prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0) != 0) return errno;
    return getppid() == supervisor ? 0 : ESRCH;
}

static void tell(const struct isolation_state *state, int listener) {
    struct iovec part = {.iov_base = (void *)(uintptr_t)state, .iov_len = sizeof *state};
    union {
        struct cmsghdr header;
        char bytes[CMSG_SPACE(sizeof(int))];
    } control;
    memset(&control, 0, sizeof control);
    struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1};
    if (listener >= 0) {
        message.msg_control = control.bytes;
        message.msg_controllen = sizeof control.bytes;
        struct cmsghdr *header = CMSG_FIRSTHDR(&message);
        header->cmsg_level = SOL_SOCKET;
        header->cmsg_type = SCM_RIGHTS;
        header->cmsg_len = CMSG_LEN(sizeof(int));
        memcpy(CMSG_DATA(header), &listener, sizeof(int));
    }
    while (sendmsg(isolation_channel, &message, MSG_NOSIGNAL) < 0 && errno == EINTR) continue;
}

static bool has_notifications(void) {
    uint32_t action = SECCOMP_RET_USER_NOTIF;
    return syscall(SYS_seccomp, SECCOMP_GET_ACTION_AVAIL, 0, &action) == 0;
}

static void fail(struct isolation_state *state, int32_t step, int error) {
    state->step = step;
    state->error = error;
}

// Takes the steps until one fails; what is already forbidden then stays so.
static int take_steps(struct isolation_state *state) {
    struct isolation_plan plan;
    int error = 0, listener = -1;
    char *paths = read_plan(&plan, &error);
    if (paths == NULL) return fail(state, isolation_step_plan, error), -1;
    enum { close_range = 436 };
    if (syscall(close_range, isolation_channel + 1, ~0U, 0) != 0) {
        return fail(state, isolation_step_descriptors, errno), -1;
    }
    if (count_threads() != 1) return fail(state, isolation_step_threads, EBUSY), -1;
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) return fail(state, isolation_step_privileges, errno), -1;
    if ((error = set_limits(&plan)) != 0) return fail(state, isolation_step_limits, error), -1;
    // What is missing is said before anything is given up.
    int landlock = isolation_landlock_version();
    if (landlock == 0) return fail(state, isolation_step_landlock_missing, errno), -1;
    if (!has_notifications()) return fail(state, isolation_step_notifications_missing, errno), -1;
    state->namespaces_error = isolation_enter_namespaces();
    state->has_namespaces = state->namespaces_error == 0;
    error = isolation_restrict_files(landlock, paths, plan.length);
    if (error != 0) return fail(state, isolation_step_landlock, error), -1;
    if ((error = isolation_drop_capabilities()) != 0) return fail(state, isolation_step_capabilities, error), -1;
    if ((error = tie_to(plan.supervisor)) != 0) return fail(state, isolation_step_parent, error), -1;
    if ((error = isolation_install_filter(&listener)) != 0) fail(state, isolation_step_filter, error);
    return listener;
}

int32_t isolation_enter(void) {
    struct isolation_state state;
    memset(&state, 0, sizeof state);
    state.place = (uintptr_t)&state;
    int listener = take_steps(&state);
    tell(&state, listener);
    if (state.step != isolation_done) return state.step;
    // Left open, it would let the process answer its own calls.
    close(listener);
    unsetenv(ISOLATION_VARIABLE);
    char go = 0;
    if (read_all(isolation_channel, &go, 1) != 0) return isolation_step_parent;
    is_entered = true;
    return isolation_done;
}

#else

int32_t isolation_enter(void) { return isolation_step_system; }

#endif
