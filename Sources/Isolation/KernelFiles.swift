import Foundation

/// What the kernel says in `/proc` of a job and of the machine, in files that the supervisor opens and hands
/// over.
///
/// Landlock's rules are about files that exist when the rules are made. Those of a thread do not yet, and
/// libdispatch ends the process if it cannot read them; and the kernel drops any file of `/proc` when it needs
/// memory, and makes another one for whoever opens it next. A rule for the whole folder of a process would hold
/// the network of the machine as well, by `/proc/self/net`. So the supervisor opens these files, under the
/// process whose they are. It uses its own copy of the path, and opens nothing else, so that it does not matter
/// what the job makes of that memory.
enum KernelFiles {
    private static let ofTheMachine: Set = [
        "/proc/cpuinfo", "/proc/meminfo", "/proc/stat", "/proc/sys/vm/overcommit_memory",
    ]
    private static let ofTheJob: Set<Substring> = [
        "auxv", "cmdline", "comm", "maps", "stat", "statm", "status",
    ]
    private static let ofAThread: Set<Substring> = ["comm", "stat", "status"]

    /// One of these files, open to read it.
    ///
    /// - Parameters:
    ///   - path: The path that a job wants to open.
    ///   - process: The job.
    /// - Returns: The file; nil if the path is another one, or the thread is not of this process.
    static func opened(_ path: String, of process: pid_t) -> Descriptor? {
        guard let place = place(of: path, for: process) else { return nil }
        let file = open(place, O_RDONLY | O_CLOEXEC)
        return file >= 0 ? Descriptor(file) : nil
    }

    /// Where a file lies for the supervisor, to whom `/proc/self` is another process.
    private static func place(of path: String, for process: pid_t) -> String? {
        if ofTheMachine.contains(path) { return path }
        var parts = path.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count >= 4, parts[0].isEmpty, parts[1] == "proc", let name = parts.popLast() else {
            return nil
        }
        let own = "/proc/\(process)"
        switch parts.count {
        case 3 where parts[2] == "self" || parts[2] == "\(process)":
            return ofTheJob.contains(name) ? "\(own)/\(name)" : nil
        case 3:
            return thread(parts[2], name, in: own)
        case 5 where (parts[2] == "self" || parts[2] == "\(process)") && parts[3] == "task":
            return thread(parts[4], name, in: own)
        default:
            return nil
        }
    }

    private static func thread(_ number: Substring, _ name: Substring, in own: String) -> String? {
        guard let thread = Int32(number), thread > 0, ofAThread.contains(name) else { return nil }
        return "\(own)/task/\(thread)/\(name)"
    }
}
