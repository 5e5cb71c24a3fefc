// The filter of system calls.
//
// It lets through what an ordinary computation needs: memory, threads, time, signals to itself, reading files,
// and using what is open. Everything else waits for the supervisor, who refuses it and keeps a record. So a
// call that nobody thought of is refused, too. Opening a file waits as well: to read, it goes on, and Landlock
// decides. Two calls are said not to exist, because they keep their flags in memory, where a filter cannot see
// them, and libraries then use the older ones: clone3 and openat2. Attributes of files by their paths, of which
// Landlock knows nothing, are said not to be supported, as they are not everywhere.

#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include "Steps.h"

#ifdef ISOLATION_IS_SUPPORTED

#include <errno.h>
#include <fcntl.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <stddef.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#if defined(__x86_64__)
#define NATIVE AUDIT_ARCH_X86_64
#else
#define NATIVE AUDIT_ARCH_AARCH64
#endif

// Since Linux 5.19; older headers do not know it.
#ifndef SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV
#define SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV (1UL << 5)
#endif

enum { x32_bit = 0x40000000, maximum_instructions = 1024 };

// From number 424 on, calls have the same number on all instruction sets; older headers lack some of them.
enum {
    number_close_range = 436, number_openat2 = 437, number_faccessat2 = 439, number_futex_waitv = 449,
    number_cachestat = 451, number_map_shadow_stack = 453, number_futex_wake = 454, number_futex_wait = 455,
    number_futex_requeue = 456, number_mseal = 462, number_clone3 = 435,
};

static const uint32_t ordinary[] = {
    // memory
    SYS_brk, SYS_mmap, SYS_munmap, SYS_mremap, SYS_mprotect, SYS_madvise, SYS_mincore, SYS_msync, SYS_mlock,
    SYS_mlock2, SYS_munlock, SYS_mlockall, SYS_munlockall, SYS_membarrier, SYS_get_mempolicy, SYS_mbind,
    SYS_set_mempolicy, SYS_pkey_alloc, SYS_pkey_free, SYS_pkey_mprotect, SYS_memfd_create,
    number_map_shadow_stack, number_mseal,
    // threads
    SYS_futex, number_futex_waitv, number_futex_wake, number_futex_wait, number_futex_requeue,
    SYS_set_robust_list, SYS_get_robust_list, SYS_set_tid_address, SYS_rseq, SYS_exit, SYS_exit_group,
    SYS_restart_syscall, SYS_sched_yield, SYS_sched_getaffinity, SYS_sched_getparam, SYS_sched_getscheduler,
    SYS_sched_get_priority_max, SYS_sched_get_priority_min, SYS_getcpu, SYS_gettid, SYS_wait4, SYS_waitid,
    // signals
    SYS_rt_sigaction, SYS_rt_sigprocmask, SYS_rt_sigreturn, SYS_rt_sigsuspend, SYS_rt_sigpending,
    SYS_rt_sigtimedwait, SYS_sigaltstack, SYS_signalfd4,
    // time
    SYS_clock_gettime, SYS_clock_getres, SYS_clock_nanosleep, SYS_nanosleep, SYS_gettimeofday, SYS_times,
    SYS_timerfd_create, SYS_timerfd_settime, SYS_timerfd_gettime, SYS_timer_create, SYS_timer_settime,
    SYS_timer_gettime, SYS_timer_getoverrun, SYS_timer_delete, SYS_setitimer, SYS_getitimer,
    // what is open
    SYS_read, SYS_write, SYS_readv, SYS_writev, SYS_pread64, SYS_pwrite64, SYS_preadv, SYS_pwritev,
    SYS_preadv2, SYS_pwritev2, SYS_lseek, SYS_close, number_close_range, SYS_dup, SYS_dup3, SYS_pipe2,
    SYS_ppoll, SYS_pselect6, SYS_epoll_create1, SYS_epoll_ctl, SYS_epoll_pwait, SYS_eventfd2, SYS_sendfile,
    SYS_copy_file_range, SYS_fsync, SYS_fdatasync, SYS_ftruncate, SYS_fallocate, SYS_fadvise64,
    SYS_readahead, SYS_fstat, SYS_fstatfs,
    // files, to look at; Landlock decides on their content
    SYS_newfstatat, SYS_statx, SYS_statfs, SYS_faccessat, number_faccessat2, SYS_readlinkat, SYS_getdents64,
    SYS_getcwd, SYS_chdir, SYS_fchdir, SYS_umask, SYS_fgetxattr, SYS_flistxattr, number_cachestat,
    // who and where
    SYS_getpid, SYS_getppid, SYS_getuid, SYS_geteuid, SYS_getgid, SYS_getegid, SYS_getresuid, SYS_getresgid,
    SYS_getgroups, SYS_getpgid, SYS_getsid, SYS_getpriority, SYS_getrusage, SYS_getrlimit,
    SYS_uname, SYS_sysinfo, SYS_getrandom, SYS_capget,
#if defined(__x86_64__)
    SYS_arch_prctl, SYS_time, SYS_alarm, SYS_pause, SYS_signalfd, SYS_dup2, SYS_pipe, SYS_poll, SYS_select,
    SYS_epoll_create, SYS_epoll_wait, SYS_eventfd, SYS_stat, SYS_lstat, SYS_access, SYS_readlink,
    SYS_getdents, SYS_getpgrp,
#endif
};

