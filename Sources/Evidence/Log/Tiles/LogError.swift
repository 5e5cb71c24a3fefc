import Foundation

/// Why a log on a disk cannot be read or written.
public enum LogError: Error, Equatable {
    /// A file cannot be read.
    case cannotRead(String, reason: String)
    /// A file cannot be written; the log is as it was before.
    case cannotWrite(String, reason: String)
    /// A file is no plain file, but a link, a folder or a device.
    case notAFile(String)
    /// A file is longer than any of its kind can be.
    case tooLarge(String, bytes: Int, maximum: Int)
    /// A file of the log is not there.
    case missing(String)
    /// There is no log in the folder.
    case notALog(String)
    /// There is a log in the folder already, or something else.
    case notEmpty(String)
    /// Another process, or another part of this one, is writing to the log.
    case locked(String)
    /// The folder was moved away or replaced while it was open.
    case replaced(String)
    /// The checkpoint may not be believed.
    case untrusted(NoteError)
    /// Files of the log contradict each other or its checkpoint.
    case damaged(String)
    /// The log has signed a larger tree than its checkpoint states: an older state was put back.
    case stale(size: UInt64, newer: UInt64)
    /// Somebody else has written to the log while it was open.
    case changedUnderneath
    /// An entry is longer than what is kept.
    case entryTooLong(bytes: Int, maximum: Int)
    /// An entry is spelled like those that stand for content in a file of its own.
    case entryIsReference
    /// More entries at once than are appended at once.
    case tooManyEntries(Int, maximum: Int)
    /// There is no such entry.
    case noEntry(UInt64, size: UInt64)
    /// There was never a tree of this size.
    case noSize(UInt64, size: UInt64)
    /// The checkpoint could not be signed; the log is as it was before.
    case cannotSign(NoteError)
    /// The disk failed while a checkpoint was being published: whether the entries are in the log is known
    /// once it is opened again.
    case unsure(String)
    /// The log was closed, or an error before this one does not let it go on; it has to be opened again.
    case closed
}

extension LogError: CustomStringConvertible {
    /// The reason in words.
    public var description: String {
        switch self {
        case .cannotRead(let path, let reason): "\(path): cannot be read (\(reason))"
        case .cannotWrite(let path, let reason): "\(path): cannot be written (\(reason))"
        case .notAFile(let path): "\(path): is not a plain file"
        case .tooLarge(let path, let bytes, let maximum):
            "\(path): has \(bytes) bytes, and no such file has more than \(maximum)"
        case .missing(let path): "\(path): is missing"
        case .notALog(let path): "\(path): there is no log in this folder"
        case .notEmpty(let path): "\(path): is not empty"
        case .locked(let path): "\(path): somebody else is writing to this log"
        case .replaced(let path): "\(path): the folder was moved or replaced"
        case .untrusted(let error): "the checkpoint of the log: \(error)"
        case .damaged(let what): "the log is damaged: \(what)"
        case .stale(let size, let newer):
            "the checkpoint states \(size) entries, but the log has had \(newer): an older state was put back"
        case .changedUnderneath: "somebody else has changed the log meanwhile"
        case .entryTooLong(let bytes, let maximum): "an entry of \(bytes) bytes is longer than \(maximum)"
        case .entryIsReference: "an entry would be read as a reference to other content"
        case .tooManyEntries(let count, let maximum): "\(count) entries at once are more than \(maximum)"
        case .noEntry(let index, let size): "there is no entry \(index) in a log of \(size)"
        case .noSize(let asked, let size): "a log of \(size) entries never had \(asked)"
        case .cannotSign(let error): "\(error)"
        case .unsure(let why): "open the log again to see whether the entries are in it: \(why)"
        case .closed: "the log is closed; open it again"
        }
    }

    /// What the system says about the last call.
    static var systemReason: String { String(cString: strerror(errno)) }

    /// What the system says about an error of Foundation's.
    static func reason(_ error: any Error) -> String {
        let error = error as NSError
        let inner = error.userInfo[NSUnderlyingErrorKey] as? NSError ?? error
        guard inner.domain == NSPOSIXErrorDomain else { return error.localizedDescription }
        return String(cString: strerror(Int32(inner.code)))
    }
}
