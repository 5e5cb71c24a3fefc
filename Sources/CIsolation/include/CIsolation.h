// What Linux has for confining a process, behind a small interface that Swift can call.
//
// A supervisor starts a fresh process of its own program with `isolation_spawn`, sends it a plan over the
// channel, and the process confines itself with `isolation_enter` before it has a second thread. From then on
// every system call that is not on the list of ordinary work waits for the supervisor, who reads it with
// `isolation_receive` and refuses it with `isolation_deny`. Elsewhere than on Linux nothing of this is there,
// and every function says so.

#ifndef CISOLATION_H
#define CISOLATION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#if defined(__cplusplus)
extern "C" {
#endif

/// The variable that tells a process to confine itself.
#define ISOLATION_VARIABLE "BULWARK_ISOLATED_JOB"

enum {
    /// The file descriptor of the channel in the confined process.
    isolation_channel = 3,
    /// The most bytes of a plan.
    isolation_maximum_plan = 1 << 20,
    /// The bytes of a call's memory that are looked at.
    isolation_memory_bytes = 256,
    /// The exit code of a process that could not be confined.
    isolation_exit_code = 77,
};

/// How far a process came in confining itself.
enum {
    isolation_done = 0,
    isolation_step_system,
    isolation_step_plan,
    isolation_step_threads,
    isolation_step_descriptors,
    isolation_step_privileges,
    isolation_step_limits,
    isolation_step_landlock_missing,
    isolation_step_landlock,
    isolation_step_capabilities,
    isolation_step_parent,
    isolation_step_notifications_missing,
    isolation_step_filter,
};

/// The beginning of a plan; the paths that may be read follow, each with a zero byte at its end.
struct isolation_plan {
    /// The supervisor.
    int32_t supervisor;
    /// How many bytes of paths follow.
    uint32_t length;
    /// The size that no file in memory may exceed.
    uint64_t maximum_file_bytes;
};

/// What a process says of itself when it is confined, or why it is not.
struct isolation_state {
    /// `isolation_done`, or the step that failed.
    int32_t step;
    /// The error number of that step.
    int32_t error;
    /// Whether it has user, network, IPC and UTS namespaces of its own.
    int32_t has_namespaces;
    /// Why it has not.
    int32_t namespaces_error;
    /// Where this lies in its memory, so that the supervisor can find out whether it can read that.
    uint64_t place;
};

/// A system call that waits for the supervisor.
struct isolation_call {
    /// What the answer has to name.
    uint64_t identifier;
    /// The thread that called.
    int32_t thread;
    /// The number of the call.
    int32_t number;
    /// The instruction set it was called by, as in AUDIT_ARCH_X86_64.
    uint32_t architecture;
    /// Its arguments.
    uint64_t arguments[6];
};

// MARK: In the process that is confined

/// Whether this process was started to be confined.
bool isolation_is_requested(void);

/// Confines this process for good, by the plan that it reads from the channel.
///
/// - Returns: `isolation_done`, or the step that failed; the supervisor knows already.
int32_t isolation_enter(void);

/// Whether this process has been confined.
bool isolation_is_entered(void);

/// Lets the calling thread, and those that it starts, read these files and what a program needs of the system,
/// and nothing else; lets them write no file at all. A step of confining a process.
///
/// - Parameters:
///   - version: The version of Landlock's interface.
///   - paths: `length` bytes of paths, each with a zero byte at its end.
/// - Returns: 0, or an error number; EISDIR if one of them is a folder.
int isolation_restrict_files(int version, const char *paths, size_t length);

// MARK: In the supervisor

/// The version of Landlock's interface in this kernel; 0, with errno, where there is none.
int isolation_landlock_version(void);

/// Starts a program with nothing open but the channel, a pipe for what it says, and no input.
///
/// - Returns: 0, or an error number.
int isolation_spawn(
    const char *program, char *const arguments[], char *const environment[], int channel, int text,
    pid_t *process);

/// Two connected sockets that no other process inherits. Returns 0, or an error number.
int isolation_socket_pair(int pair[2]);

/// A pipe that no other process inherits. Returns 0, or an error number.
int isolation_pipe(int pair[2]);

/// Has a read or a write of this descriptor never wait. Returns 0, or an error number.
int isolation_never_wait(int file);

/// Writes bytes to the channel. Returns how many it took, or an error number, negated.
ssize_t isolation_send(int channel, const void *bytes, size_t count);

/// Reads what a process says of itself, and the descriptor on which its calls arrive; -1 if it sent none.
///
/// - Returns: 0, an error number (EAGAIN if it has not said yet), or -1 if the process has gone without a word.
int isolation_receive_state(int channel, struct isolation_state *state, int *listener);

/// A descriptor that can be read once a process has ended; -1, with errno, if there is none.
int isolation_open_process(pid_t process);

/// Sends a signal to a process by such a descriptor, and to no other process, whatever has become of its
/// number.
void isolation_signal(int process, int signal);

/// Finds out whether the memory of a confined process can be read, by reading there what it has said of itself.
///
/// - Returns: 0, or an error number.
int isolation_check_memory(pid_t process, const struct isolation_state *state);

/// Takes the next call that waits. Returns 0, or an error number; ENOENT if the caller has gone meanwhile.
int isolation_receive(int listener, struct isolation_call *call);

/// Reads memory of the thread that called, and makes sure that the call still waits.
///
/// - Returns: How many bytes were read; 0 if it cannot be known.
size_t isolation_read_memory(
    int listener, const struct isolation_call *call, uint64_t address, void *bytes, size_t count);

/// Answers a call with EPERM. Returns 0, or an error number; ENOENT if the caller has gone meanwhile.
int isolation_deny(int listener, const struct isolation_call *call);

/// Whether a call opens a file to read it, by its registers; then `path` is where the path lies in its memory.
bool isolation_is_reading(const struct isolation_call *call, uint64_t *path);

/// Lets a call go on as if nobody had waited for it. Returns 0, or an error number; ENOENT if the caller has gone.
int isolation_let_go_on(int listener, const struct isolation_call *call);

/// Answers a call with a copy of a descriptor of this process, or with the reason why the caller can have none.
/// Returns 0, or an error number; ENOENT if the caller has gone.
int isolation_hand_over(int listener, const struct isolation_call *call, int file);

/// Whether a call was made by the instruction set of this program, and in its ordinary form.
bool isolation_is_native(const struct isolation_call *call);

/// The name of a system call of this instruction set; NULL for one without a name here.
const char *isolation_call_name(int32_t number);

/// The name of a family of sockets; NULL for one without a name here.
const char *isolation_family_name(int32_t family);

/// Takes over SIGINT, SIGTERM and SIGHUP: each arrives as a byte on the descriptor that is returned.
///
/// One supervisor at a time can do so; -1, with errno EBUSY, if another does, or another error.
int isolation_watch_signals(void);

/// Gives the signals back, on the thread that took them.
void isolation_unwatch_signals(void);

/// Has children of this process wait until somebody asks how they ended, even where SIGCHLD is ignored, as it
/// is after `trap '' CHLD` in a shell. Holds until it was undone as often as it was called.
void isolation_keep_children(void);

/// Undoes `isolation_keep_children`.
void isolation_release_children(void);

#if defined(__cplusplus)
}
#endif

#endif
