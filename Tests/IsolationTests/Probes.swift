import BulwarkIsolation
import Foundation
import Testing

/// The program that tries what isolation forbids, as an isolated job or as a process of its own.
enum Probes {
    /// Whether this system has what isolation rests on.
    static let canIsolate: Bool = {
        do {
            _ = try isolated(["exit", "0"])
        } catch IsolationError.missing {
            return false
        } catch {
            // Everything else is what the tests are to find.
        }
        return true
    }()

    /// Why tests are skipped where it has not.
    static let excuse: Comment =
        "this system has no Landlock or no seccomp notifications, or memory of children cannot be read"

    /// The executable lies beside the test bundle.
    static let executable = URL(fileURLWithPath: CommandLine.arguments[0])
        .deletingLastPathComponent().appendingPathComponent("IsolationProbe")

    /// Runs the probe as an isolated job.
    static func isolated(
        _ arguments: [String],
        readable: [String] = [],
        maximumOutputBytes: Int = 1 << 24,
        onProgress: ([UInt8]) -> Void = { _ in },
        onText: (String) -> Void = { _ in },
        onEnd: (IsolationReport) -> Void = { _ in }
    ) throws(IsolationError) -> IsolatedRun {
        let job = IsolatedJob(
            program: executable.path,
            arguments: arguments,
            environment: CleanEnvironment.of(ProcessInfo.processInfo.environment),
            readable: readable,
            maximumOutputBytes: maximumOutputBytes
        )
        return try Supervisor.run(job, onProgress: onProgress, onText: onText, onEnd: onEnd)
    }

    /// What became of some attempts inside, by their names: an error number, 0 for success.
    static func attempts(
        _ attempts: [String],
        by verb: String = "try",
        readable: [String] = []
    ) throws -> (outcomes: [String: Int32], report: IsolationReport) {
        let run = try isolated([verb] + attempts, readable: readable)
        var outcomes: [String: Int32] = [:]
        for line in run.lines {
            let words = line.split(separator: " ")
            outcomes[String(words[0])] = Int32(words[1])
        }
        return (outcomes, run.report)
    }

    /// The probe as a process of its own, which may supervise itself.
    static func process(_ arguments: [String], with variables: [String: String] = [:]) -> (Process, Pipe) {
        let (process, output) = (Process(), Pipe())
        process.executableURL = executable
        process.arguments = arguments
        process.environment = ProcessInfo.processInfo.environment.merging(variables) { $1 }
        process.standardOutput = output
        return (process, output)
    }

    /// What such a process prints, and its exit code.
    static func output(
        _ arguments: [String],
        with variables: [String: String] = [:]
    ) throws -> (text: String, status: Int32) {
        let (process, output) = process(arguments, with: variables)
        try process.run()
        let bytes = try output.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        return (String(decoding: bytes, as: UTF8.self), process.terminationStatus)
    }
}

extension IsolatedRun {
    /// The lines of the result.
    var lines: [String] {
        String(decoding: result, as: UTF8.self).split(separator: "\n").map(String.init)
    }
}

/// A folder for one test, removed at the end.
final class Folder {
    let url: URL

    init() throws {
        url = FileManager.default.temporaryDirectory.appendingPathComponent("isolation-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(at: url) }

    /// Writes a small file.
    func file(_ name: String) throws -> String {
        let file = url.appendingPathComponent(name)
        try Data("some data".utf8).write(to: file)
        return file.path
    }
}
