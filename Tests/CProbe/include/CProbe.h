// What a job that wants out would try.

#ifndef CPROBE_H
#define CPROBE_H

#include <stdint.h>

/// Tries something by name; `argument` is a path, a number or nothing, as the attempt needs it.
///
/// - Returns: 0 if it succeeded, an error number, or -1 if there is no such attempt on this system.
int probe_try(const char *name, const char *argument);

/// Connects to nowhere this often, on as many threads. Returns how many attempts were not refused with EPERM.
int probe_flood(int threads, int connects);

/// Says over the channel that this process is confined, without having done anything for it. Returns 0, or an error
/// number.
int probe_lie(void);

/// Makes system calls fail with an error from now on, for this process and all that it starts; some of them as
/// on a system that lacks a feature. Returns 0, or an error number.
int probe_forbid(const char *name);

#endif
