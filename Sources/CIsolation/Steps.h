// The steps of confining a process, in the order in which `isolation_enter` takes them.

#ifndef ISOLATION_STEPS_H
#define ISOLATION_STEPS_H

#include "CIsolation.h"

#if defined(__linux__) && (defined(__x86_64__) || defined(__aarch64__))
#define ISOLATION_IS_SUPPORTED 1

/// Leaves the namespaces of the supervisor, as far as the system lets it. Returns 0, or an error number.
int isolation_enter_namespaces(void);

/// Gives up every capability, and the way to new ones. Returns 0, or an error number.
int isolation_drop_capabilities(void);

/// Installs the filter of system calls.
///
/// - Parameter listener: The descriptor on which refused calls arrive.
/// - Returns: 0, or an error number.
int isolation_install_filter(int *listener);

#endif
#endif
