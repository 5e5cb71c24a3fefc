import CIsolation
import Foundation

/// Watches a confined process from its beginning to its end.
struct Supervision {
    private let process: JobProcess
    private let confinement: Confinement
    private let signals: Int32
    private var record = AttemptRecord()
    private var declarations: DeclarationReader
    private var relay = RelayedText()
    private var requests = StopRequests()
    private var open: Set<Source> = [.calls, .channel, .text, .end]

    /// What the supervisor waits for.
    private enum Source: Hashable {
        case calls, channel, text, end, signals
    }

    /// Requests to stop arrive at `signals`; it is negative if somebody else takes them.
    init(process: JobProcess, confinement: Confinement, signals: Int32, maximumOutputBytes: Int) {
        self.process = process
        self.confinement = confinement
        self.signals = signals
        declarations = DeclarationReader(maximumOutputBytes: maximumOutputBytes)
        if signals >= 0 { open.insert(.signals) }
    }

    /// How the job is isolated, and what it was refused so far.
    var report: IsolationReport { confinement.report(record) }

    /// Watches until the process has ended and everything it said has been read.
    mutating func run(
        onProgress: ([UInt8]) -> Void,
        onText: (String) -> Void
    ) throws(IsolationError) -> IsolatedRun {
        while !open.isDisjoint(with: [.channel, .text, .end]) {
            for source in try ready() {
                switch source {
                case .calls: try refuse()
                case .channel: try hear(onProgress)
                case .text: try show(onText)
                case .end: open.remove(.end)
                case .signals: passOn()
                }
            }
        }
        let rest = relay.flush()
        if !rest.isEmpty { onText(rest) }
        // Whoever asks in the last moment has asked as well.
        passOn()
        return try outcome()
    }

    /// The sources that have something, or are at their end; waits for one, or until the job has to be killed.
    private mutating func ready() throws(IsolationError) -> [Source] {
        let wait = requests.wait(at: .now)
        if wait == 0 { process.signal(SIGKILL) }
        let sources = Array(open)
        var entries = sources.map { pollfd(fd: descriptor(of: $0), events: Int16(POLLIN), revents: 0) }
        let count = poll(&entries, nfds_t(entries.count), wait)
        if count < 0 {
            guard errno == EINTR else { throw .supervision("waiting (\(systemReason(errno)))") }
            return []
        }
        return zip(sources, entries).compactMap { $1.revents != 0 ? $0 : nil }
    }

    private func descriptor(of source: Source) -> Int32 {
        switch source {
        case .calls: confinement.listener.number
        case .channel: process.channel.number
        case .text: process.text.number
        case .end: process.ended.number
        case .signals: signals
        }
    }

    /// Refuses the next call that waits.
    private mutating func refuse() throws(IsolationError) {
        let listener = confinement.listener.number
        var entry = pollfd(fd: listener, events: Int16(POLLIN), revents: 0)
        guard poll(&entry, 1, 0) > 0, entry.revents & Int16(POLLIN) != 0 else {
            // Nobody is left who could call.
            open.remove(.calls)
            return
        }
        var call = isolation_call()
        let error = isolation_receive(listener, &call)
        // The caller was killed before it was heard.
        if error == ENOENT || error == EINTR { return }
        guard error == 0 else { throw .supervision("receiving a call (\(systemReason(error)))") }
        if try answerReading(&call, listener) { return }
        let description = CallDescription(call, listener: listener)
        record.add(call: description.call, detail: description.detail)
        let refusal = isolation_deny(listener, &call)
        guard refusal == 0 || refusal == ENOENT else {
            throw .supervision("refusing a call (\(systemReason(refusal)))")
        }
    }

    /// Lets a file be opened to read it, if that is the call; whether it can be is for Landlock to say, except
    /// for what the kernel says of the job itself and of the machine.
    ///
    /// - Returns: Whether it was.
    private func answerReading(_ call: inout isolation_call, _ listener: Int32) throws(IsolationError) -> Bool
    {
        var place: UInt64 = 0
        guard isolation_is_reading(&call, &place) else { return false }
        let path = CallMemory(call: call, listener: listener).text(at: place)
        let error =
            if let file = KernelFiles.opened(path, of: process.number) {
                isolation_hand_over(listener, &call, file.number)
            } else {
                isolation_let_go_on(listener, &call)
            }
        guard error == 0 || error == ENOENT else {
            throw .supervision("answering a call (\(systemReason(error)))")
        }
        return true
    }

    private mutating func hear(_ onProgress: ([UInt8]) -> Void) throws(IsolationError) {
        guard let bytes = try process.channel.available(upTo: 1 << 16) else { return }
        if bytes.isEmpty { open.remove(.channel) }
        if let progress = try declarations.take(bytes) { onProgress(progress) }
    }

    private mutating func show(_ onText: (String) -> Void) throws(IsolationError) {
        guard let bytes = try process.text.available(upTo: 1 << 16) else { return }
        if bytes.isEmpty { open.remove(.text) }
        let text = relay.take(bytes)
        if !text.isEmpty { onText(text) }
    }

    /// Passes requests to stop on to the job.
    private mutating func passOn() {
        var byte: UInt8 = 0
        while read(signals, &byte, 1) == 1 { process.signal(requests.take(Int32(byte), at: .now)) }
    }

    private func outcome() throws(IsolationError) -> IsolatedRun {
        guard let status = process.wait() else { throw .supervision("somebody else waited for its end") }
        // Even if the job came to a good end: whoever asked does not want what it made.
        if let signal = requests.first { throw .interrupted(signal: signal) }
        let signal = status & 0x7F
        guard signal == 0 else { throw .killed(signal: signal, report: report) }
        let code = (status >> 8) & 0xFF
        guard code == 0 else { throw .failed(status: code, report: report) }
        return IsolatedRun(
            result: try declarations.finished(),
            output: declarations.output,
            report: report
        )
    }
}
