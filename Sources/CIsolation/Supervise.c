// The supervisor's side: it starts the process, takes the calls that wait, and refuses them.

#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include "Steps.h"

#include <errno.h>

#ifdef ISOLATION_IS_SUPPORTED

#include <fcntl.h>
#include <linux/seccomp.h>
#include <signal.h>
#include <spawn.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

int isolation_socket_pair(int pair[2]) {
    return socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) == 0 ? 0 : errno;
}

int isolation_pipe(int pair[2]) { return pipe2(pair, O_CLOEXEC) == 0 ? 0 : errno; }

static int prepare(posix_spawn_file_actions_t *actions, posix_spawnattr_t *attributes, int channel, int text) {
    sigset_t signals;
    sigemptyset(&signals);
    int error = posix_spawnattr_setsigmask(attributes, &signals);
    sigfillset(&signals);
    if (error == 0) error = posix_spawnattr_setsigdefault(attributes, &signals);
    // A session of its own has no terminal, so Ctrl-C reaches it through the supervisor, once.
    const short flags = POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSID;
    if (error == 0) error = posix_spawnattr_setflags(attributes, flags);
    if (error == 0) error = posix_spawn_file_actions_addopen(actions, 0, "/dev/null", O_RDONLY, 0);
    if (error == 0) error = posix_spawn_file_actions_adddup2(actions, text, 1);
    if (error == 0) error = posix_spawn_file_actions_adddup2(actions, text, 2);
    if (error == 0) error = posix_spawn_file_actions_adddup2(actions, channel, isolation_channel);
    return error;
}

int isolation_spawn(
    const char *program, char *const arguments[], char *const environment[], int channel, int text,
    pid_t *process) {
    // Above all that they are to become, so that none is overwritten before its turn.
    int high_channel = fcntl(channel, F_DUPFD_CLOEXEC, 16);
    if (high_channel < 0) return errno;
    int high_text = fcntl(text, F_DUPFD_CLOEXEC, 16);
    if (high_text < 0) {
        int error = errno;
        close(high_channel);
        return error;
    }
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    int error = posix_spawn_file_actions_init(&actions);
    if (error == 0) {
        error = posix_spawnattr_init(&attributes);
        if (error == 0) {
            error = prepare(&actions, &attributes, high_channel, high_text);
            if (error == 0) error = posix_spawn(process, program, &actions, &attributes, arguments, environment);
            posix_spawnattr_destroy(&attributes);
        }
        posix_spawn_file_actions_destroy(&actions);
    }
    close(high_channel);
    close(high_text);
    return error;
}

int isolation_never_wait(int file) {
    int flags = fcntl(file, F_GETFL);
    return flags >= 0 && fcntl(file, F_SETFL, flags | O_NONBLOCK) == 0 ? 0 : errno;
}

ssize_t isolation_send(int channel, const void *bytes, size_t count) {
    ssize_t sent;
    do sent = send(channel, bytes, count, MSG_NOSIGNAL);
    while (sent < 0 && errno == EINTR);
    return sent < 0 ? -errno : sent;
}

int isolation_receive_state(int channel, struct isolation_state *state, int *listener) {
    struct iovec part = {.iov_base = state, .iov_len = sizeof *state};
    union {
        struct cmsghdr header;
        char bytes[CMSG_SPACE(sizeof(int))];
    } control;
    struct msghdr message = {
        .msg_iov = &part, .msg_iovlen = 1, .msg_control = control.bytes, .msg_controllen = sizeof control.bytes,
    };
    *listener = -1;
    ssize_t got;
    do got = recvmsg(channel, &message, MSG_CMSG_CLOEXEC);
    while (got < 0 && errno == EINTR);
    // A process that dies without having read its plan leaves a reset behind.
    if (got == 0 || (got < 0 && errno == ECONNRESET)) return -1;
    if (got < 0) return errno;
    struct cmsghdr *header = CMSG_FIRSTHDR(&message);
    if (header != NULL && header->cmsg_level == SOL_SOCKET && header->cmsg_type == SCM_RIGHTS
        && header->cmsg_len == CMSG_LEN(sizeof(int))) {
        memcpy(listener, CMSG_DATA(header), sizeof(int));
    }
    return got == (ssize_t)sizeof *state ? 0 : -1;
}

int isolation_open_process(pid_t process) {
    enum { pidfd_open = 434 };
    return (int)syscall(pidfd_open, process, 0);
}

void isolation_signal(int process, int signal) {
    enum { pidfd_send_signal = 424 };
    // Whoever has ended already needs none.
    syscall(pidfd_send_signal, process, signal, NULL, 0);
}

int isolation_check_memory(pid_t process, const struct isolation_state *state) {
    struct isolation_state seen;
    struct iovec here = {.iov_base = &seen, .iov_len = sizeof seen};
    struct iovec there = {.iov_base = (void *)(uintptr_t)state->place, .iov_len = sizeof seen};
    ssize_t got = process_vm_readv(process, &here, 1, &there, 1, 0);
    if (got < 0) return errno;
    return got == (ssize_t)sizeof seen && memcmp(&seen, state, sizeof seen) == 0 ? 0 : EFAULT;
}

// The kernel says how large its structures are; one that has grown must not write past ours.
enum { maximum_notification = 512 };

