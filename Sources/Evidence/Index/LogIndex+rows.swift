import BulwarkProvenance
import Foundation
import GRDB

extension LogIndex {
    /// Takes in the entries that the log has had since; one transaction, so that all of them are in it or none.
    ///
    /// - Returns: How many there were.
    /// - Throws: `LogIndexError` if it is not of this log; `LogError` if an entry cannot be read.
    @discardableResult
    public func update(from log: LogReader) throws -> UInt64 {
        let known = try matchingSize(log)
        guard known < log.size else { return 0 }
        let root = log.checkpoint.checkpoint.root
        do {
            try queue.inTransaction(.immediate) { database in
                guard try Self.state(database, path).size == known else {
                    throw LogIndexError.unavailable(path, reason: "somebody else has written it meanwhile")
                }
                try log.readEntries(known..<log.size) { index, entry in
                    try Self.insert(EntryCard(entry, at: index), database)
                }
                try database.execute(
                    sql: "UPDATE state SET size = ?, root = ?",
                    arguments: [Int64(log.size), root.data]
                )
                return .commit
            }
        } catch let error as DatabaseError {
            throw LogIndexError(error, path)
        }
        return log.size - known
    }

    /// The numbers of the entries that the index has for a query, in order; to be checked by whoever uses
    /// them.
    ///
    /// - Throws: `LogIndexError`.
    func candidates(_ query: EntryQuery) throws(LogIndexError) -> [UInt64] {
        var (conditions, arguments): ([String], StatementArguments) = (["TRUE"], [])
        func require(_ condition: String, _ value: (any DatabaseValueConvertible)?) {
            guard let value else { return }
            conditions.append(condition)
            arguments += [value]
        }
        require("number IN (SELECT entry FROM subject WHERE digest = ?)", query.subject?.data)
        require("type = ?", query.claimType?.rawValue)
        require("moment >= ?", query.since?.secondsSince1970)
        require("moment <= ?", query.until?.secondsSince1970)
        let sql = "SELECT number FROM entry WHERE \(conditions.joined(separator: " AND ")) ORDER BY number"
        let numbers = try using { queue in
            try queue.read { try Int64.fetchAll($0, sql: sql, arguments: arguments) }
        }
        return try numbers.map { (number) throws(LogIndexError) in
            guard let index = UInt64(exactly: number) else {
                throw .damaged(path, reason: "an entry has the number \(number)")
            }
            return index
        }
    }

    /// How many entries it has, if those are the first of this log.
    ///
    /// - Throws: `LogIndexError`; `LogError` if the log cannot be read.
    private func matchingSize(_ log: LogReader) throws -> UInt64 {
        let state = try using { queue in try queue.read { try Self.state($0, path) } }
        let checkpoint = log.checkpoint.checkpoint
        guard state.origin == checkpoint.origin.description else {
            throw LogIndexError.otherLog(path, origin: state.origin.printable)
        }
        guard state.size <= log.size else {
            throw LogIndexError.ahead(path, size: state.size, log: log.size)
        }
        guard try log.root(of: state.size).data == state.root else {
            throw LogIndexError.forked(path, size: state.size)
        }
        return state.size
    }

    private static func state(
        _ database: Database,
        _ path: String
    ) throws -> (origin: String, size: UInt64, root: Data) {
        let rows = try Row.fetchAll(database, sql: "SELECT origin, size, root FROM state LIMIT 2")
        guard rows.count == 1, let origin = String.fromDatabaseValue(rows[0]["origin"]),
            let size = Int64.fromDatabaseValue(rows[0]["size"]).flatMap({ UInt64(exactly: $0) }),
            let root = Data.fromDatabaseValue(rows[0]["root"])
        else { throw LogIndexError.damaged(path, reason: "does not say what it is of") }
        let (count, last) = (
            try Int64.fetchOne(database, sql: "SELECT count(*) FROM entry") ?? 0,
            try Int64.fetchOne(database, sql: "SELECT max(number) FROM entry") ?? -1
        )
        guard count == Int64(size), last == count - 1 else {
            throw LogIndexError.damaged(path, reason: "has \(count) entries and states \(size)")
        }
        return (origin, size, root)
    }

    private static func insert(_ card: EntryCard, _ database: Database) throws {
        let number = Int64(card.index)
        try database.cachedStatement(sql: "INSERT INTO entry VALUES (?, ?, ?)").execute(arguments: [
            number, card.claimType?.rawValue, card.moment?.secondsSince1970,
        ])
        for digest in card.digests {
            try database.cachedStatement(sql: "INSERT INTO subject VALUES (?, ?)")
                .execute(arguments: [number, digest.data])
        }
    }
}

extension ContentDigest {
    fileprivate var data: Data { Data(bytes) }
}

extension MerkleHash {
    var data: Data { Data(bytes) }
}
