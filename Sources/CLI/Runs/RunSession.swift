import BulwarkEvaluation
import BulwarkModels
import BulwarkTensors
import Foundation

/// One run of a command that may take long: it can be interrupted, and goes on where it was interrupted.
final class RunSession {
    private let folder: String?
    private let arguments: [String]
    private let model: String
    private let progress: ProgressDisplay
    private let isQuiet: Bool
    private let startsOver: Bool
    private var journal: RunJournalFile?

    /// A session that has not begun.
    ///
    /// - Parameters:
    ///   - folder: The output folder, where the journal is kept; nil to keep none.
    ///   - arguments: What was typed after `bulwark assess`.
    ///   - model: The model among them.
    ///   - startsOver: Whether to give up what an earlier run has left in the folder.
    ///   - progress: Shows how far the run is.
    ///   - isQuiet: Whether to say nothing but errors.
    init(
        folder: String?,
        arguments: [String],
        model: String,
        startsOver: Bool,
        progress: ProgressDisplay,
        isQuiet: Bool
    ) {
        self.folder = folder
        self.arguments = arguments
        self.model = model
        self.progress = progress
        self.isQuiet = isQuiet
        self.startsOver = startsOver
    }

    /// Runs an assessment to its end, or until it is to stop; goes on where an earlier run of it stopped.
    ///
    /// From here on the first Ctrl-C asks the run to stop.
    ///
    /// - Parameter prepared: Everything that is settled beforehand.
    /// - Returns: What was found, all of it or as far as the run went.
    /// - Throws: `CommandFailure`; with exit code 130 if the run was interrupted before the first attack.
    func run(_ prepared: PreparedAssessment) throws -> AssessmentOutcome {
        var prepared = prepared
        if let folder, startsOver { try RunJournalFile.remove(from: folder) }
        Interruption.watch(isQuiet: isQuiet)
        let control = try control(for: &prepared.subject, prepared.samples)
        defer { progress.clear() }
        do {
            return try prepared.run(control)
        } catch {
            // A journal of nothing would only stand in the way of the next command.
            if let journal, journal.isEmpty { try? journal.remove() }
            guard let stop = error as? RunStop else { throw error }
            guard stop.cause == .interrupted else {
                throw CommandFailure(.usage, "the run ended before the first attack: \(stop)")
            }
            throw CommandFailure(.interrupted, "\(stop), before the first attack")
        }
    }

    /// Opens the journal, says what it found in it, and gives what the assessor asks and tells.
    ///
    /// - Parameters:
    ///   - subject: What the report says of model, data and program; gets the command of the run that is
    ///     gone on with.
    ///   - samples: What is assessed.
    /// - Returns: What the assessor asks and tells.
    /// - Throws: `CommandFailure` if the folder holds the journal of another run.
    private func control(
        for subject: inout Assessor.Subject,
        _ samples: AssessmentSamples
    ) throws -> RunControl {
        let conditions = RunConditions(
            version: subject.tool.version,
            backend: subject.tool.backend,
            platform: subject.tool.platform,
            processor: RunConditions.processor,
            samples: try RunConditions.digest(of: samples),
            options: try RunConditions.options(arguments, model: model)
        )
        subject.data.assessedSha256 = conditions.samples
        subject.tool.processor = conditions.processor
        subject.tool.options = conditions.options
        if let folder {
            let header = JournalHeader(conditions: conditions, command: subject.tool.command)
            let journal = try RunJournalFile(in: folder, for: header)
            subject.tool.command = journal.header.command
            self.journal = journal
            announce(journal)
        }
        return RunControl(
            stop: { Interruption.stop },
            journal: journal,
            progress: { [progress] in progress.show($0) }
        )
    }

    private func announce(_ journal: RunJournalFile) {
        guard !isQuiet else { return }
        progress.clear()
        if journal.dropped > 0 {
            StandardError.write(
                "bulwark: the last \(journal.dropped) bytes of \(journal.path) are not whole and are dropped\n"
            )
        }
        guard journal.isResumed else { return }
        let (samples, steps) = journal.found
        StandardError.write(
            "bulwark: going on with the run in \(journal.path): \(samples) samples of \(steps) "
                + "\(steps == 1 ? "step" : "steps") are there (--start-over begins anew)\n"
        )
    }

    /// Ends the session when everything is written: the journal of a run that is done goes.
    ///
    /// - Parameter partial: What is missing of the run; nil if it is done.
    /// - Throws: `CommandFailure` if the journal cannot be removed.
    func end(_ partial: Assessment.Partial?) throws { if partial == nil { try journal?.remove() } }

    /// Ends the command with its exit code if the run was interrupted, and says how to go on.
    ///
    /// - Parameter partial: What is missing of the run; nil if it is done.
    /// - Throws: `CommandFailure` with exit code 130.
    func requireEnd(_ partial: Assessment.Partial?) throws {
        guard let partial else { return }
        guard partial.cause == RunStop.Cause.interrupted.rawValue else {
            if !isQuiet {
                StandardError.write("bulwark: the run ended early: \(partial.reason). \(advice)\n")
            }
            return
        }
        throw CommandFailure(
            .interrupted,
            "the run ended early: \(partial.reason), when \(partial.summary)",
            hint: advice
        )
    }

    private var advice: String {
        journal == nil
            ? "with --output, what is finished is kept, and the same command goes on from there"
            : "repeat the command to go on from there"
    }
}
