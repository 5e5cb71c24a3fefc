import BulwarkProvenance
import Foundation
import GRDB

/// An index of what the entries of a log say of themselves, in one SQLite file beside the log.
///
/// It is no part of the log: it can be deleted at any time, and made again. What it answers is never believed:
/// `LogSearch` reads every entry that it names, and checks it. Rows that somebody has taken out of it are not
/// missed there, which is why nothing that decides asks it.
///
/// Rows that a fault of the disk has changed are: every column that is searched stands in a table and once
/// more in an SQL index, and SQLite compares the two before anything is answered.
public final class LogIndex: Sendable {
    /// The name of the file in the folder of a log, unless somebody chooses another.
    public static let defaultName = "index.sqlite"

    let path: String
    let queue: DatabaseQueue

    /// Opens an index, and makes sure that it is whole.
    ///
    /// - Throws: `LogIndexError`.
    public init(opening path: String) throws(LogIndexError) {
        guard FileManager.default.fileExists(atPath: path) else { throw .missing(path) }
        // SQLite obeys what lies beside a file before it reads the file: a journal can name any other file,
        // which is then deleted. Whoever hands on a log could have put one there.
        for companion in Self.companions(of: path) {
            var status = stat()
            guard lstat(companion, &status) != 0, errno == ENOENT else {
                let name = URL(fileURLWithPath: companion).lastPathComponent
                throw .unavailable(path, reason: "\(name.printable) lies beside it")
            }
        }
        self.path = path
        queue = try Self.open(path)
        try using { database in
            try database.read { try IndexSchema.check($0, path) }
        }
    }

    /// Makes an index without entries, in place of any other.
    ///
    /// - Throws: `LogIndexError`.
    public init(creating path: String, origin: LogOrigin) throws(LogIndexError) {
        self.path = path
        // A journal that is left of another file of this name would be played back into this one.
        for name in [path] + Self.companions(of: path) {
            guard unlink(name) == 0 || errno == ENOENT else {
                throw .unavailable(path, reason: LogError.systemReason)
            }
        }
        queue = try Self.open(path)
        try using { database in
            try database.write { try IndexSchema.create($0, origin) }
        }
    }

    /// The files that SQLite keeps beside another while it is written; after that they are gone.
    private static func companions(of path: String) -> [String] {
        [path + "-journal", path + "-wal", path + "-shm"]
    }

    private static func open(_ path: String) throws(LogIndexError) -> DatabaseQueue {
        var status = stat()
        if lstat(path, &status) == 0, status.st_mode & S_IFMT != S_IFREG {
            throw .unavailable(path, reason: "is not a plain file")
        }
        var configuration = Configuration()
        // Whoever writes meanwhile is not waited for: the log can be read without an index.
        configuration.busyMode = .immediateError
        configuration.prepareDatabase { database in
            try database.execute(sql: "PRAGMA trusted_schema = OFF; PRAGMA cell_size_check = ON")
        }
        do {
            return try DatabaseQueue(path: path, configuration: configuration)
        } catch {
            throw LogIndexError(error, path)
        }
    }

    /// Does something while nobody else can use the index, as somebody who writes it would; tests need a writer
    /// that does not end by itself.
    package func whileLocked(_ body: () throws -> Void) throws {
        try queue.inTransaction(.exclusive) { _ in
            try body()
            return .rollback
        }
    }

    /// Uses the database, with errors of this type only.
    func using<Result>(_ body: (DatabaseQueue) throws -> Result) throws(LogIndexError) -> Result {
        do {
            return try body(queue)
        } catch let error as LogIndexError {
            throw error
        } catch {
            throw LogIndexError(error, path)
        }
    }
}

extension LogIndexError {
    /// What SQLite says, in the words of this area.
    init(_ error: any Error, _ path: String) {
        guard let error = error as? DatabaseError else {
            self = .damaged(path, reason: "\(error)")
            return
        }
        let reason = error.message ?? "SQLite: \(error.resultCode.rawValue)"
        switch error.resultCode {
        case .SQLITE_BUSY, .SQLITE_LOCKED, .SQLITE_READONLY, .SQLITE_CANTOPEN, .SQLITE_FULL, .SQLITE_IOERR,
            .SQLITE_PERM, .SQLITE_AUTH:
            self = .unavailable(path, reason: reason)
        default: self = .damaged(path, reason: reason)
        }
    }
}
