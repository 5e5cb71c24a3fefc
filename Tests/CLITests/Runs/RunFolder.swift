import BulwarkEvaluation
import BulwarkReports
import Foundation

/// A folder in which a run writes into `out`, with a model and data that any number of such folders share.
struct RunFolder {
    /// The working folder of the command.
    let folder: URL
    /// The arguments of the command.
    let command: [String]

    /// - Parameters:
    ///   - bench: Where the folder is.
    ///   - name: The folder's name on the bench.
    ///   - arguments: The command, without `--output`.
    /// - Throws: If the folder cannot be made.
    init(_ bench: Workbench, _ name: String, _ arguments: [String]) throws {
        folder = bench.folder.appendingPathComponent(name)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        command = arguments + ["--output", "out"]
    }

    var output: URL { folder.appendingPathComponent("out") }
    var journal: URL { output.appendingPathComponent("journal") }
    var hasJournal: Bool { FileManager.default.fileExists(atPath: journal.path) }

    /// How long the journal is; 0 before there is one.
    var journalSize: Int {
        let attributes = try? FileManager.default.attributesOfItem(atPath: journal.path)
        return (attributes?[.size] as? NSNumber)?.intValue ?? 0
    }

    func run(_ more: [String] = []) throws -> Bulwark.Outcome { try Bulwark.run(command + more, in: folder) }

    /// Starts the command, and sends it a signal when the model it asks has been asked so often.
    ///
    /// The model answers that question only when the signal has arrived.
    func run(until count: Int, of gate: Gate, signal number: Int32) throws -> Bulwark.Outcome {
        gate.hold(after: count)
        let running = try Bulwark.start(command, in: folder)
        try gate.wait()
        kill(running.process.processIdentifier, number)
        if number != SIGKILL {
            func errors() -> String {
                String(decoding: (try? Data(contentsOf: running.errors)) ?? Data(), as: UTF8.self)
            }
            while running.process.isRunning, !errors().contains("stopping as soon as") { usleep(1000) }
        }
        gate.release()
        return try Bulwark.outcome(of: running)
    }

    var assessment: Assessment {
        get throws {
            try AssessmentJSON.decode(Data(contentsOf: output.appendingPathComponent("assessment.json")))
        }
    }

    /// Every file of the output by its name, as text, without the times that attacks took and how often the model was
    /// asked.
    var contents: [String: String] {
        get throws {
            var contents: [String: String] = [:]
            let names = try FileManager.default.subpathsOfDirectory(atPath: output.path)
            for name in names where name.contains(".") && !name.hasPrefix(".") {
                let text = try String(contentsOf: output.appendingPathComponent(name), encoding: .utf8)
                contents[name] =
                    text
                    .replacing(
                        /"(seconds[A-Za-z]*|requests|samplesAsked|samplesSent|retries|lost)" : [-+.e0-9]+/,
                        with: ""
                    )
                    .replacing(/<dt>Asked<\/dt><dd>[^<]*<\/dd>/, with: "")
                    // The last cell of a row of attacks.
                    .replacing(/<td class="n">[^<]*<\/td><\/tr>/, with: "<td></td></tr>")
            }
            return contents
        }
    }
}

extension Bulwark {
    /// Runs a line of shell.
    static func shell(_ line: String, in folder: URL) throws -> Outcome {
        let (process, output, errors) = (Process(), Pipe(), Pipe())
        process.executableURL = URL(fileURLWithPath: "/bin/sh")
        process.arguments = ["-c", line]
        process.standardOutput = output
        process.standardError = errors
        process.standardInput = FileHandle.nullDevice
        process.currentDirectoryURL = folder
        try process.run()
        let text = try output.fileHandleForReading.readToEnd() ?? Data()
        let complaints = try errors.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        return Outcome(
            status: process.terminationStatus,
            output: String(decoding: text, as: UTF8.self),
            errors: String(decoding: complaints, as: UTF8.self)
        )
    }

    /// Waits for a command that was started.
    static func outcome(
        of running: (process: Process, output: Pipe, errors: URL)
    ) throws -> Outcome {
        let output = try running.output.fileHandleForReading.readToEnd() ?? Data()
        running.process.waitUntilExit()
        let errors = (try? Data(contentsOf: running.errors)) ?? Data()
        try? FileManager.default.removeItem(at: running.errors)
        return Outcome(
            status: running.process.terminationStatus,
            output: String(decoding: output, as: UTF8.self),
            errors: String(decoding: errors, as: UTF8.self)
        )
    }
}
