import BulwarkProvenance
import Foundation

/// A process that appends entries to a log, until it is killed.
final class WriterProcess {
    /// An entry of which the process has said that it is on the disk.
    struct Acknowledged {
        let index: UInt64
        let digest: ContentDigest
    }

    /// The executable lies beside the test bundle.
    static let executable = URL(fileURLWithPath: CommandLine.arguments[0])
        .deletingLastPathComponent().appendingPathComponent("LogWriter")

    private let process = Process()
    private let output: FileHandle
    private var rest = Data()
    /// What was said so far.
    private(set) var acknowledged: [Acknowledged] = []
    /// Whether it has opened the log.
    private(set) var hasOpened = false

    /// Starts a writer.
    ///
    /// - Parameters:
    ///   - log: The folder of the log.
    ///   - manner: `batches`, or `group` for entries that are appended side by side.
    ///   - seed: Chooses the entries.
    ///   - step: Before which change of the disk it kills itself; 0 for none.
    /// - Throws: If it cannot be started.
    init(_ log: String, _ manner: String, seed: UInt64, step: Int = 0) throws {
        let pipe = Pipe()
        output = pipe.fileHandleForReading
        process.executableURL = Self.executable
        process.arguments = [log, manner, "\(seed)", "\(step)"]
        process.standardOutput = pipe
        process.standardError = FileHandle.nullDevice
        process.standardInput = FileHandle.nullDevice
        try process.run()
    }

    /// Waits until it has said something so often; less if it ends before that.
    func wait(for lines: Int) {
        while (hasOpened ? 1 : 0) + acknowledged.count < lines, readMore() {}
    }

    /// Kills it, and takes in what it has said before that.
    func kill() {
        Foundation.kill(process.processIdentifier, SIGKILL)
        end()
    }

    /// Waits until it has ended.
    func end() {
        while readMore() {}
        process.waitUntilExit()
    }

    private func readMore() -> Bool {
        let more = output.availableData
        guard !more.isEmpty else { return false }
        rest += more
        while let end = rest.firstIndex(of: 0x0A) {
            let words = String(decoding: rest[..<end], as: UTF8.self).split(separator: " ")
            rest = rest[(end + 1)...]
            hasOpened = true
            guard words.count == 2, let index = UInt64(words[0]),
                let digest = ContentDigest(hexadecimal: String(words[1]))
            else { continue }
            acknowledged.append(Acknowledged(index: index, digest: digest))
        }
        return true
    }
}
