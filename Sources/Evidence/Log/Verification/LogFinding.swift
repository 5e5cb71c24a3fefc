/// One thing that verification has found about a log.
public enum LogFinding: Hashable, Sendable {
    /// The checkpoint is missing, cannot be read, or may not be believed.
    case checkpoint(String)
    /// A file that the checkpoint calls for is not there.
    case missing(file: String)
    /// A file cannot be read, is too long for its kind, or is no plain file.
    case unreadable(file: String, reason: String)
    /// A file ends too early: after so many whole hashes or entries.
    case truncated(file: String, found: Int, expected: Int)
    /// Bytes stand behind the last hash or entry.
    case surplus(file: String, bytes: Int)
    /// An entry is not the one that was appended.
    case entryChanged(UInt64)
    /// Entries are those that were appended, but some have changed places.
    case entriesReordered([UInt64])
    /// An entry was taken out of its file.
    case entryDropped(UInt64)
    /// A file has an entry more than were appended; this is its place in it.
    case entryInserted(file: String, position: Int)
    /// The file of an entry's content is there, but holds something else.
    case contentChanged(UInt64, file: String)
    /// A hash in a tile is wrong.
    case hashChanged(file: String, position: Int)
    /// An entry and its hash do not fit each other, and which one is wrong cannot be said.
    case entryOrHashChanged(UInt64)
    /// A file differs from what the tiles above it state, and where in it cannot be said.
    case fileChanged(String)
    /// A tile of an earlier checkpoint is not the beginning of the one that followed it.
    case olderTileDiffers(file: String)
    /// The files fit each other, but not what the log has signed: it is another log's history.
    case forked(size: UInt64, source: String)
    /// The files do not have the root that the checkpoint states, because of what else was found.
    case rootDiffers(size: UInt64)
    /// The log has signed a larger tree than its checkpoint states: an older state was put back.
    case stale(size: UInt64, newer: UInt64, source: String)
    /// A record of the history is not a checkpoint of this log, or stands in the wrong place.
    case history(record: Int, String)
    /// Files of entries that no checkpoint states: an append was interrupted, or, worse, a checkpoint put
    /// back.
    case unpublished(entries: UInt64)
    /// The last record of the history was cut by an interruption.
    case historyTorn
    /// There is no history, so that an older state that was put back would not show.
    case historyMissing

    /// Whether it says that the log cannot be believed; what does not is worth knowing all the same.
    public var isFault: Bool {
        switch self {
        case .unpublished, .historyTorn, .historyMissing: false
        default: true
        }
    }
}

extension LogFinding: CustomStringConvertible {
    /// The finding in words.
    public var description: String {
        switch self {
        case .checkpoint(let why): "checkpoint: \(why)"
        case .missing(let file): "\(file): is missing"
        case .unreadable(let file, let reason): "\(file): cannot be read (\(reason))"
        case .truncated(let file, let found, let expected): "\(file): ends after \(found) of \(expected)"
        case .surplus(let file, let bytes): "\(file): has \(bytes) bytes too many"
        case .entryChanged(let index): "entry \(index): was changed"
        case .entriesReordered(let indices):
            "entries \(indices.map(String.init).joined(separator: ", ")): have changed places"
        case .entryDropped(let index): "entry \(index): was taken out"
        case .entryInserted(let file, let position): "\(file): an entry was put in at place \(position)"
        case .contentChanged(let index, let file): "entry \(index): its content, \(file), was changed"
        case .hashChanged(let file, let position): "\(file): hash \(position) was changed"
        case .entryOrHashChanged(let index): "entry \(index): it or its hash was changed"
        case .fileChanged(let file): "\(file): was changed"
        case .olderTileDiffers(let file): "\(file): is not the beginning of the tile that followed it"
        case .forked(let size, let source):
            "\(source): states another tree of \(size) entries than the files have: the log was forked"
        case .rootDiffers(let size): "checkpoint: the files do not have the root of its \(size) entries"
        case .stale(let size, let newer, let source):
            "checkpoint: states \(size) entries, but \(source) states \(newer): an older state was put back"
        case .history(let record, let why): "history: record \(record): \(why)"
        case .unpublished(let entries):
            "\(entries) or more entries behind the checkpoint: an append was interrupted, or checkpoints removed"
        case .historyTorn: "history: the last record was cut by an interruption"
        case .historyMissing: "history: is missing, so an older state put back would not show"
        }
    }
}
