// Attempts at what isolation forbids, by raw system calls where the C library would stand in between.

#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include "CProbe.h"

#ifdef __linux__

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <linux/netlink.h>
#include <linux/seccomp.h>
#include <netdb.h>
#include <netinet/in.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <sys/xattr.h>
#include <unistd.h>

static int outcome(long result) { return result < 0 ? errno : 0; }

// MARK: Sockets

static struct sockaddr_in nowhere(void) {
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(80)};
    inet_pton(AF_INET, "192.0.2.1", &address.sin_addr);
    return address;
}

static int try_socket(int family, int type) {
    int file = socket(family, type, 0);
    if (file >= 0) close(file);
    return outcome(file);
}

static int try_connect(void) {
    struct sockaddr_in address = nowhere();
    return outcome(connect(0, (struct sockaddr *)&address, sizeof address));
}

static int try_connect_6(void) {
    struct sockaddr_in6 address = {.sin6_family = AF_INET6, .sin6_port = htons(443)};
    inet_pton(AF_INET6, "2001:db8::1", &address.sin6_addr);
    return outcome(connect(0, (struct sockaddr *)&address, sizeof address));
}

static int try_connect_abstract(void) {
    struct sockaddr_un address = {.sun_family = AF_UNIX, .sun_path = "\0bulwark\033[2K"};
    return outcome(connect(0, (struct sockaddr *)&address, offsetof(struct sockaddr_un, sun_path) + 12));
}

static int try_connect_bad_address(void) { return outcome(connect(0, (struct sockaddr *)8, 16)); }

static int try_bind(void) {
    struct sockaddr_in address = nowhere();
    return outcome(bind(0, (struct sockaddr *)&address, sizeof address));
}

static int try_sendto(void) {
    struct sockaddr_in address = nowhere();
    return outcome(sendto(0, "x", 1, 0, (struct sockaddr *)&address, sizeof address));
}

static int try_sendmsg(void) {
    struct sockaddr_in address = nowhere();
    struct msghdr message = {.msg_name = &address, .msg_namelen = sizeof address};
    return outcome(sendmsg(0, &message, 0));
}

// A byte that is announced to whoever polls, and that an ordinary read does not get.
static int try_urgent_byte(void) {
    char byte = 0;
    struct iovec part = {&byte, 1};
    struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1};
    return outcome(sendmsg(3, &message, MSG_OOB));
}

static int try_socketpair(void) {
    int pair[2];
    return outcome(socketpair(AF_UNIX, SOCK_STREAM, 0, pair));
}

// 0 if a name was found, which it must not be.
static int try_lookup(const char *name) {
    struct addrinfo *found = NULL;
    int error = getaddrinfo(name, "80", NULL, &found);
    if (error == 0) freeaddrinfo(found);
    return error == 0 ? 0 : 1000 - error;
}

// MARK: Files

static int try_open(const char *path, int flags) {
    int file = open(path, flags, 0600);
    if (file < 0) return errno;
    char byte;
    ssize_t got = (flags & O_ACCMODE) == O_RDONLY ? read(file, &byte, 1) : 0;
    int result = got < 0 ? errno : 0;
    close(file);
    return result;
}

// The path with the number of this process in the place of `SELF`.
static int try_open_by_number(const char *path) {
    char buffer[512];
    const char *place = strstr(path, "SELF");
    if (place == NULL) return -1;
    snprintf(buffer, sizeof buffer, "%.*s%d%s", (int)(place - path), path, getpid(), place + 4);
    return try_open(buffer, O_RDONLY);
}

static int try_map_as_root(const char *path) {
    // By way of a link that leads to the root of the process.
    char buffer[512];
    snprintf(buffer, sizeof buffer, "/proc/self/root%s", path);
    return try_open(buffer, O_RDONLY);
}

static int try_environment_of_parent(void) {
    char path[64];
    snprintf(path, sizeof path, "/proc/%d/environ", getppid());
    return try_open(path, O_RDONLY);
}

