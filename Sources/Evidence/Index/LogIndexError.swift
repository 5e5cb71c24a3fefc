/// Why an index is not used; it can always be made again from the log.
public enum LogIndexError: Error, Equatable {
    /// There is no index.
    case missing(String)
    /// The file is no index, or a damaged one.
    case damaged(String, reason: String)
    /// A later version of this program has made it.
    case newer(String, version: Int)
    /// Somebody else is writing it, or it may not be written.
    case unavailable(String, reason: String)
    /// It is of a log of another name.
    case otherLog(String, origin: String)
    /// It has seen entries that the log does not have: the log was forked.
    case forked(String, size: UInt64)
    /// It has seen more entries than the log has: an older state of the log was put back.
    case ahead(String, size: UInt64, log: UInt64)
}

extension LogIndexError: CustomStringConvertible {
    /// The reason in words.
    public var description: String {
        switch self {
        case .missing(let path): "\(path): there is no index"
        case .damaged(let path, let reason): "\(path): is no sound index (\(reason))"
        case .newer(let path, let version):
            "\(path): is an index of version \(version), which is not read here"
        case .unavailable(let path, let reason): "\(path): cannot be used (\(reason))"
        case .otherLog(let path, let origin): "\(path): is the index of the log \(origin)"
        case .forked(let path, let size):
            "\(path): has seen \(size) other entries than this log has: one of them was forked"
        case .ahead(let path, let size, let log):
            "\(path): has seen \(size) entries, and the log has \(log): an older state was put back"
        }
    }
}
