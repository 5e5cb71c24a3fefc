/// What a run happened on and with.
public struct ClaimedEnvironment: Codable, Sendable, Hashable {
    /// The version of this program.
    public let program: String
    /// The compiler it was built with.
    public let toolchain: String
    /// The packages it was built with, their versions by name.
    public let packages: [String: String]
    /// The operating system and its version.
    public let operatingSystem: String
    /// The kind of processor.
    public let processor: String
    /// How many cores were used.
    public let cores: Int

    /// An environment.
    public init(
        program: String,
        toolchain: String,
        packages: [String: String],
        operatingSystem: String,
        processor: String,
        cores: Int
    ) {
        self.program = program
        self.toolchain = toolchain
        self.packages = packages
        self.operatingSystem = operatingSystem
        self.processor = processor
        self.cores = cores
    }

    /// Refuses a run on no core.
    func validate() throws(ClaimError) {
        guard cores > 0 else { throw .impossible(member: "environment.cores", problem: "is not above zero") }
    }
}

/// What a run could reach.
public struct ClaimedIsolation: Codable, Sendable, Hashable {
    /// Whether it ran without network and with the named inputs only.
    public let isIsolated: Bool
    /// How that was enforced; empty where it was not.
    public let mechanism: String
    /// How often it tried to reach what it must not.
    public let deniedAttempts: Int

    /// What a run could reach.
    public init(isIsolated: Bool, mechanism: String, deniedAttempts: Int) {
        self.isIsolated = isIsolated
        self.mechanism = mechanism
        self.deniedAttempts = deniedAttempts
    }

    /// Refuses isolation by nothing.
    func validate() throws(ClaimError) {
        guard isIsolated != mechanism.isEmpty else {
            throw .impossible(member: "isolation.mechanism", problem: "does not fit 'isIsolated'")
        }
        guard deniedAttempts >= 0 else {
            throw .impossible(member: "isolation.deniedAttempts", problem: "is below zero")
        }
    }
}
