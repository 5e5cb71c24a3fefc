import Foundation

/// What the kernel says of a job's own threads, which queues ask for by the number of a thread.
///
/// `/proc/<thread>/stat` belongs to no folder that Landlock could be told beforehand, and libdispatch ends the process
/// if it cannot be read. So the supervisor opens it, under the process whose thread it is, and hands it over. It
/// uses its own copy of the path, and opens nothing else, so that it does not matter what the job makes of that memory.
enum ThreadStatus {
    /// The open status of a thread.
    ///
    /// - Parameters:
    ///   - path: The path that a job wants to open.
    ///   - process: The job.
    /// - Returns: The file; nil if the path is another one, or the thread is not of this process.
    static func opened(_ path: String, of process: pid_t) -> Descriptor? {
        let parts = path.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 4, parts[0].isEmpty, parts[1] == "proc", parts[3] == "stat",
            let thread = Int32(parts[2]), thread > 0
        else { return nil }
        let file = open("/proc/\(process)/task/\(thread)/stat", O_RDONLY | O_CLOEXEC)
        return file >= 0 ? Descriptor(file) : nil
    }
}
