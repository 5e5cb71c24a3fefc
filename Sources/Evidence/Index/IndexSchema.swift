import GRDB

/// The tables of an index.
enum IndexSchema {
    /// Goes up by one when a table changes.
    static let version = 2
    /// "BWLX", by which a file is known as an index.
    static let application = 0x4257_4C58

    /// The statements that make the tables, as SQLite keeps them.
    ///
    /// Every column that is searched is in an SQL index as well, so that neither can change without the other
    /// showing it.
    private static let statements = [
        "CREATE TABLE state (origin TEXT NOT NULL, size INTEGER NOT NULL, root BLOB NOT NULL)",
        "CREATE TABLE entry (number INTEGER PRIMARY KEY, type TEXT, moment INTEGER)",
        "CREATE TABLE subject (entry INTEGER NOT NULL, digest BLOB NOT NULL)",
        "CREATE INDEX entry_type ON entry (type)",
        "CREATE INDEX entry_moment ON entry (moment)",
        "CREATE INDEX subject_digest ON subject (digest, entry)",
    ]

    static func create(_ database: Database, _ origin: LogOrigin) throws {
        for statement in statements { try database.execute(sql: statement) }
        try database.execute(sql: "PRAGMA application_id = \(application); PRAGMA user_version = \(version)")
        try database.execute(
            sql: "INSERT INTO state (origin, size, root) VALUES (?, 0, ?)",
            arguments: [origin.description, MerkleHash.empty.data]
        )
    }

    /// Makes sure that the file is an index of this version, that nothing else is in it, and that its parts
    /// fit each other.
    ///
    /// - Throws: `LogIndexError`, `DatabaseError`.
    static func check(_ database: Database, _ path: String) throws {
        guard try Int.fetchOne(database, sql: "PRAGMA application_id") == application else {
            throw LogIndexError.damaged(path, reason: "is another kind of file")
        }
        let found = try Int.fetchOne(database, sql: "PRAGMA user_version") ?? 0
        guard found <= version else { throw LogIndexError.newer(path, version: found) }
        let schema = try String.fetchAll(database, sql: "SELECT sql FROM sqlite_master ORDER BY rowid")
        guard found == version, schema == statements else {
            throw LogIndexError.damaged(path, reason: "has other tables")
        }
        let faults = try String.fetchAll(database, sql: "PRAGMA integrity_check(1)")
        guard faults == ["ok"] else {
            throw LogIndexError.damaged(path, reason: faults.first ?? "not checked")
        }
    }
}