/// Attributes of files by their paths.
static const uint32_t attributes[] = {SYS_getxattr, SYS_lgetxattr, SYS_listxattr, SYS_llistxattr};

/// What may be asked of a descriptor: whether it is a terminal, how much can be read, flags of its own.
/// The last one is TCGETS2, as the C library uses it since version 2.42.
static const uint32_t descriptor_requests[] = {TCGETS, TIOCGWINSZ, FIONREAD, FIOCLEX, FIONCLEX, FIONBIO,
    0x802c542a};

/// Everything but to have signals sent to others, and leases and locks, which keep others from a file.
static const uint32_t descriptor_commands[] = {F_DUPFD, F_GETFD, F_SETFD, F_GETFL, F_SETFL, F_DUPFD_CLOEXEC,
    F_ADD_SEALS, F_GET_SEALS, F_GETPIPE_SZ, F_SETPIPE_SZ};

/// Names of threads and of memory, and questions. What ends it with its supervisor cannot be undone.
/// The last one is PR_GET_AUXV.
static const uint32_t process_options[] = {PR_SET_NAME, PR_GET_NAME, PR_GET_DUMPABLE, PR_CAPBSET_READ,
    PR_GET_NO_NEW_PRIVS, PR_GET_SECCOMP, 0x53564d41 /* PR_SET_VMA */, 0x41555856};

#define COUNT(list) (sizeof(list) / sizeof *(list))

struct program {
    struct sock_filter instructions[maximum_instructions];
    unsigned short count;
};

static void add(struct program *program, unsigned short code, uint8_t yes, uint8_t no, uint32_t value) {
    // The lists above are constants that fit.
    if (program->count < maximum_instructions) {
        program->instructions[program->count++] = (struct sock_filter){code, yes, no, value};
    }
}

static void answer(struct program *program, uint32_t value) { add(program, BPF_RET | BPF_K, 0, 0, value); }

static void allow_if_equal(struct program *program, uint32_t value) {
    add(program, BPF_JMP | BPF_JEQ | BPF_K, 0, 1, value);
    answer(program, SECCOMP_RET_ALLOW);
}

static void load(struct program *program, size_t offset) {
    add(program, BPF_LD | BPF_W | BPF_ABS, 0, 0, (uint32_t)offset);
}

// The kernel, too, takes only the lower half of the arguments that are looked at here.
static void load_argument(struct program *program, int index) {
    load(program, offsetof(struct seccomp_data, args) + 8 * (size_t)index);
}

// Refuses the call unless what was loaded has this value.
static void require(struct program *program, uint32_t value) {
    add(program, BPF_JMP | BPF_JEQ | BPF_K, 1, 0, value);
    answer(program, SECCOMP_RET_USER_NOTIF);
}

static unsigned short begin(struct program *program, uint32_t number) {
    add(program, BPF_JMP | BPF_JEQ | BPF_K, 0, 0, number);
    return (unsigned short)(program->count - 1);
}

// Ends what belongs to one call: whatever was not allowed is refused.
static void end(struct program *program, unsigned short start) {
    answer(program, SECCOMP_RET_USER_NOTIF);
    program->instructions[start].jf = (uint8_t)(program->count - start - 1);
}

static void allow_if_one_of(
    struct program *program, uint32_t number, int argument, const uint32_t *values, size_t count) {
    unsigned short start = begin(program, number);
    load_argument(program, argument);
    for (size_t i = 0; i < count; i++) allow_if_equal(program, values[i]);
    end(program, start);
}

static void allow_threads(struct program *program) {
    const uint32_t namespaces = CLONE_NEWNS | CLONE_NEWUTS | CLONE_NEWIPC | CLONE_NEWUSER | CLONE_NEWPID
        | CLONE_NEWNET | 0x02000000 /* CLONE_NEWCGROUP */;
    unsigned short start = begin(program, SYS_clone);
    load_argument(program, 0);
    add(program, BPF_JMP | BPF_JSET | BPF_K, 2, 0, namespaces | CLONE_PTRACE | CLONE_VFORK);
    add(program, BPF_JMP | BPF_JSET | BPF_K, 0, 1, CLONE_THREAD);
    answer(program, SECCOMP_RET_ALLOW);
    end(program, start);
}

