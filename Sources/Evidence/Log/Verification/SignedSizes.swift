import Foundation

/// What the log has signed at other moments: the roots that its tree has to have had.
struct SignedSizes {
    /// A root that the tree has to have had.
    struct Stated: Sendable {
        let size: UInt64
        let root: MerkleHash
        /// The record of the history; 0 if it is from elsewhere.
        let record: Int
        fileprivate let name: String

        /// Where it is stated.
        var source: String { record > 0 ? "history record \(record)" : name }
    }

    /// The statements, by size.
    private(set) var stated: [Stated] = []
    /// How many checkpoints the history has.
    private(set) var records = 0

    /// Where the last whole record of the history ends.
    private(set) var end = 0
    /// What stands behind it.
    private(set) var rest: [UInt8] = []

    /// What the history of a log states.
    init(_ folder: LogFolder, _ trust: CheckpointTrust, _ findings: inout LogFindings) {
        do throws(LogError) {
            guard var history = try LogHistory(folder) else {
                findings.add(.historyMissing)
                return
            }
            while let note = try history.next() {
                records += 1
                add(note, trust, &findings)
            }
            (end, rest) = (history.end, history.rest)
        } catch {
            findings.add(.unreadable(file: LogFolder.history, reason: "\(error)"))
        }
    }

    /// Adds what a checkpoint from elsewhere states.
    mutating func add(_ checkpoint: Checkpoint, from source: String) {
        insert(Stated(size: checkpoint.size, root: checkpoint.root, record: 0, name: source))
    }

    private mutating func insert(_ one: Stated) {
        let place = stated.firstIndex { $0.size > one.size } ?? stated.endIndex
        stated.insert(one, at: place)
    }

    private mutating func add(_ note: Data, _ trust: CheckpointTrust, _ findings: inout LogFindings) {
        // Witnesses sign later than the log; earlier checkpoints need not have them.
        let alone = CheckpointTrust(origin: trust.origin, logKeys: trust.logKeys, witnesses: trust.witnesses)
        let checkpoint: Checkpoint
        do {
            checkpoint = try alone.verify(note).checkpoint
        } catch {
            findings.add(.history(record: records, "\(error)"))
            return
        }
        let last = stated.last
        let one = Stated(size: checkpoint.size, root: checkpoint.root, record: records, name: "")
        if let last, last.size > checkpoint.size {
            let fault = "states \(checkpoint.size) entries, behind one that states \(last.size)"
            findings.add(.history(record: records, fault))
            insert(one)
        } else if last?.size != checkpoint.size || last?.root != checkpoint.root {
            // The same again is a checkpoint that witnesses have signed.
            stated.append(one)
        }
    }
}