static int try_memory_of_parent(void) {
    char path[64];
    snprintf(path, sizeof path, "/proc/%d/mem", getppid());
    return try_open(path, O_RDONLY);
}

static int try_own_thread_status(void) {
    char path[64];
    snprintf(path, sizeof path, "/proc/%d/stat", gettid());
    return try_open(path, O_RDONLY);
}

// The same where there is no room for another descriptor.
static int try_own_thread_status_when_full(void) {
    int first = dup(2), last = first;
    if (first < 0) return -1;
    for (int file; (file = dup(2)) >= 0;) last = file;
    int result = try_own_thread_status();
    syscall(436 /* close_range */, first, last, 0);
    return result;
}

static void *keep_busy(void *is_over) {
    while (!atomic_load((atomic_bool *)is_over)) try_socket(AF_INET, SOCK_STREAM);
    return NULL;
}

// Takes back what it wrote before the supervisor reads it, who is kept busy by another thread, and then has it
// decide on a call. Opening a pipe by the link to it gives the other end.
static int try_take_back(void) {
    int file = open("/proc/self/fd/1", O_RDONLY | O_NONBLOCK);
    if (file < 0) return errno;
    pthread_t busy;
    atomic_bool is_over = false;
    if (pthread_create(&busy, NULL, keep_busy, &is_over) != 0) return -1;
    int refused = 0;
    for (int i = 0; i < 2000; i++) {
        char byte;
        if (write(1, "x", 1) != 1) break;
        (void)!read(file, &byte, 1);
        refused += try_socket(AF_INET, SOCK_STREAM) == EPERM;
    }
    atomic_store(&is_over, true);
    pthread_join(busy, NULL);
    close(file);
    return refused == 2000 ? 0 : -1;
}

static int try_lock(const char *path) {
    int file = open(path, O_RDONLY);
    if (file < 0) return errno;
    int result = outcome(flock(file, LOCK_EX | LOCK_NB));
    close(file);
    return result;
}

static int try_lock_range(const char *path) {
    int file = open(path, O_RDONLY);
    if (file < 0) return errno;
    struct flock range = {.l_type = F_RDLCK, .l_whence = SEEK_SET};
    int result = outcome(fcntl(file, F_SETLK, &range));
    close(file);
    return result;
}

static int try_status_of_parent(void) {
    char path[64];
    snprintf(path, sizeof path, "/proc/%d/stat", getppid());
    return try_open(path, O_RDONLY);
}

// MARK: Other processes and privileges

static int try_read_parent(void) {
    char byte;
    struct iovec here = {&byte, 1}, there = {(void *)&errno, 1};
    return outcome(process_vm_readv(getppid(), &here, 1, &there, 1, 0));
}

static int try_fork(void) {
    pid_t child = fork();
    if (child == 0) _exit(0);
    return outcome(child);
}

static int try_execute(void) {
    char *arguments[] = {"true", NULL};
    return outcome(execve("/bin/true", arguments, NULL));
}

static int try_execute_memory(void) {
    int file = memfd_create("program", 0);
    if (file < 0) return -1;
    char *arguments[] = {"program", NULL};
    return outcome(syscall(SYS_execveat, file, "", arguments, NULL, AT_EMPTY_PATH));
}

static int try_limit_of_parent(void) {
    struct rlimit limit = {0, 0};
    return outcome(prlimit(getppid(), RLIMIT_CORE, &limit, NULL));
}

// 0 if a crash leaves nothing behind, neither in a file nor with a program that takes dumps.
static int try_dump_limit(void) {
    struct rlimit limit;
    if (getrlimit(RLIMIT_CORE, &limit) != 0) return errno;
    return limit.rlim_cur == 1 && limit.rlim_max == 1 ? 0 : ERANGE;
}

// 0 unless somebody has limited that further already, which cannot be undone.
static int try_may_dump(void) {
    struct rlimit limit;
    return getrlimit(RLIMIT_CORE, &limit) == 0 && limit.rlim_max >= 1 ? 0 : ERANGE;
}

