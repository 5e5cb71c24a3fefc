// Names of what a record speaks of.

#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include "Steps.h"

#ifdef ISOLATION_IS_SUPPORTED

#include <sys/socket.h>
#include <sys/syscall.h>

struct name {
    int32_t number;
    const char *text;
};

#define CALL(name) {SYS_##name, #name}

static const struct name calls[] = {
    CALL(socket), CALL(socketpair), CALL(connect), CALL(bind), CALL(listen), CALL(accept), CALL(accept4),
    CALL(sendto), CALL(sendmsg), CALL(sendmmsg), CALL(recvfrom), CALL(recvmsg), CALL(recvmmsg),
    CALL(getsockname), CALL(getpeername), CALL(getsockopt), CALL(setsockopt), CALL(shutdown),
    CALL(openat), CALL(unlinkat), CALL(mkdirat), CALL(mknodat), CALL(linkat), CALL(symlinkat), CALL(renameat2),
    CALL(truncate), CALL(fchmod), CALL(fchmodat), CALL(fchown), CALL(fchownat), CALL(utimensat),
    CALL(setxattr), CALL(lsetxattr), CALL(fsetxattr), CALL(removexattr), CALL(name_to_handle_at),
    CALL(open_by_handle_at), CALL(inotify_init1), CALL(inotify_add_watch), CALL(fanotify_init),
    CALL(execve), CALL(execveat), CALL(clone), CALL(unshare), CALL(setns), CALL(chroot), CALL(pivot_root),
    CALL(mount), CALL(umount2), CALL(ptrace), CALL(process_vm_readv), CALL(process_vm_writev), CALL(kcmp),
    CALL(kill), CALL(tkill), CALL(tgkill), CALL(rt_sigqueueinfo), CALL(rt_tgsigqueueinfo), CALL(prctl),
    CALL(prlimit64), CALL(seccomp), CALL(bpf), CALL(perf_event_open), CALL(userfaultfd), CALL(keyctl),
    CALL(add_key), CALL(request_key), CALL(capset), CALL(setuid), CALL(setgid), CALL(setreuid),
    CALL(setregid), CALL(setresuid), CALL(setresgid), CALL(setgroups), CALL(setfsuid), CALL(setfsgid),
    CALL(setsid), CALL(setpgid), CALL(setpriority), CALL(ioprio_set), CALL(sched_setaffinity),
    CALL(sched_setscheduler), CALL(sched_setparam), CALL(sched_setattr), CALL(personality), CALL(ioctl),
    CALL(fcntl), CALL(flock), CALL(setrlimit), CALL(shmget), CALL(shmat), CALL(semget), CALL(msgget),
    CALL(mq_open), CALL(init_module), CALL(finit_module), CALL(delete_module), CALL(kexec_load),
    CALL(reboot), CALL(swapon), CALL(swapoff),
    CALL(sethostname), CALL(setdomainname), CALL(settimeofday), CALL(clock_settime), CALL(clock_adjtime),
    CALL(adjtimex), CALL(syslog), CALL(acct), CALL(quotactl), CALL(vhangup), CALL(splice), CALL(tee),
    CALL(vmsplice), CALL(io_setup), CALL(io_submit), CALL(migrate_pages), CALL(move_pages), CALL(sync),
    CALL(syncfs), CALL(sync_file_range), CALL(remap_file_pages),
    {424, "pidfd_send_signal"}, {425, "io_uring_setup"}, {426, "io_uring_enter"}, {427, "io_uring_register"},
    {428, "open_tree"}, {429, "move_mount"}, {430, "fsopen"}, {431, "fsconfig"}, {432, "fsmount"},
    {433, "fspick"}, {434, "pidfd_open"}, {438, "pidfd_getfd"}, {440, "process_madvise"},
    {442, "mount_setattr"}, {444, "landlock_create_ruleset"}, {445, "landlock_add_rule"},
    {446, "landlock_restrict_self"}, {447, "memfd_secret"}, {448, "process_mrelease"}, {452, "fchmodat2"},
    {463, "setxattrat"}, {466, "removexattrat"}, {467, "open_tree_attr"},
#if defined(__x86_64__)
    CALL(open), CALL(creat), CALL(unlink), CALL(rmdir), CALL(mkdir), CALL(mknod), CALL(link), CALL(symlink),
    CALL(rename), CALL(renameat), CALL(chmod), CALL(chown), CALL(lchown), CALL(utime), CALL(utimes),
    CALL(futimesat), CALL(fork), CALL(vfork), CALL(iopl), CALL(ioperm), CALL(modify_ldt), CALL(inotify_init),
#endif
};

static const struct name families[] = {
    {AF_UNIX, "AF_UNIX"}, {AF_INET, "AF_INET"}, {AF_INET6, "AF_INET6"}, {AF_NETLINK, "AF_NETLINK"},
    {AF_PACKET, "AF_PACKET"}, {AF_ALG, "AF_ALG"}, {AF_VSOCK, "AF_VSOCK"}, {AF_BLUETOOTH, "AF_BLUETOOTH"},
    {AF_CAN, "AF_CAN"}, {AF_TIPC, "AF_TIPC"}, {AF_KEY, "AF_KEY"}, {AF_RDS, "AF_RDS"}, {44, "AF_XDP"},
};

static const char *look_up(const struct name *names, size_t count, int32_t number) {
    for (size_t i = 0; i < count; i++) {
        if (names[i].number == number) return names[i].text;
    }
    return NULL;
}

const char *isolation_call_name(int32_t number) {
    return look_up(calls, sizeof calls / sizeof *calls, number);
}

const char *isolation_family_name(int32_t family) {
    return look_up(families, sizeof families / sizeof *families, family);
}

#else

const char *isolation_call_name(int32_t number) { return (void)number, (const char *)0; }

const char *isolation_family_name(int32_t family) { return (void)family, (const char *)0; }

#endif