int isolation_receive(int listener, struct isolation_call *call) {
    _Alignas(struct seccomp_notif) char bytes[maximum_notification];
    struct seccomp_notif_sizes sizes;
    if (syscall(SYS_seccomp, SECCOMP_GET_NOTIF_SIZES, 0, &sizes) != 0) return errno;
    if (sizes.seccomp_notif > sizeof bytes) return EOVERFLOW;
    memset(bytes, 0, sizeof bytes);
    if (ioctl(listener, SECCOMP_IOCTL_NOTIF_RECV, bytes) != 0) return errno;
    struct seccomp_notif notification;
    memcpy(&notification, bytes, sizeof notification);
    call->identifier = notification.id;
    call->thread = (int32_t)notification.pid;
    call->number = notification.data.nr;
    call->architecture = notification.data.arch;
    for (int i = 0; i < 6; i++) call->arguments[i] = notification.data.args[i];
    return 0;
}

size_t isolation_read_memory(
    int listener, const struct isolation_call *call, uint64_t address, void *bytes, size_t count) {
    const uint64_t page = 4096;
    size_t total = 0;
    // Page by page: what lies before one that is not there can still be read.
    while (total < count) {
        uint64_t place = address + total;
        size_t length = (size_t)(page - place % page);
        if (length > count - total) length = count - total;
        struct iovec here = {.iov_base = (char *)bytes + total, .iov_len = length};
        struct iovec there = {.iov_base = (void *)(uintptr_t)place, .iov_len = length};
        ssize_t got = process_vm_readv(call->thread, &here, 1, &there, 1, 0);
        if (got <= 0) break;
        total += (size_t)got;
    }
    // If the caller has gone, its number may belong to somebody else, whose memory this would be.
    uint64_t identifier = call->identifier;
    return ioctl(listener, SECCOMP_IOCTL_NOTIF_ID_VALID, &identifier) == 0 ? total : 0;
}

static int respond(int listener, const struct isolation_call *call, int64_t value, int32_t error, uint32_t flags) {
    _Alignas(struct seccomp_notif_resp) char bytes[maximum_notification];
    memset(bytes, 0, sizeof bytes);
    struct seccomp_notif_resp response = {
        .id = call->identifier, .val = value, .error = error, .flags = flags,
    };
    memcpy(bytes, &response, sizeof response);
    return ioctl(listener, SECCOMP_IOCTL_NOTIF_SEND, bytes) == 0 ? 0 : errno;
}

int isolation_deny(int listener, const struct isolation_call *call) {
    return respond(listener, call, 0, -EPERM, 0);
}

int isolation_let_go_on(int listener, const struct isolation_call *call) {
    return respond(listener, call, 0, 0, SECCOMP_USER_NOTIF_FLAG_CONTINUE);
}

int isolation_hand_over(int listener, const struct isolation_call *call, int file) {
    struct seccomp_notif_addfd request = {
        .id = call->identifier, .flags = 0, .srcfd = (uint32_t)file, .newfd = 0, .newfd_flags = O_CLOEXEC,
    };
    int number = ioctl(listener, SECCOMP_IOCTL_NOTIF_ADDFD, &request);
    // As open(2) would: a caller that has no room for another descriptor is told so.
    return number < 0 ? respond(listener, call, 0, -errno, 0) : respond(listener, call, number, 0, 0);
}

#else

int isolation_socket_pair(int pair[2]) { return (void)pair, ENOTSUP; }

int isolation_pipe(int pair[2]) { return (void)pair, ENOTSUP; }

int isolation_spawn(
    const char *program, char *const arguments[], char *const environment[], int channel, int text,
    pid_t *process) {
    return (void)program, (void)arguments, (void)environment, (void)channel, (void)text, (void)process, ENOTSUP;
}

int isolation_never_wait(int file) { return (void)file, ENOTSUP; }

ssize_t isolation_send(int channel, const void *bytes, size_t count) {
    return (void)channel, (void)bytes, (void)count, -ENOTSUP;
}

int isolation_receive_state(int channel, struct isolation_state *state, int *listener) {
    return (void)channel, (void)state, (void)listener, ENOTSUP;
}

int isolation_open_process(pid_t process) { return (void)process, errno = ENOTSUP, -1; }

void isolation_signal(int process, int signal) { (void)process, (void)signal; }

int isolation_check_memory(pid_t process, const struct isolation_state *state) {
    return (void)process, (void)state, ENOTSUP;
}

int isolation_receive(int listener, struct isolation_call *call) {
    return (void)listener, (void)call, ENOTSUP;
}

size_t isolation_read_memory(
    int listener, const struct isolation_call *call, uint64_t address, void *bytes, size_t count) {
    return (void)listener, (void)call, (void)address, (void)bytes, (void)count, (size_t)0;
}

int isolation_deny(int listener, const struct isolation_call *call) {
    return (void)listener, (void)call, ENOTSUP;
}

int isolation_let_go_on(int listener, const struct isolation_call *call) {
    return (void)listener, (void)call, ENOTSUP;
}

int isolation_hand_over(int listener, const struct isolation_call *call, int file) {
    return (void)listener, (void)call, (void)file, ENOTSUP;
}

bool isolation_is_reading(const struct isolation_call *call, uint64_t *path) {
    return (void)call, (void)path, false;
}

bool isolation_is_native(const struct isolation_call *call) { return (void)call, false; }

#endif
