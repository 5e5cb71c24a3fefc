import CIsolation
import Foundation

/// How a process is confined.
struct Confinement {
    /// Where the calls it is to be refused arrive.
    let listener: Descriptor
    let hasNetworkNamespace: Bool
    let namespaceRefusal: String?
    let landlockVersion: Int

    func report(_ record: AttemptRecord) -> IsolationReport {
        IsolationReport(
            hasNetworkNamespace: hasNetworkNamespace,
            namespaceRefusal: namespaceRefusal,
            landlockVersion: landlockVersion,
            deniedAttempts: record.total,
            attempts: record.attempts
        )
    }
}

/// The process of a job, and what connects it to its supervisor.
final class JobProcess {
    let number: pid_t
    /// Where it tells what it made.
    let channel: Descriptor
    /// What it writes to standard output and error.
    let text: Descriptor
    /// Can be read once it has ended.
    let ended: Descriptor
    private var isReaped = false

    /// Starts the process.
    ///
    /// - Throws: `IsolationError`.
    init(_ job: IsolatedJob) throws(IsolationError) {
        let (channel, its) = try Self.pair(isolation_socket_pair)
        let (text, itsText) = try Self.pair(isolation_pipe)
        var variables = job.environment
        variables[ISOLATION_VARIABLE] = "1"
        var process: pid_t = 0
        let error = withStrings([job.program] + job.arguments) { arguments in
            withStrings(variables.map { "\($0)=\($1)" }.sorted()) { environment in
                isolation_spawn(job.program, arguments, environment, its.number, itsText.number, &process)
            }
        }
        guard error == 0 else {
            if error == ENOTSUP { throw .missing(.system, reason: "") }
            throw .supervision("\(job.program) does not start (\(systemReason(error)))")
        }
        number = process
        self.channel = channel
        self.text = text
        let ended = isolation_open_process(process)
        let reason = errno
        self.ended = Descriptor(ended)
        guard ended >= 0 else {
            // Nobody has waited for it yet, so the number is still its own.
            kill(process, SIGKILL)
            _ = wait()
            throw .supervision("it cannot be waited for (\(systemReason(reason)))")
        }
        try channel.neverWait()
        try text.neverWait()
    }

    deinit { end() }

    private static func pair(
        _ make: (UnsafeMutablePointer<Int32>?) -> Int32
    ) throws(IsolationError) -> (Descriptor, Descriptor) {
        var numbers: [Int32] = [-1, -1]
        let error = make(&numbers)
        if error == ENOTSUP { throw .missing(.system, reason: "") }
        guard error == 0 else { throw .supervision(systemReason(error)) }
        return (Descriptor(numbers[0]), Descriptor(numbers[1]))
    }

    /// Has the process confine itself, makes sure that it did, and lets it begin.
    ///
    /// - Parameters:
    ///   - job: What the process is for.
    ///   - signals: Where requests to stop arrive; negative if somebody else takes them.
    /// - Returns: How the process is confined.
    /// - Throws: `IsolationError`; the process has done nothing then.
    func confine(_ job: IsolatedJob, signals: Int32) throws(IsolationError) -> Confinement {
        try send(Self.plan(job), signals: signals)
        let (state, listener) = try receiveState(signals: signals)
        guard state.step == Int32(isolation_done) else {
            throw Step(state.step)?.error(state.error) ?? .unverified("it gives the step \(state.step)")
        }
        guard let listener else { throw .unverified("it sent no listener") }
        try ProcessStatus.of(number).requireConfined()
        // Without it, nobody would know which file a call opens, or where a refused one wanted to go.
        let unreadable = withUnsafePointer(to: state) { isolation_check_memory(number, $0) }
        guard unreadable == 0 else { throw .missing(.memory, reason: systemReason(unreadable)) }
        // The kernel is asked, not the process: it has used the interface that there is.
        let landlock = Int(isolation_landlock_version())
        guard landlock > 0 else { throw .unverified("it says that it uses Landlock, and there is none") }
        let isApart = ProcessStatus.hasOwnNetwork(number)
        let confinement = Confinement(
            listener: listener,
            hasNetworkNamespace: isApart,
            namespaceRefusal: isApart ? nil : systemReason(state.namespaces_error),
            landlockVersion: landlock
        )
        try send([1], signals: signals)
        return confinement
    }

