import BulwarkProvenance
import Foundation

/// The records of a journal as bytes on a disk: each with its length, and a digest of itself and of all before
/// it.
struct JournalBytes {
    /// What the file begins with.
    static let magic = Data("bulwark journal\n".utf8)
    /// The length in front of each record, in bytes, and its digest.
    private static let (lengthSize, digestSize) = (4, ContentDigest.byteCount)

    private let path: String
    private let handle: FileHandle
    /// How long the file is.
    private let size: Int
    private var digest = Data(count: digestSize)
    /// Where the last whole record ends.
    private var end: Int

    /// Opens a journal for this process alone.
    ///
    /// - Throws: `CommandFailure` if it is no journal, another process has it, or it cannot be written.
    init(_ path: String) throws {
        self.path = path
        let type = try? FileManager.default.attributesOfItem(atPath: path)[.type] as? FileAttributeType
        guard type == .typeRegular, let handle = FileHandle(forUpdatingAtPath: path) else {
            throw CommandFailure(.cannotWrite, "\(path): cannot be written")
        }
        guard flock(handle.fileDescriptor, LOCK_EX | LOCK_NB) == 0 else {
            throw CommandFailure(
                .cannotWrite,
                "\(path): another run is writing into this folder",
                hint: "wait for it, or choose another --output"
            )
        }
        var (held, named) = (stat(), stat())
        guard fstat(handle.fileDescriptor, &held) == 0, stat(path, &named) == 0, held.st_ino == named.st_ino,
            held.st_dev == named.st_dev
        else {
            throw CommandFailure(.cannotWrite, "\(path): another run has just begun in this folder")
        }
        self.handle = handle
        do {
            size = Int(try handle.seekToEnd())
        } catch {
            throw CommandFailure(.cannotWrite, "\(path): cannot be read (\(error.reason))")
        }
        end = Self.magic.count
        guard try read(0..<Self.magic.count) == Self.magic else {
            throw CommandFailure(
                .cannotWrite,
                "\(path): is not a journal of an assessment",
                hint: "choose another --output, or move the file away"
            )
        }
    }

    /// The bytes of a journal with one record.
    static func file(_ payload: Data) -> Data { magic + record(payload, after: Data(count: digestSize)) }

    /// Closes the file, so that others may have it.
    func close() { try? handle.close() }

    /// Where the payload of the next record is; nil if it is not whole or there is none.
    ///
    /// - Throws: `CommandFailure` if the file cannot be read.
    mutating func next() throws -> Range<Int>? {
        let start = end + Self.lengthSize + Self.digestSize
        guard start <= size else { return nil }
        let head = try read(end..<start)
        let length = head.prefix(Self.lengthSize).reversed().reduce(0) { $0 << 8 | Int($1) }
        // Compared with the file before memory is taken.
        guard length <= size - start else { return nil }
        let sealed = Self.seal(try read(start..<start + length), after: digest)
        guard sealed == head.dropFirst(Self.lengthSize) else { return nil }
        (end, digest) = (start + length, sealed)
        return start..<start + length
    }

    /// The bytes at a place, fewer where the file ends.
    ///
    /// - Throws: `CommandFailure` if the file cannot be read.
    func read(_ place: Range<Int>) throws -> Data {
        do {
            try handle.seek(toOffset: UInt64(place.lowerBound))
            return Data(try handle.read(upToCount: place.count) ?? Data())
        } catch {
            throw CommandFailure(.badInput, "\(path): cannot be read (\(error.reason))")
        }
    }

    /// Cuts off what stands behind the last whole record.
    ///
    /// - Returns: How many bytes that was.
    /// - Throws: `CommandFailure` if the file cannot be written.
    func dropRest() throws -> Int {
        guard end < size else { return 0 }
        do {
            try handle.truncate(atOffset: UInt64(end))
        } catch {
            throw CommandFailure(.cannotWrite, "\(path): cannot be written (\(error.reason))")
        }
        return size - end
    }

    /// Appends a record; when this returns, it has reached the disk.
    ///
    /// - Throws: `CommandFailure` if the file cannot be written.
    mutating func append(_ payload: Data) throws -> Range<Int> {
        let record = Self.record(payload, after: digest)
        do {
            try handle.seek(toOffset: UInt64(end))
            try handle.write(contentsOf: record)
            try handle.synchronize()
        } catch {
            // What was written of the record is not whole; the next run would drop it as well.
            try? handle.truncate(atOffset: UInt64(end))
            throw CommandFailure(
                .cannotWrite,
                "\(path): cannot be written (\(error.reason))",
                hint: "everything up to here is kept; make room and repeat the command to go on from there"
            )
        }
        end += record.count
        digest = record.dropFirst(Self.lengthSize).prefix(Self.digestSize)
        return end - payload.count..<end
    }

    private static func record(_ payload: Data, after digest: Data) -> Data {
        var record = Data()
        for shift in stride(from: 0, to: 8 * lengthSize, by: 8) {
            record.append(UInt8(truncatingIfNeeded: payload.count >> shift))
        }
        return record + seal(payload, after: digest) + payload
    }

    private static func seal(_ payload: Data, after digest: Data) -> Data {
        var running = RunningDigest()
        running.update(digest)
        running.update(payload)
        return running.digest().bytes
    }
}
