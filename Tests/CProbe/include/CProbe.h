// What a job that wants out would try.

#ifndef CPROBE_H
#define CPROBE_H

#include <stdbool.h>
#include <stdint.h>

/// Tries something by name; `argument` is a path, a number or nothing, as the attempt needs it.
///
/// - Returns: 0 if it succeeded, an error number, or -1 if there is no such attempt on this system.
int probe_try(const char *name, const char *argument);

/// Connects to nowhere this often, on as many threads. Returns how many attempts were not refused with EPERM.
int probe_flood(int threads, int connects);

/// Gets ready for requests to stop, by name: `deaf` ignores them, `stopped` stops itself, `obliging` waits for
/// SIGTERM and goes on. Returns 0, or an error number.
int probe_prepare(const char *name);

/// Waits for a request to stop; only `obliging` comes back.
void probe_await_request(const char *name);

/// Ignores the ends of children from now on, as programs do that a shell starts after `trap '' CHLD`.
void probe_ignore_children(void);

/// Whether it still does.
bool probe_ignores_children(void);

/// Makes sure that this process gains no privileges any more, without which Landlock is for root only. Returns
/// 0, or an error number.
int probe_give_up_privileges(void);

/// Says over the channel that this process is confined, without having done anything for it. Returns 0, or an error
/// number.
int probe_lie(void);

/// Makes system calls fail with an error from now on, for this process and all that it starts; some of them as
/// on a system that lacks a feature. Returns 0, or an error number.
int probe_forbid(const char *name);

#endif
