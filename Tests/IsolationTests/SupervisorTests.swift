import BulwarkIsolation
import CIsolation
import Foundation
import Testing

@Suite(.enabled(if: Probes.canIsolate, Probes.excuse))
struct SupervisorTests {
    @Test func theOutputComesBackWhole() throws {
        let run = try Probes.isolated(["output", "5000000"])
        #expect(run.output == [UInt8](repeating: 7, count: 5_000_000))
        #expect(run.lines == ["done"])
    }

    @Test func anOutputBeyondItsLimitIsRefused() {
        #expect(throws: IsolationError.outputTooLarge(maximumBytes: 4_999_999)) {
            try Probes.isolated(["output", "5000000"], maximumOutputBytes: 4_999_999)
        }
    }

    @Test func theMechanismIsWhatTheSupervisorSaw() throws {
        let report = try Probes.isolated(["try", "thread"]).report
        let network = report.hasNetworkNamespace ? "network namespace, " : ""
        #expect(report.mechanism == "\(network)seccomp, Landlock ABI \(report.landlockVersion)")
        #expect(report.landlockVersion >= 1)
        #expect(report.hasNetworkNamespace == (report.namespaceRefusal == nil))
    }

    @Test func theJobsOwnFailurePassesThrough() {
        let error = #expect(throws: IsolationError.self) { try Probes.isolated(["exit", "65"]) }
        guard case .failed(65, _) = error else { return #expect(Bool(false), "\(String(describing: error))") }
    }

    @Test func aCrashIsToldFromAFailure() {
        let error = #expect(throws: IsolationError.self) { try Probes.isolated(["abort"]) }
        guard case .killed(SIGABRT, _) = error else {
            return #expect(Bool(false), "\(String(describing: error))")
        }
    }

    @Test func aJobThatIsKilledLeavesNobodyWaiting() {
        let error = #expect(throws: IsolationError.self) {
            try Probes.isolated(["hang"]) { bytes in
                if let process = Int32(String(decoding: bytes, as: UTF8.self)) { kill(process, SIGKILL) }
            }
        }
        guard case .killed(SIGKILL, _) = error else {
            return #expect(Bool(false), "\(String(describing: error))")
        }
    }

    @Test func aSupervisorThatIsKilledTakesItsJobAlong() throws {
        let (process, output) = Probes.process(["supervise", "hang"])
        try process.run()
        let job = try #require(Int32(firstLine(output.fileHandleForReading)))
        let end = isolation_open_process(job)
        try #require(end >= 0)
        defer { close(end) }
        kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
        #expect(isEnded(end))
    }

    @Test(arguments: [SIGINT, SIGTERM, SIGHUP])
    func aRequestToStopReachesTheJob(_ signal: Int32) throws { try stop(["hang"], with: [signal]) }

    @Test func aJobThatIgnoresRequestsEndsAllTheSame() throws {
        try stop(["await-request", "deaf"], with: [SIGTERM])
        try stop(["await-request", "deaf"], with: [SIGINT, SIGTERM])
    }

    @Test func aJobThatStoppedItselfEndsAllTheSame() throws {
        try stop(["await-request", "stopped"], with: [SIGTERM]) { job in
            while try !String(contentsOfFile: "/proc/\(job)/stat", encoding: .utf8).contains(") T ") {
                sched_yield()
            }
        }
    }

    @Test func whatAJobMakesInSpiteOfARequestIsNotTaken() throws {
        try stop(["await-request", "obliging"], with: [SIGTERM])
    }

    @Test func aProcessThatDoesNotConfineItselfIsNotWaitedForForEver() throws {
        let folder = try Folder()
        let path = folder.url.appendingPathComponent("pipe").path
        try #require(mkfifo(path, 0o600) == 0)
        let (process, _) = Probes.process(["supervise", "stall", path])
        try process.run()
        let pipe = try FileHandle(forReadingFrom: URL(fileURLWithPath: path))
        let job = try #require(Int32(firstLine(pipe)))
        let end = isolation_open_process(job)
        try #require(end >= 0)
        defer { close(end) }
        kill(process.processIdentifier, SIGTERM)
        process.waitUntilExit()
        #expect(process.terminationStatus == 77)
        #expect(isEnded(end))
    }

    @Test func endsAreSeenWhereChildrenAreIgnored() throws {
        let (text, status) = try Probes.output(["ignoring-children", "supervise", "try", "thread"])
        #expect(text.hasPrefix("thread 0\n"))
        #expect(status == 0)
    }

    @Test(arguments: [["garble", "1"], ["output", "9"], ["exit", "65"], ["abort"], ["flood", "1", "1"]])
    func whatWasRefusedIsToldHoweverItEnds(_ arguments: [String]) {
        var reports: [IsolationReport] = []
        _ = try? Probes.isolated(
            ["after-refusal"] + arguments,
            maximumOutputBytes: 5,
            onEnd: { reports.append($0) }
        )
        #expect(reports.count == 1)
        #expect(reports.first?.attempts.first?.call == "socket")
    }

    /// Asks for the end of a job whose first progress is its number, and looks whether it comes.
    private func stop(
        _ arguments: [String],
        with signals: [Int32],
        once isReady: (Int32) throws -> Void = { _ in }
    ) throws {
        let (process, output) = Probes.process(["supervise"] + arguments)
        // What it inherits must not make a supervisor deaf.
        var (numbers, mask) = (sigset_t(), sigset_t())
        sigemptyset(&numbers)
        for signal in signals { sigaddset(&numbers, signal) }
        pthread_sigmask(SIG_BLOCK, &numbers, &mask)
        defer { pthread_sigmask(SIG_SETMASK, &mask, nil) }
        try process.run()
        let job = try #require(Int32(firstLine(output.fileHandleForReading)))
        let end = isolation_open_process(job)
        try #require(end >= 0)
        defer { close(end) }
        try isReady(job)
        for signal in signals { kill(process.processIdentifier, signal) }
        let rest = try output.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        let text = String(decoding: rest, as: UTF8.self)
        #expect(signals.map { "interrupted by signal \($0)\n" }.contains(text), "\(text)")
        #expect(process.terminationStatus == 77)
        #expect(isEnded(end))
    }

    @Test(arguments: [
        [], ["1", "2", "3"], ["1", "0", "0", "0", "0"], ["111", "255", "255", "255", "255"],
        ["111", "9", "0", "0", "0", "1"], ["114", "0", "0", "0", "0", "114", "0", "0", "0", "0"],
    ])
    func whatMakesNoSenseIsRefused(_ bytes: [String]) {
        let error = #expect(throws: IsolationError.self) { try Probes.isolated(["garble"] + bytes) }
        guard case .malformed = error else { return #expect(Bool(false), "\(String(describing: error))") }
    }

    @Test func whatAJobSaysMovesNoCursor() throws {
        var text = ""
        _ = try Probes.isolated(
            ["chatter", "one\u{1B}[2J\n", "t\u{FC}r\u{9B}2J \r", "\u{202E}two"],
            onText: { text += $0 }
        )
        #expect(text == "one\u{FFFD}[2J\nt\u{FC}r\u{FFFD}2J \u{FFFD}\u{FFFD}two")
    }

    @Test func aProgramThatDoesNotConfineItselfDoesNotCount() {
        let job = IsolatedJob(program: "/bin/true", arguments: [], environment: [:], readable: [])
        #expect(throws: IsolationError.endedEarly) { try Supervisor.run(job) }
        let missing = IsolatedJob(program: "/nonexistent", arguments: [], environment: [:], readable: [])
        let error = #expect(throws: IsolationError.self) { try Supervisor.run(missing) }
        guard case .supervision = error else { return #expect(Bool(false), "\(String(describing: error))") }
    }

    @Test func aProcessThatOnlySaysItIsConfinedDoesNotBegin() {
        let error = #expect(throws: IsolationError.self) { try Probes.isolated(["lie"]) }
        guard case .unverified = error else { return #expect(Bool(false), "\(String(describing: error))") }
    }

    @Test func aProcessThatNobodySupervisesDoesNotRun() throws {
        let (_, status) = try Probes.output(["try", "thread"], with: [ISOLATION_VARIABLE: "1"])
        #expect(status == 77)
    }

    private func firstLine(_ pipe: FileHandle) -> String {
        var line: [UInt8] = []
        while let byte = pipe.readData(ofLength: 1).first, byte != 0x0A {
            line.append(byte)
        }
        return String(decoding: line, as: UTF8.self)
    }

    /// Waits for the end of a process; false if it does not come.
    private func isEnded(_ process: Int32) -> Bool {
        var entry = pollfd(fd: process, events: Int16(POLLIN), revents: 0)
        return poll(&entry, 1, 30_000) == 1
    }
}
