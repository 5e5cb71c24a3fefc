import BulwarkIsolation
import CIsolation
import CProbe
import Foundation

/// What the program does, by its arguments.
struct Probe {
    let arguments: [String]

    init(_ arguments: [String]) { self.arguments = arguments }

    /// Does it, and gives the exit code.
    func run() -> Int32 {
        let rest = Array(arguments.dropFirst())
        switch arguments.first {
        case "try": return tell(rest.map(Self.attempt))
        case "try-in-thread": return tell(inThread { rest.map(Self.attempt) })
        case "flood": return tell(["\(probe_flood(number(0), number(1)))"])
        case "environment": return tell(ProcessInfo.processInfo.environment.keys.sorted())
        case "descriptors": return tell((0..<1024).filter { fcntl($0, F_GETFD) >= 0 }.map { "\($0)" })
        case "input": return tell(["\(FileHandle.standardInput.availableData.count)"])
        case "output": return declare([UInt8](repeating: 7, count: Int(number(0))), "done")
        case "chatter": return chatter(rest)
        case "garble": return garble(rest)
        case "exit": return number(0)
        case "abort": abort()
        case "hang": return hang()
        case "after-refusal":
            _ = Self.attempt("tcp")
            return Probe(rest).run()
        case "await-request": return awaitRequest(rest[0])
        case "restricted": return restricted(to: rest[0], Array(rest.dropFirst()))
        case "supervise": return supervise(rest)
        case "ignoring-children":
            probe_ignore_children()
            let status = Probe(rest).run()
            return probe_ignores_children() ? status : 70
        case "lacking":
            guard probe_forbid(rest[0]) == 0 else { return 70 }
            return Probe(Array(rest.dropFirst())).run()
        default: return 64
        }
    }

    private func number(_ index: Int) -> Int32 { Int32(arguments[index + 1]) ?? 0 }

    /// An attempt as `name` or `name=argument`, with what became of it.
    private static func attempt(_ text: String) -> String {
        let parts = text.split(separator: "=", maxSplits: 1).map(String.init)
        return "\(parts[0]) \(probe_try(parts[0], parts.count == 2 ? parts[1] : ""))"
    }

    private func inThread(_ body: @escaping @Sendable () -> [String]) -> [String] {
        let box = Box()
        let thread = Thread { box.fill(body()) }
        thread.start()
        return box.wait()
    }

    /// Gives lines as the result, to the supervisor or to standard output.
    private func tell(_ lines: [String]) -> Int32 { declare([], lines.joined(separator: "\n")) }

    private func declare(_ output: [UInt8], _ text: String) -> Int32 {
        guard let process = ConfinedProcess.current else {
            print(text)
            return 0
        }
        do {
            try process.declare(result: Array(text.utf8), output: output)
            return 0
        } catch {
            return 70
        }
    }

    private func chatter(_ texts: [String]) -> Int32 {
        for text in texts { FileHandle.standardError.write(Data(text.utf8)) }
        return tell([])
    }

    /// Writes bytes to the channel as they are.
    private func garble(_ bytes: [String]) -> Int32 {
        FileHandle(fileDescriptor: 3).write(Data(bytes.compactMap { UInt8($0) }))
        return 0
    }

    private func hang() -> Int32 {
        ConfinedProcess.current?.report(progress: Array("\(getpid())".utf8))
        while true { pause() }
    }

    /// Waits for a request to stop, each kind of job in its own way.
    private func awaitRequest(_ name: String) -> Int32 {
        guard probe_prepare(name) == 0 else { return 70 }
        ConfinedProcess.current?.report(progress: Array("\(getpid())".utf8))
        probe_await_request(name)
        return declare([1, 2, 3], "done in spite of it")
    }

    /// Tries what Landlock forbids where nothing else does.
    private func restricted(to path: String, _ attempts: [String]) -> Int32 {
        let paths = Array(path.utf8) + [0]
        guard probe_give_up_privileges() == 0 else { return 70 }
        let error = paths.withUnsafeBytes {
            isolation_restrict_files(isolation_landlock_version(), $0.baseAddress, $0.count)
        }
        return tell(["restricted \(error)"] + attempts.map(Self.attempt))
    }

    /// Runs the rest as an isolated job, and prints what came of it.
    private func supervise(_ arguments: [String]) -> Int32 {
        // A shell lets what it starts in the background ignore Ctrl-C, and whoever supervises keeps to that.
        for number in [SIGINT, SIGTERM, SIGHUP] { signal(number, SIG_DFL) }
        let environment = ProcessInfo.processInfo.environment
        let job = IsolatedJob(
            arguments: arguments,
            environment: CleanEnvironment.of(environment),
            readable: [environment["PROBE_READABLE"] ?? ""].filter { !$0.isEmpty }
        )
        do {
            let run = try Supervisor.run(job) { progress in
                FileHandle.standardOutput.write(Data(progress + [0x0A]))
            }
            print(String(decoding: run.result, as: UTF8.self))
            print("mechanism \(run.report.mechanism)")
            for attempt in run.report.attempts { print("refused \(attempt)") }
            print("denied \(run.report.deniedAttempts)")
            return 0
        } catch {
            print("\(error)")
            if let hint = error.hint { print("hint: \(hint)") }
            return 77
        }
    }
}

/// Hands lines from one thread to another.
private final class Box: @unchecked Sendable {
    private let condition = NSCondition()
    private var lines: [String]?

    func fill(_ lines: [String]) {
        condition.withLock {
            self.lines = lines
            condition.signal()
        }
    }

    func wait() -> [String] {
        condition.withLock {
            while true {
                if let lines { return lines }
                condition.wait()
            }
        }
    }
}