    /// What the process is told beforehand: `isolation_plan` and the paths.
    private static func plan(_ job: IsolatedJob) throws(IsolationError) -> [UInt8] {
        for path in job.readable {
            var isFolder = ObjCBool(false)
            let exists = FileManager.default.fileExists(atPath: path, isDirectory: &isFolder)
            guard !exists || !isFolder.boolValue else { throw .folder(path: path) }
        }
        let paths: [UInt8] = job.readable.flatMap { Array($0.utf8) + [0] }
        guard paths.count <= Int(isolation_maximum_plan) else {
            throw .supervision("there are too many files to name")
        }
        var plan = isolation_plan(
            supervisor: getpid(),
            length: UInt32(paths.count),
            maximum_file_bytes: UInt64(clamping: job.maximumOutputBytes)
        )
        return withUnsafeBytes(of: &plan) { Array($0) } + paths
    }

    private func send(_ bytes: [UInt8], signals: Int32) throws(IsolationError) {
        var rest = bytes[...]
        while !rest.isEmpty {
            try awaitChannel(POLLOUT, signals: signals)
            let sent = rest.withUnsafeBytes { isolation_send(channel.number, $0.baseAddress, $0.count) }
            switch -Int32(sent) {
            case ...0: rest = rest.dropFirst(sent)
            case EAGAIN: continue
            case EPIPE, ECONNRESET: throw .endedEarly
            case let error: throw .supervision(systemReason(error))
            }
        }
    }

    /// What the process says of itself, and where the calls it is to be refused arrive.
    private func receiveState(
        signals: Int32
    ) throws(IsolationError) -> (state: isolation_state, listener: Descriptor?) {
        var state = isolation_state()
        while true {
            try awaitChannel(POLLIN, signals: signals)
            var listener: Int32 = -1
            let error = isolation_receive_state(channel.number, &state, &listener)
            let received = listener >= 0 ? Descriptor(listener) : nil
            if error == EAGAIN { continue }
            guard error >= 0 else { throw .endedEarly }
            guard error == 0 else { throw .supervision(systemReason(error)) }
            return (state, received)
        }
    }

    /// Waits until the channel is ready for something, or somebody asks for the end.
    private func awaitChannel(_ event: Int32, signals: Int32) throws(IsolationError) {
        var entries = [
            pollfd(fd: channel.number, events: Int16(event), revents: 0),
            pollfd(fd: signals, events: Int16(POLLIN), revents: 0),
        ]
        while poll(&entries, nfds_t(entries.count), -1) < 0 {
            guard errno == EINTR else { throw .supervision("waiting (\(systemReason(errno)))") }
        }
        var byte: UInt8 = 0
        if entries[1].revents != 0, read(signals, &byte, 1) == 1 { throw .interrupted(signal: Int32(byte)) }
    }

    /// Passes a signal on.
    func signal(_ signal: Int32) { if !isReaped { isolation_signal(ended.number, signal) } }

    /// Ends the process if it has not ended, and waits for that.
    func end() {
        signal(SIGKILL)
        _ = wait()
    }

    /// Waits for the end of the process.
    ///
    /// - Returns: Its status as of waitpid(2); nil if somebody else has waited.
    func wait() -> Int32? {
        guard !isReaped else { return nil }
        var status: Int32 = 0
        while true {
            let got = waitpid(number, &status, 0)
            if got < 0, errno == EINTR { continue }
            isReaped = true
            return got == number ? status : nil
        }
    }
}

/// Runs `body` with texts as C has them: pointers, and nil at the end.
private func withStrings<Result>(
    _ texts: [String],
    _ body: (UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>) -> Result
) -> Result {
    var pointers = texts.map { strdup($0) } + [nil]
    defer { for pointer in pointers { free(pointer) } }
    return pointers.withUnsafeMutableBufferPointer { buffer in
        guard let base = buffer.baseAddress else { preconditionFailure("there is at least the closing nil") }
        return body(base)
    }
}
