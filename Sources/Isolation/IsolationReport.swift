/// How a job was isolated, and what it was refused.
public struct IsolationReport: Codable, Hashable, Sendable {
    /// Whether it had a network namespace of its own, as its supervisor saw it.
    public let hasNetworkNamespace: Bool
    /// Why it had none, in the system's words; nil if it had one.
    public let namespaceRefusal: String?
    /// The version of Landlock's interface in the kernel, which is the one that a job uses.
    public let landlockVersion: Int
    /// How often it was refused a system call.
    public let deniedAttempts: Int
    /// What these were.
    public let attempts: [DeniedAttempt]

    /// A report.
    public init(
        hasNetworkNamespace: Bool,
        namespaceRefusal: String?,
        landlockVersion: Int,
        deniedAttempts: Int,
        attempts: [DeniedAttempt]
    ) {
        self.hasNetworkNamespace = hasNetworkNamespace
        self.namespaceRefusal = namespaceRefusal
        self.landlockVersion = landlockVersion
        self.deniedAttempts = deniedAttempts
        self.attempts = attempts
    }

    /// What enforced it, as claims say it: `network namespace, seccomp, Landlock ABI 6`.
    public var mechanism: String {
        let always = ["seccomp", "Landlock ABI \(landlockVersion)"]
        return ((hasNetworkNamespace ? ["network namespace"] : []) + always).joined(separator: ", ")
    }
}