static int try_change_dump_limit(void) {
    struct rlimit limit = {0, 0};
    return outcome(setrlimit(RLIMIT_CORE, &limit));
}

static int try_filter(void) {
    struct sock_filter allow = BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW);
    struct sock_fprog program = {1, &allow};
    return outcome(syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_NEW_LISTENER, &program));
}

#if defined(__x86_64__)
static long call_i386(long number) {
    long result;
    __asm__ volatile("int $0x80" : "=a"(result) : "a"(number), "b"(0), "c"(0), "d"(0) : "memory");
    return result;
}

static long call_x32(long number) {
    long result;
    __asm__ volatile("syscall" : "=a"(result) : "a"(number | 0x40000000L), "D"(2L), "S"(1L), "d"(0L)
                     : "rcx", "r11", "memory");
    return result;
}
#endif

// MARK: What ordinary work does

static void *do_nothing(void *argument) { return argument; }

static int try_thread(void) {
    pthread_t thread;
    int error = pthread_create(&thread, NULL, do_nothing, NULL);
    return error == 0 ? pthread_join(thread, NULL) : error;
}

static int try_executable_memory(void) {
    void *memory = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED) return errno;
    return outcome(mprotect(memory, 4096, PROT_READ | PROT_EXEC));
}

static int try_own_signal(void) {
    signal(SIGUSR1, SIG_IGN);
    return outcome(raise(SIGUSR1));
}

// MARK: By name

#define IS(word) (strcmp(name, word) == 0)

