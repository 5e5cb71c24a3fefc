import Foundation

/// What the kernel says of a process, in `/proc/<pid>/status`; see proc_pid_status(5).
package struct ProcessStatus {
    private let fields: [String: String]

    /// The status of a process from its text.
    package init(_ text: String) {
        var fields: [String: String] = [:]
        for line in text.split(separator: "\n") {
            let parts = line.split(separator: ":", maxSplits: 1).map {
                $0.trimmingCharacters(in: .whitespaces)
            }
            if parts.count == 2 { fields[parts[0]] = parts[1] }
        }
        self.fields = fields
    }

    /// Makes sure that the process is confined: the supervisor states what it sees, not what it is told.
    ///
    /// - Throws: `IsolationError` that says what is missing.
    package func requireConfined() throws(IsolationError) {
        try require("NoNewPrivs", is: "1", "it may gain privileges")
        try require("Seccomp", is: "2", "it has no filter of system calls")
        try require("Threads", is: "1", "it has threads that may not be filtered")
        for set in ["CapInh", "CapPrm", "CapEff", "CapAmb"] {
            guard let value = fields[set], UInt64(value, radix: 16) == 0 else {
                throw .unverified("it has capabilities")
            }
        }
    }

    private func require(_ field: String, is value: String, _ problem: String) throws(IsolationError) {
        guard fields[field] == value else { throw .unverified(problem) }
    }

    /// The status of a running process.
    ///
    /// - Throws: `IsolationError` if it cannot be read.
    static func of(_ process: pid_t) throws(IsolationError) -> ProcessStatus {
        guard let text = try? String(contentsOfFile: "/proc/\(process)/status", encoding: .utf8) else {
            throw .unverified("/proc does not say how it is")
        }
        return ProcessStatus(text)
    }

    /// Whether a process has a network namespace other than that of this one.
    ///
    /// What cannot be seen is not claimed.
    static func hasOwnNetwork(_ process: pid_t) -> Bool {
        let files = FileManager.default
        guard let own = try? files.destinationOfSymbolicLink(atPath: "/proc/self/ns/net"),
            let other = try? files.destinationOfSymbolicLink(atPath: "/proc/\(process)/ns/net")
        else { return false }
        return own != other
    }
}
