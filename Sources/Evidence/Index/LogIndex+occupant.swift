import Foundation

extension LogIndex {
    /// What stands where an index is to be made, by the first bytes of it.
    public enum Occupant: Sendable, Hashable {
        /// No file, or one without content.
        case nothing
        /// An index, sound or damaged, of whatever log.
        case index
        /// Another database of SQLite.
        case otherDatabase
        /// Anything else.
        case foreign
    }

    /// Looks at what stands at a path, without SQLite.
    ///
    /// - Throws: `LogIndexError.unavailable` if it cannot be read.
    public static func occupant(of path: String) throws(LogIndexError) -> Occupant {
        var status = stat()
        guard lstat(path, &status) == 0 else {
            guard errno == ENOENT else { throw .unavailable(path, reason: LogError.systemReason) }
            return .nothing
        }
        guard status.st_mode & S_IFMT == S_IFREG else { return .foreign }
        guard status.st_size > 0 else { return .nothing }
        let header: [UInt8]
        do {
            let file = try FileHandle(forReadingFrom: URL(fileURLWithPath: path))
            defer { try? file.close() }
            header = [UInt8](try file.read(upToCount: headerBytes) ?? Data())
        } catch {
            throw .unavailable(path, reason: LogError.systemReason)
        }
        guard header.count == headerBytes, header.starts(with: "SQLite format 3\0".utf8) else {
            return .foreign
        }
        // The application id is four bytes at offset 68 (SQLite, Database File Format, section 1.3).
        let application = header[68..<72].reduce(0) { $0 << 8 | Int($1) }
        return application == IndexSchema.application ? .index : .otherDatabase
    }

    private static let headerBytes = 100
}
