/// Why a job was not run in isolation, or did not come to its end.
public enum IsolationError: Error, Equatable {
    /// Something that it rests on is not there; says what, and the system's reason.
    case missing(Requirement, reason: String)
    /// A step of confining the process failed; says which, and the system's reason.
    case refused(step: String, reason: String)
    /// What the job is to read is a folder.
    case folder(path: String)
    /// The process does not look from outside as one that is confined.
    case unverified(String)
    /// The process could not be started or watched.
    case supervision(String)
    /// The process ended before it was confined.
    case endedEarly
    /// The job ended with an exit code of its own.
    case failed(status: Int32, report: IsolationReport)
    /// The job was ended by a signal.
    case killed(signal: Int32, report: IsolationReport)
    /// Somebody asked for the end of the job.
    case interrupted(signal: Int32)
    /// What the job says of its result is not in the form for it.
    case malformed(String)
    /// The job made more bytes than it may.
    case outputTooLarge(maximumBytes: Int)

    /// What isolation rests on.
    public enum Requirement: String, Sendable {
        /// Linux, on a processor whose system calls are known here.
        case system
        /// Limits on what files a process can open.
        case landlock
        /// System calls that wait for somebody to refuse them.
        case notifications
        /// That the supervisor can read the memory of its job.
        case memory
    }
}

extension IsolationError: CustomStringConvertible {
    /// The fault in words.
    public var description: String {
        switch self {
        case .missing(.system, let reason):
            "isolation needs Linux on x86-64 or arm64\(Self.words(reason))"
        case .missing(.landlock, let reason):
            "isolation needs Landlock, and this system has none\(Self.words(reason))"
        case .missing(.notifications, let reason):
            "isolation needs seccomp with user notifications, and this system has none\(Self.words(reason))"
        case .missing(.memory, let reason):
            "isolation needs to read the memory of the job, and this system forbids that\(Self.words(reason))"
        case .folder(let path): "\(path) is a folder, and an isolated job reads files only"
        case .refused(let step, let reason): "the job could not be isolated: \(step)\(Self.words(reason))"
        case .unverified(let problem): "the job is not isolated as it says: \(problem)"
        case .supervision(let problem): "the isolated job cannot be supervised: \(problem)"
        case .endedEarly: "the process ended before it was isolated"
        case .failed(let status, _): "the isolated job failed with exit code \(status)"
        case .killed(let signal, _): "the isolated job was ended by signal \(signal)"
        case .interrupted(let signal): "interrupted by signal \(signal)"
        case .malformed(let problem): "what the isolated job says of its result makes no sense: \(problem)"
        case .outputTooLarge(let maximum): "the isolated job made more than the \(maximum) bytes allowed"
        }
    }

    private static func words(_ reason: String) -> String { reason.isEmpty ? "" : " (\(reason))" }

    /// What to do about it; nil if nothing is known.
    public var hint: String? {
        switch self {
        case .missing(.system, _):
            "leave out --isolated here, and isolate the whole command by other means"
        case .missing(.landlock, _):
            "Linux has it since 5.13; it must be among lsm= of the kernel's command line, and a container's seccomp "
                + "profile must allow landlock_create_ruleset, landlock_add_rule and landlock_restrict_self"
        case .missing(.notifications, _):
            "Linux has them since 5.0; a container's seccomp profile must allow the call seccomp"
        case .missing(.memory, _):
            "Linux lets a process read that of its children unless kernel.yama.ptrace_scope is 2 or 3; "
                + "a container's seccomp profile must allow process_vm_readv"
        case .refused(let step, _) where step == Step.filter.words:
            "only one supervisor can receive a process's calls: a container runtime that does so already must stop it"
        default: nil
        }
    }
}
