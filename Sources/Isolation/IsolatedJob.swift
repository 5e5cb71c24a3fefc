/// A program to run without network and with the named files only.
public struct IsolatedJob: Sendable {
    /// The program; it has to call `ConfinedProcess.enterIfRequested()` before it does anything else.
    public let program: String
    /// Its arguments, after its name.
    public let arguments: [String]
    /// All variables of its environment.
    public let environment: [String: String]
    /// The files it may read, besides what programs need of the system.
    public let readable: [String]
    /// How many bytes its output may have.
    public let maximumOutputBytes: Int

    /// The executable of this process.
    public static let itself = "/proc/self/exe"

    /// The most bytes an output may have unless somebody says otherwise: 2 GiB, as for an ONNX file.
    public static let ordinaryOutputLimit = 1 << 31

    /// A job.
    ///
    /// - Parameters:
    ///   - program: The program; this one if left out.
    ///   - arguments: Its arguments, after its name.
    ///   - environment: All variables of its environment; see `CleanEnvironment`.
    ///   - readable: The files it may read. What is not there is left out; a folder is an error.
    ///   - maximumOutputBytes: How many bytes its output may have.
    public init(
        program: String = IsolatedJob.itself,
        arguments: [String],
        environment: [String: String],
        readable: [String],
        maximumOutputBytes: Int = IsolatedJob.ordinaryOutputLimit
    ) {
        self.program = program
        self.arguments = arguments
        self.environment = environment
        self.readable = readable
        self.maximumOutputBytes = maximumOutputBytes
    }
}

/// What an isolated job came to.
public struct IsolatedRun: Sendable {
    /// What the job says of its result, which is its word and nobody else's.
    public let result: [UInt8]
    /// The bytes the job made.
    public let output: [UInt8]
    /// How it was isolated, and what it was refused.
    public let report: IsolationReport
}