// The descriptor on which refused calls arrive has to be handed over after the filter is there, as `tell` does
// it. With other flags, such as MSG_OOB, a byte can be announced to the supervisor that it then cannot read.
static void allow_telling(struct program *program) {
    unsigned short start = begin(program, SYS_sendmsg);
    load_argument(program, 0);
    require(program, isolation_channel);
    load_argument(program, 2);
    allow_if_equal(program, MSG_NOSIGNAL);
    end(program, start);
}

// A process may ask for its limits, not change them: one keeps its memory from being dumped. New ones are a
// pointer, both halves of which have to be zero.
static void allow_asking_for_limits(struct program *program, uint32_t itself) {
    unsigned short start = begin(program, SYS_prlimit64);
    for (size_t half = 0; half < 2; half++) {
        load(program, offsetof(struct seccomp_data, args) + 8 * 2 + 4 * half);
        require(program, 0);
    }
    load_argument(program, 0);
    allow_if_equal(program, 0);
    allow_if_equal(program, itself);
    end(program, start);
}

// Queues give their threads priorities that only some users may give, and tell the system's log, by a socket, if
// that is refused. So for the calling thread nothing is done, and said to be done.
static void ignore_own_priority(struct program *program) {
    unsigned short start = begin(program, SYS_setpriority);
    load_argument(program, 0);
    add(program, BPF_JMP | BPF_JEQ | BPF_K, 0, 3, PRIO_PROCESS);
    load_argument(program, 1);
    add(program, BPF_JMP | BPF_JEQ | BPF_K, 0, 1, 0);
    answer(program, SECCOMP_RET_ERRNO | 0);
    end(program, start);
}

static void fail_always(struct program *program, uint32_t number, uint32_t error) {
    add(program, BPF_JMP | BPF_JEQ | BPF_K, 0, 1, number);
    answer(program, SECCOMP_RET_ERRNO | error);
}

static void write_program(struct program *program) {
    const uint32_t itself[] = {(uint32_t)getpid()};
    const uint32_t zero[] = {0};

    load(program, offsetof(struct seccomp_data, arch));
    add(program, BPF_JMP | BPF_JEQ | BPF_K, 1, 0, NATIVE);
    answer(program, SECCOMP_RET_USER_NOTIF);
    load(program, offsetof(struct seccomp_data, nr));
#if defined(__x86_64__)
    add(program, BPF_JMP | BPF_JGE | BPF_K, 0, 1, x32_bit);
    answer(program, SECCOMP_RET_USER_NOTIF);
#endif
    for (size_t i = 0; i < COUNT(ordinary); i++) allow_if_equal(program, ordinary[i]);
    allow_if_one_of(program, SYS_ioctl, 1, descriptor_requests, COUNT(descriptor_requests));
    allow_if_one_of(program, SYS_fcntl, 1, descriptor_commands, COUNT(descriptor_commands));
    allow_if_one_of(program, SYS_prctl, 0, process_options, COUNT(process_options));
    allow_if_one_of(program, SYS_sched_setaffinity, 0, zero, COUNT(zero));
    allow_if_one_of(program, SYS_kill, 0, itself, COUNT(itself));
    allow_if_one_of(program, SYS_tgkill, 0, itself, COUNT(itself));
    allow_telling(program);
    allow_asking_for_limits(program, *itself);
    allow_threads(program);
    ignore_own_priority(program);
    fail_always(program, number_clone3, ENOSYS);
    fail_always(program, number_openat2, ENOSYS);
    for (size_t i = 0; i < COUNT(attributes); i++) fail_always(program, attributes[i], ENOTSUP);
    answer(program, SECCOMP_RET_USER_NOTIF);
}

static int install(const struct program *program, unsigned long flags) {
    struct sock_fprog filter = {
        .len = program->count,
        .filter = (struct sock_filter *)(uintptr_t)program->instructions,
    };
    return (int)syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_NEW_LISTENER | flags, &filter);
}

int isolation_install_filter(int *listener) {
    static struct program program;
    program.count = 0;
    write_program(&program);
    // With the flag, signals do not make a call that waits begin anew, which would count it twice.
    *listener = install(&program, SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV);
    if (*listener < 0 && errno == EINVAL) *listener = install(&program, 0);
    return *listener < 0 ? errno : 0;
}

bool isolation_is_reading(const struct isolation_call *call, uint64_t *path) {
    const uint64_t writing = O_ACCMODE | O_CREAT | O_TRUNC | (O_TMPFILE & ~O_DIRECTORY);
    if (!isolation_is_native(call)) return false;
#if defined(__x86_64__)
    if (call->number == SYS_open) {
        *path = call->arguments[0];
        return (call->arguments[1] & writing) == 0;
    }
#endif
    *path = call->arguments[1];
    return call->number == SYS_openat && (call->arguments[2] & writing) == 0;
}

bool isolation_is_native(const struct isolation_call *call) {
    return call->architecture == NATIVE && call->number < x32_bit;
}

#endif
