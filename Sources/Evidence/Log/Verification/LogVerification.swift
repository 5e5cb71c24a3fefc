import Foundation

/// What the files of a log show: whether they are those that were signed, and if not, what is wrong with
/// them.
///
/// Nothing but the files is needed, and the keys to believe. Checkpoints that somebody has kept elsewhere, in
/// receipts or as a witness, make it stronger: only they show that all files together were put back.
public struct LogVerification: Sendable {
    /// The most findings that are listed.
    public static let maximumFindings = 1000

    /// The checkpoint, if it could be believed.
    public let checkpoint: VerifiedCheckpoint?
    /// What was found, at most `maximumFindings`.
    public let findings: [LogFinding]
    /// How many findings there were beyond those listed.
    public let unlisted: Int
    /// How many checkpoints the history has.
    public let historySize: Int

    /// Whether nothing was found that speaks against the log.
    public var isIntact: Bool { checkpoint != nil && unlisted == 0 && !findings.contains(where: \.isFault) }

    /// Verifies all files of a log.
    ///
    /// It reads every entry once, and holds one tile of each kind in memory. Others may append meanwhile.
    ///
    /// - Parameters:
    ///   - path: The folder of the log.
    ///   - trust: Whom to believe.
    ///   - kept: Checkpoints of the log from elsewhere, with the name of where each is from.
    public init(
        _ path: String,
        trust: CheckpointTrust,
        kept: [(source: String, checkpoint: VerifiedCheckpoint)] = []
    ) {
        let folder = LogFolder(path)
        var findings = LogFindings()
        // The history is read before the checkpoint, so that one that is written meanwhile is not behind it.
        var signed = SignedSizes(folder, trust, &findings)
        historySize = signed.records
        checkpoint = Self.checkpoint(folder, trust, &findings)
        if let checkpoint {
            Self.lookAtRest(of: signed, folder, checkpoint, &findings)
            for one in kept { signed.add(one.checkpoint.checkpoint, from: one.source) }
            let scan = LogScan(folder, checkpoint.checkpoint, signed)
            findings.add(scan.run())
            Self.lookAhead(folder, checkpoint.checkpoint, trust, &findings)
        }
        (self.findings, unlisted) = (findings.all, findings.unlisted)
    }

    private static func checkpoint(
        _ folder: LogFolder,
        _ trust: CheckpointTrust,
        _ findings: inout LogFindings
    ) -> VerifiedCheckpoint? {
        do throws(LogError) {
            return try LogOpening.checkpoint(folder, trust)
        } catch .untrusted(let error) {
            findings.add(.checkpoint("\(error)"))
        } catch .notALog {
            findings.add(.missing(file: LogFolder.checkpoint))
        } catch {
            findings.add(.checkpoint("\(error)"))
        }
        return nil
    }

    /// What is half written in the history has to be the checkpoint's.
    private static func lookAtRest(
        of signed: SignedSizes,
        _ folder: LogFolder,
        _ checkpoint: VerifiedCheckpoint,
        _ findings: inout LogFindings
    ) {
        guard !signed.rest.isEmpty else { return }
        if LogHistory.isCut(signed.rest, of: checkpoint.note) { return findings.add(.historyTorn) }
        do throws(LogError) {
            // Somebody may just have been writing it.
            var history = try LogHistory(folder)
            while try history?.next() != nil {}
            guard let history, history.end > signed.end else {
                return findings.add(.history(record: signed.records + 1, "is not whole"))
            }
        } catch {
            findings.add(.unreadable(file: LogFolder.history, reason: "\(error)"))
        }
    }

    private static func lookAhead(
        _ folder: LogFolder,
        _ checkpoint: Checkpoint,
        _ trust: CheckpointTrust,
        _ findings: inout LogFindings
    ) {
        do throws(LogError) {
            let ahead = try AheadFiles(folder, size: checkpoint.size)
            // If the log has grown meanwhile, what is ahead was published since.
            guard !ahead.paths.isEmpty,
                try LogOpening.checkpoint(folder, trust).checkpoint.size == checkpoint.size
            else { return }
            let (size, reach) = (checkpoint.size, ahead.reach)
            findings.add(
                ahead.areMoreThanOneAppend
                    ? .stale(size: size, newer: reach, source: TilePath.folder)
                    : .unpublished(entries: reach - size)
            )
        } catch {
            findings.add(.unreadable(file: TilePath.folder, reason: "\(error)"))
        }
    }
}

/// Findings, each once, up to a number.
struct LogFindings {
    private(set) var all: [LogFinding] = []
    private(set) var unlisted = 0

    mutating func add(_ finding: LogFinding) {
        guard !all.contains(finding) else { return }
        if all.count < LogVerification.maximumFindings { all.append(finding) } else { unlisted += 1 }
    }

    mutating func add(_ more: LogFindings) {
        for finding in more.all { add(finding) }
        unlisted += more.unlisted
    }
}