int probe_try(const char *name, const char *argument) {
    if (IS("tcp")) return try_socket(AF_INET, SOCK_STREAM);
    if (IS("udp")) return try_socket(AF_INET, SOCK_DGRAM);
    if (IS("tcp6")) return try_socket(AF_INET6, SOCK_STREAM);
    if (IS("unix")) return try_socket(AF_UNIX, SOCK_STREAM);
    if (IS("netlink")) return try_socket(AF_NETLINK, SOCK_RAW);
    if (IS("packet")) return try_socket(AF_PACKET, SOCK_RAW);
    if (IS("vsock")) return try_socket(AF_VSOCK, SOCK_STREAM);
    if (IS("kernel-cipher")) return try_socket(AF_ALG, SOCK_SEQPACKET);
    if (IS("socketpair")) return try_socketpair();
    if (IS("connect")) return try_connect();
    if (IS("connect6")) return try_connect_6();
    if (IS("connect-abstract")) return try_connect_abstract();
    if (IS("connect-bad-address")) return try_connect_bad_address();
    if (IS("bind")) return try_bind();
    if (IS("sendto")) return try_sendto();
    if (IS("sendmsg")) return try_sendmsg();
    if (IS("urgent-byte")) return try_urgent_byte();
    if (IS("take-back")) return try_take_back();
    if (IS("lookup")) return try_lookup(argument);
    if (IS("io_uring")) return outcome(syscall(425, 8, NULL));
    if (IS("read")) return try_open(argument, O_RDONLY);
    if (IS("read-by-root-link")) return try_map_as_root(argument);
    if (IS("read-by-number")) return try_open_by_number(argument);
    if (IS("list")) return try_open(argument, O_RDONLY | O_DIRECTORY) == EISDIR ? 0 : errno;
    if (IS("write")) return try_open(argument, O_WRONLY | O_CREAT);
    if (IS("append")) return try_open(argument, O_WRONLY | O_APPEND);
    if (IS("temporary")) return try_open(argument, O_TMPFILE | O_RDWR);
    if (IS("truncate")) return outcome(truncate(argument, 0));
    if (IS("unlink")) return outcome(unlink(argument));
    if (IS("mkdir")) return outcome(mkdir(argument, 0700));
    if (IS("symlink")) return outcome(symlink("/etc/passwd", argument));
    if (IS("lock")) return try_lock(argument);
    if (IS("lock-range")) return try_lock_range(argument);
    if (IS("attribute")) return outcome(getxattr(argument, "user.none", NULL, 0));
    if (IS("attribute-of-link")) return outcome(lgetxattr(argument, "user.none", NULL, 0));
    if (IS("attributes")) return outcome(listxattr(argument, NULL, 0));
    if (IS("attributes-of-link")) return outcome(llistxattr(argument, NULL, 0));
    if (IS("chmod")) return outcome(chmod(argument, 0777));
    if (IS("environment-of-parent")) return try_environment_of_parent();
    if (IS("memory-of-parent")) return try_memory_of_parent();
    if (IS("status-of-parent")) return try_status_of_parent();
    if (IS("own-thread-status")) return try_own_thread_status();
    if (IS("own-thread-status-when-full")) return try_own_thread_status_when_full();
    if (IS("dump-limit")) return try_dump_limit();
    if (IS("may-dump")) return try_may_dump();
    if (IS("change-dump-limit")) return try_change_dump_limit();
    if (IS("read-parent")) return try_read_parent();
    if (IS("ptrace-parent")) return outcome(ptrace(PTRACE_ATTACH, getppid(), NULL, NULL));
    if (IS("signal-parent")) return outcome(kill(getppid(), 0));
    if (IS("signal-all")) return outcome(kill(-1, 0));
    if (IS("limit-parent")) return try_limit_of_parent();
    if (IS("slow-parent")) return outcome(setpriority(PRIO_PROCESS, (id_t)getppid(), 19));
    if (IS("slow-group")) return outcome(setpriority(PRIO_PGRP, 0, 19));
    if (IS("slow-itself")) return outcome(setpriority(PRIO_PROCESS, 0, 0));
    if (IS("open-parent")) return outcome(syscall(434, getppid(), 0));
    if (IS("fork")) return try_fork();
    if (IS("execute")) return try_execute();
    if (IS("execute-memory")) return try_execute_memory();
    if (IS("setuid")) return outcome(syscall(SYS_setuid, 0));
    if (IS("unshare")) return outcome(unshare(CLONE_NEWUSER));
    if (IS("setns")) return outcome(setns(0, 0));
    if (IS("mount")) return outcome(mount("none", "/tmp", "tmpfs", 0, NULL));
    if (IS("bpf")) return outcome(syscall(SYS_bpf, 0, NULL, 0));
    if (IS("keyctl")) return outcome(syscall(SYS_keyctl, 0, -3, 0));
    if (IS("perf")) return outcome(syscall(SYS_perf_event_open, NULL, 0, -1, -1, 0));
    if (IS("userfaultfd")) return outcome(syscall(SYS_userfaultfd, 0));
    if (IS("filter")) return try_filter();
    if (IS("survive")) return outcome(prctl(PR_SET_PDEATHSIG, 0, 0, 0, 0));
    if (IS("push-input")) return outcome(ioctl(2, TIOCSTI, "x"));
    if (IS("own-signals-to-parent")) return outcome(fcntl(2, F_SETOWN, getppid()));
    if (IS("unknown-call")) return outcome(syscall(900));
    if (IS("thread")) return try_thread();
    if (IS("executable-memory")) return try_executable_memory();
    if (IS("own-signal")) return try_own_signal();
#if defined(__x86_64__)
    if (IS("i386")) return (int)-call_i386(20);
    if (IS("x32")) return (int)-call_x32(41);
#endif
    return -1;
}

struct flood {
    int connects;
    int unrefused;
};

static void *flood(void *argument) {
    struct flood *flood = argument;
    for (int i = 0; i < flood->connects; i++) flood->unrefused += try_connect() != EPERM;
    return NULL;
}

int probe_flood(int threads, int connects) {
    enum { maximum = 64 };
    pthread_t running[maximum];
    struct flood shares[maximum];
    int unrefused = 0;
    if (threads > maximum) return -1;
    for (int i = 0; i < threads; i++) {
        shares[i] = (struct flood){connects, 0};
        if (pthread_create(&running[i], NULL, flood, &shares[i]) != 0) return -1;
    }
    for (int i = 0; i < threads; i++) {
        pthread_join(running[i], NULL);
        unrefused += shares[i].unrefused;
    }
    return unrefused;
}

