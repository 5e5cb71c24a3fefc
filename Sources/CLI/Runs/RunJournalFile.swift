import BulwarkEvaluation
import BulwarkTensors
import Foundation

/// A journal in the output folder: what a run has finished outlives its process.
///
/// The file is only ever appended to, and what is appended reaches the disk before the run goes on. A record
/// that was cut off or changed is found, and dropped with everything behind it. `docs/formats/journal.md`
/// describes the bytes.
package final class RunJournalFile: RunJournal {
    /// The name of the file in the output folder.
    package static let name = "journal"

    /// Where it is.
    package let path: String
    /// Which run it belongs to.
    package let header: JournalHeader
    /// How many attacked or certified samples an earlier run has left, and in how many steps.
    package let found: (samples: Int, steps: Int)
    /// How many bytes at the end were not whole and are dropped.
    package let dropped: Int

    private var bytes: JournalBytes
    private var content: Content
    /// Whether this run has appended anything but what the model answers.
    private var hasGrown = false

    /// What is in a journal behind its header.
    private struct Content {
        var answers: String?
        /// Where the chunks of each step are.
        var places: [RunStep: [Range<Int>]] = [:]
        var certificates: [RunStep: [CertificateChunk]] = [:]
        var samples = 0

        var steps: Int { places.count + certificates.count }

        mutating func take(_ note: JournalNote, at place: Range<Int>) {
            switch note {
            case .answers(let digest): answers = digest
            case .chunk(let chunk, let step):
                places[step, default: []].append(place)
                samples += chunk.positions.count
            case .certificates(let chunk, let step):
                certificates[step, default: []].append(chunk)
                samples += chunk.positions.count
            }
        }
    }

    /// Whether it goes on with an earlier run.
    package var isResumed: Bool { found.samples > 0 }
    /// Whether nothing would be lost with it.
    var isEmpty: Bool { !isResumed && !hasGrown }

    /// Begins a journal, or goes on with the one that is there.
    ///
    /// - Parameters:
    ///   - folder: The output folder.
    ///   - header: The run that is about to begin.
    /// - Throws: `CommandFailure` if the folder holds the journal of another run, a run is writing it at this
    ///   moment, or it cannot be written.
    package init(in folder: String, for header: JournalHeader) throws {
        path = "\(folder)/\(Self.name)"
        let isThere = FileManager.default.fileExists(atPath: path)
        if !isThere { try Self.begin(path, header) }
        var (bytes, there, content) = try Self.open(path)
        let differences = there.conditions.differences(from: header.conditions)
        if !differences.isEmpty {
            guard content.samples == 0 else {
                throw CommandFailure(
                    .badInput,
                    "\(path): belongs to a run that is not finished, and to another one than this: "
                        + differences.joined(separator: "; "),
                    hint: "repeat the command of that run to finish it, choose another --output, or give up "
                        + "what it has done with --start-over"
                )
            }
            // Nothing is lost with a run that had finished nothing. Held until its file is replaced.
            let old = bytes
            try OutputWriter.write(JournalBytes.file(JournalRecord.encode(header)), to: path)
            (bytes, there, content) = try Self.open(path)
            old.close()
        }
        (self.bytes, self.header, self.content) = (bytes, there, content)
        found = (content.samples, content.steps)
        dropped = try bytes.dropRest()
    }

    deinit { bytes.close() }

    /// Removes the journal of a folder, whatever run it belongs to.
    ///
    /// - Throws: `CommandFailure` if it cannot be removed, is no journal, or a run is writing it at this
    ///   moment.
    package static func remove(from folder: String) throws {
        let path = "\(folder)/\(name)"
        guard FileManager.default.fileExists(atPath: path) else { return }
        try JournalBytes(path).close()
        try delete(path)
    }

    /// Removes the journal, because its run is done and everything is written.
    ///
    /// - Throws: `CommandFailure` if it cannot be removed.
    package func remove() throws { try Self.delete(path) }

    private static func delete(_ path: String) throws {
        do {
            try FileManager.default.removeItem(atPath: path)
        } catch {
            throw CommandFailure(.cannotWrite, "\(path): cannot be removed (\(error.reason))")
        }
    }

    // MARK: What a run asks and tells

    package func begin(answers: Tensor) throws {
        let now = try JournalRecord.digest(of: answers)
        if content.answers == now { return }
        guard content.answers == nil || isEmpty else {
            throw CommandFailure(
                .badInput,
                "\(path): the model does not answer as it did when the run began",
                hint: "choose another --output, or give up what the run has done with --start-over"
            )
        }
        try append(.answers(now))
    }

    package func chunks(of step: RunStep) throws -> [RunChunk] {
        try (content.places[step] ?? []).map { place in
            guard case .chunk(let chunk, step)? = try? JournalRecord.note(bytes.read(place)) else {
                throw Self.unreadable(path)
            }
            return chunk
        }
    }

    package func append(_ chunk: RunChunk, to step: RunStep) throws {
        try append(.chunk(chunk, step))
        hasGrown = true
    }

    package func certificates(of step: RunStep) -> [CertificateChunk] { content.certificates[step] ?? [] }

    package func append(_ chunk: CertificateChunk, to step: RunStep) throws {
        try append(.certificates(chunk, step))
        hasGrown = true
    }

    private func append(_ note: JournalNote) throws {
        content.take(note, at: try bytes.append(JournalRecord.encode(note)))
    }

    // MARK: Opening

    /// Puts a journal with nothing but its header in place, unless another run is faster.
    private static func begin(_ path: String, _ header: JournalHeader) throws {
        let draft = "\(path).\(getpid())"
        try OutputWriter.write(JournalBytes.file(JournalRecord.encode(header)), to: draft)
        defer { unlink(draft) }
        // Unlike taking its name, a link fails where there is a file.
        guard link(draft, path) == 0 || errno == EEXIST else {
            throw CommandFailure(.cannotWrite, "\(path): cannot be written")
        }
    }

    private static func open(_ path: String) throws -> (JournalBytes, JournalHeader, Content) {
        var bytes = try JournalBytes(path)
        guard let first = try bytes.next(), let header = try? JournalRecord.header(bytes.read(first)),
            header.schema == JournalHeader.schemaName
        else { throw unreadable(path) }
        var content = Content()
        while let place = try bytes.next() {
            guard let note = try? JournalRecord.note(bytes.read(place)) else { throw unreadable(path) }
            content.take(note, at: place)
        }
        return (bytes, header, content)
    }

    private static func unreadable(_ path: String) -> CommandFailure {
        CommandFailure(
            .badInput,
            "\(path): is a journal that this version cannot read",
            hint:
                "finish its run with the version that began it, choose another --output, or give up what it "
                + "has done with --start-over"
        )
    }
}
