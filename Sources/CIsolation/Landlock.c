// Which files can be read. Landlock binds the process whatever it does later; see landlock(7).

#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include "Steps.h"

#ifdef ISOLATION_IS_SUPPORTED

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

// The headers of a system may be older than its kernel, so what is needed of <linux/landlock.h> is here.
// The numbers of the calls are the same on all instruction sets.
enum { create_ruleset = 444, add_rule = 445, restrict_self = 446 };
enum { version_flag = 1, rule_path_beneath = 1 };
enum { access_read_file = 1 << 2, access_read_dir = 1 << 3 };

struct ruleset {
    uint64_t files;
    uint64_t ports;
    uint64_t scoped;
};

struct path_rule {
    uint64_t allowed;
    int32_t parent;
} __attribute__((packed));

// What a program that is loaded already may still open: libraries on demand, the time zone, what processors
// there are and how many of them it may use, itself. None of it belongs to a user. Files of `/proc` are not
// here: the kernel drops them when it needs memory and makes new ones, to which no rule applies. The supervisor
// opens them.
static const char *const of_the_system[] = {
    "/lib", "/lib64", "/usr/lib", "/usr/lib64", "/etc/ld.so.cache", "/usr/share/zoneinfo", "/etc/localtime",
    "/sys/devices/system/cpu", "/sys/devices/system/node", "/sys/fs/cgroup/cpuset/cpuset.cpus",
    "/sys/fs/cgroup/cpu/cpu.cfs_quota_us", "/sys/fs/cgroup/cpu/cpu.cfs_period_us", "/dev/null", "/dev/zero",
    "/dev/urandom", "/dev/random", "/proc/self/exe",
};

int isolation_landlock_version(void) {
    long version = syscall(create_ruleset, NULL, (size_t)0, version_flag);
    return version > 0 ? (int)version : 0;
}

static struct ruleset everything(int version) {
    struct ruleset rights = {0, 0, 0};
    int kinds = version >= 5 ? 16 : version >= 3 ? 15 : version == 2 ? 14 : 13;
    rights.files = (UINT64_C(1) << kinds) - 1;
    if (version >= 4) rights.ports = 3;   // bind and connect of TCP
    if (version >= 6) rights.scoped = 3;  // abstract Unix sockets and signals
    return rights;
}

// A rule for a folder is one for all that is in it.
static int allow(int ruleset, const char *path, bool may_be_folder) {
    int file = open(path, O_PATH | O_CLOEXEC);
    // Whoever reads it later is told that it is not there, or that it may not.
    if (file < 0) return 0;
    struct stat status;
    int result = 0;
    if (fstat(file, &status) != 0) {
        result = errno;
    } else if (S_ISDIR(status.st_mode) && !may_be_folder) {
        result = EISDIR;
    } else {
        struct path_rule rule = {.allowed = access_read_file, .parent = file};
        if (S_ISDIR(status.st_mode)) rule.allowed |= access_read_dir;
        if (syscall(add_rule, ruleset, rule_path_beneath, &rule, 0) != 0) result = errno;
    }
    close(file);
    return result;
}

int isolation_restrict_files(int version, const char *paths, size_t length) {
    struct ruleset rights = everything(version);
    size_t size = version >= 6 ? 24 : version >= 4 ? 16 : 8;
    int ruleset = (int)syscall(create_ruleset, &rights, size, 0);
    if (ruleset < 0) return errno;
    int result = 0;
    for (size_t i = 0; i < sizeof of_the_system / sizeof *of_the_system && result == 0; i++) {
        result = allow(ruleset, of_the_system[i], true);
    }
    for (size_t at = 0; at < length && result == 0; at += strlen(paths + at) + 1) {
        result = allow(ruleset, paths + at, false);
    }
    if (result == 0 && syscall(restrict_self, ruleset, 0) != 0) result = errno;
    close(ruleset);
    return result;
}

#else

#include <errno.h>

int isolation_landlock_version(void) { return errno = ENOTSUP, 0; }

int isolation_restrict_files(int version, const char *paths, size_t length) {
    return (void)version, (void)paths, (void)length, ENOTSUP;
}

#endif
