// Namespaces of its own and no capabilities.

#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include "Steps.h"

#ifdef ISOLATION_IS_SUPPORTED

#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

static void write_text(const char *path, const char *text) {
    int file = open(path, O_WRONLY | O_CLOEXEC);
    if (file < 0) return;
    // Without a map the process is nobody to itself, and may do no more for it.
    ssize_t written = write(file, text, strlen(text));
    (void)written;
    close(file);
}

int isolation_enter_namespaces(void) {
    unsigned user = geteuid(), group = getegid();
    const int others = CLONE_NEWNET | CLONE_NEWIPC | CLONE_NEWUTS;
    if (unshare(CLONE_NEWUSER | others) == 0) {
        char map[64];
        write_text("/proc/self/setgroups", "deny");
        snprintf(map, sizeof map, "%u %u 1", group, group);
        write_text("/proc/self/gid_map", map);
        snprintf(map, sizeof map, "%u %u 1", user, user);
        write_text("/proc/self/uid_map", map);
        return 0;
    }
    int reason = errno;
    // Whoever may do so needs no user namespace.
    return unshare(others) == 0 ? 0 : reason;
}

int isolation_drop_capabilities(void) {
    for (unsigned long capability = 0; capability <= 63; capability++) {
        // Fails past the last one, and for those who may not; they have none to give up.
        if (prctl(PR_CAPBSET_DROP, capability, 0, 0, 0) != 0 && errno == EINVAL) break;
    }
    prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0);
    struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3, .pid = 0};
    struct __user_cap_data_struct sets[2];
    memset(sets, 0, sizeof sets);
    if (syscall(SYS_capset, &header, sets) != 0) return errno;
    if (syscall(SYS_capget, &header, sets) != 0) return errno;
    for (int part = 0; part < 2; part++) {
        if (sets[part].effective || sets[part].permitted || sets[part].inheritable) return EPERM;
    }
    return 0;
}

#endif
