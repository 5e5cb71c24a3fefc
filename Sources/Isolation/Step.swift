import CIsolation

/// The steps of confining a process, after `isolation_enter`.
enum Step: CaseIterable {
    case system, plan, threads, descriptors, privileges, limits, landlockMissing, landlock, capabilities
    case parent, notificationsMissing, filter

    /// The step by the number that the confined process gives.
    init?(_ number: Int32) {
        guard let step = Self.allCases.first(where: { $0.number == number }) else { return nil }
        self = step
    }

    private var number: Int32 {
        switch self {
        case .system: Int32(isolation_step_system)
        case .plan: Int32(isolation_step_plan)
        case .threads: Int32(isolation_step_threads)
        case .descriptors: Int32(isolation_step_descriptors)
        case .privileges: Int32(isolation_step_privileges)
        case .limits: Int32(isolation_step_limits)
        case .landlockMissing: Int32(isolation_step_landlock_missing)
        case .landlock: Int32(isolation_step_landlock)
        case .capabilities: Int32(isolation_step_capabilities)
        case .parent: Int32(isolation_step_parent)
        case .notificationsMissing: Int32(isolation_step_notifications_missing)
        case .filter: Int32(isolation_step_filter)
        }
    }

    /// What the step does.
    var words: String {
        switch self {
        case .system: "finding out what the system has"
        case .plan: "reading the plan"
        case .threads: "making sure that there is one thread only"
        case .descriptors: "closing files"
        case .privileges: "giving up new privileges"
        case .limits: "setting limits"
        case .landlockMissing, .landlock: "restricting files with Landlock"
        case .capabilities: "giving up capabilities"
        case .parent: "binding the job to its supervisor"
        case .notificationsMissing, .filter: "installing the filter of system calls"
        }
    }

    /// The fault that a failure of this step is.
    func error(_ number: Int32) -> IsolationError {
        let reason = systemReason(number)
        return switch self {
        case .system: .missing(.system, reason: "")
        case .landlockMissing: .missing(.landlock, reason: reason)
        case .notificationsMissing: .missing(.notifications, reason: reason)
        default: .refused(step: words, reason: reason)
        }
    }
}