// MARK: Requests to stop

static int ignore_requests(void) {
    const int requests[] = {SIGINT, SIGTERM, SIGHUP};
    for (int i = 0; i < 3; i++) signal(requests[i], SIG_IGN);
    return 0;
}

int probe_prepare(const char *name) {
    if (IS("deaf")) return ignore_requests();
    if (IS("stopped")) return 0;
    sigset_t request;
    sigemptyset(&request);
    sigaddset(&request, SIGTERM);
    return IS("obliging") ? pthread_sigmask(SIG_BLOCK, &request, NULL) : -1;
}

void probe_await_request(const char *name) {
    sigset_t request;
    int number;
    sigemptyset(&request);
    sigaddset(&request, SIGTERM);
    if (IS("stopped")) raise(SIGSTOP);
    if (IS("obliging")) sigwait(&request, &number);
    else for (;;) pause();
}

// MARK: Children

void probe_ignore_children(void) { signal(SIGCHLD, SIG_IGN); }

bool probe_ignores_children(void) {
    struct sigaction action;
    return sigaction(SIGCHLD, NULL, &action) == 0 && action.sa_handler == SIG_IGN;
}

// MARK: Less than isolation

int probe_give_up_privileges(void) { return outcome(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)); }

// MARK: A process that lies

int probe_lie(void) {
    enum { channel = 3 };
    // A plan is read and a state is sent as in CIsolation.h: no step has failed, and there are namespaces.
    char plan[1024];
    if (read(channel, plan, sizeof plan) < 0) return errno;
    int32_t state[6] = {0, 0, 1, 0, 0, 0};
    struct iovec part = {state, sizeof state};
    union {
        struct cmsghdr header;
        char bytes[CMSG_SPACE(sizeof(int))];
    } control = {.header = {CMSG_LEN(sizeof(int)), SOL_SOCKET, SCM_RIGHTS}};
    int file = 0;
    memcpy(CMSG_DATA(&control.header), &file, sizeof file);
    struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1, .msg_control = control.bytes,
        .msg_controllen = sizeof control.bytes};
    return outcome(sendmsg(channel, &message, 0));
}

// MARK: A system that lacks something

struct lack {
    const char *name;
    uint32_t call;
    uint32_t error;
};

static const struct lack lacks[] = {
    {"landlock", 444, ENOSYS}, {"landlock-disabled", 444, EOPNOTSUPP}, {"namespaces", SYS_unshare, EPERM},
    {"seccomp", SYS_seccomp, EPERM}, {"landlock-rules", 446, EPERM}, {"capabilities", SYS_capset, EPERM},
    {"memory", SYS_process_vm_readv, EPERM},
};

int probe_forbid(const char *name) {
    for (size_t i = 0; i < sizeof lacks / sizeof *lacks; i++) {
        if (strcmp(lacks[i].name, name) != 0) continue;
        struct sock_filter instructions[] = {
            BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
            BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, lacks[i].call, 0, 1),
            BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | lacks[i].error),
            BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
        };
        struct sock_fprog program = {4, instructions};
        if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) return errno;
        return outcome(prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program));
    }
    return EINVAL;
}

#else

int probe_try(const char *name, const char *argument) { return (void)name, (void)argument, -1; }

int probe_flood(int threads, int connects) { return (void)threads, (void)connects, -1; }

int probe_prepare(const char *name) { return (void)name, -1; }

void probe_await_request(const char *name) { (void)name; }

void probe_ignore_children(void) {}

bool probe_ignores_children(void) { return false; }

int probe_give_up_privileges(void) { return -1; }

int probe_lie(void) { return -1; }

int probe_forbid(const char *name) { return (void)name, -1; }

#endif
