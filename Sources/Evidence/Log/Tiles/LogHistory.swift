import Foundation

/// All checkpoints that a log has published, in one file: each note, and an empty line behind it.
///
/// It is no part of the standard. It shows that a checkpoint was put back, and that the log never signed two
/// trees of which one is not the beginning of the other.
struct LogHistory {
    /// From here before its end the file has at least one whole record.
    static let lastBytes = 4 * SignedNote.maximumBytes
    private static let (lineEnd, dash) = (UInt8(0x0A), NoteSignature.prefix)

    private var handle: FileHandle
    private let size: Int
    private var buffer: [UInt8] = []
    /// Where the last whole record ends.
    private(set) var end = 0
    private var position = 0

    /// Opens the file to be read from its beginning, or from its last bytes on; nil if there is none.
    ///
    /// - Throws: `LogError`.
    init?(_ folder: LogFolder, lastBytes: Int? = nil) throws(LogError) {
        guard let file = try folder.open(LogFolder.history) else { return nil }
        (handle, size) = file
        guard let lastBytes, lastBytes < size else { return }
        position = size - lastBytes
        end = position
        do {
            try handle.seek(toOffset: UInt64(position))
        } catch {
            throw .cannotRead(LogFolder.history, reason: error.localizedDescription)
        }
        // The first record is cut; what is left of it is passed over.
        _ = try next()
    }

    /// What stands behind the last whole record, when there is no further one.
    var rest: [UInt8] { buffer }

    /// Whether this is what is left of the record of a note whose writing was interrupted: its beginning, and
    /// zeros where a disk made room for it only.
    static func isCut(_ rest: [UInt8], of note: SignedNote) -> Bool {
        let record = record(note)
        let same = zip(rest, record).prefix { $0 == $1 }.count
        return rest.count < record.count && rest[same...].allSatisfy { $0 == 0 }
    }

    /// The next note; nil if none is whole.
    ///
    /// - Throws: `LogError`, also if what is there can be no note.
    mutating func next() throws(LogError) -> Data? {
        var searched = 0
        while true {
            if let length = Self.record(buffer, from: &searched) {
                let note = Data(buffer[..<(length - 1)])
                buffer.removeFirst(length)
                end += length
                return note
            }
            guard buffer.count <= Self.lastBytes / 2 else {
                throw .damaged("\(LogFolder.history) has a record that is no checkpoint, at byte \(end)")
            }
            let more = try LogFolder.read(handle, count: min(1 << 16, size - position), LogFolder.history)
            guard !more.isEmpty else { return nil }
            position += more.count
            buffer += more
        }
    }

    /// The last note; nil if there is none.
    ///
    /// - Throws: `LogError`.
    mutating func last() throws(LogError) -> Data? {
        var last: Data?
        while let note = try next() { last = note }
        return last
    }

    /// A note as a record.
    static func record(_ note: SignedNote) -> [UInt8] { note.data + [lineEnd] }

    /// The length of the record at the beginning: up to an empty line that follows a signature.
    private static func record(_ bytes: [UInt8], from searched: inout Int) -> Int? {
        while let end = bytes[searched...].firstIndex(of: lineEnd) {
            // A signature's line, and then an empty one.
            let start = bytes[..<end].lastIndex(of: lineEnd).map { $0 + 1 } ?? 0
            guard bytes[start...].starts(with: dash) else {
                searched = end + 1
                continue
            }
            guard end + 1 < bytes.count else { return nil }
            if bytes[end + 1] == lineEnd { return end + 2 }
            searched = end + 1
        }
        return nil
    }
}
