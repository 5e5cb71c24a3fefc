import Foundation

/// Where bytes come from, piece by piece.
package protocol ByteSource {
    /// The next bytes: as many as asked for, fewer only at the end.
    mutating func read(_ count: Int) throws -> Data
}

/// Where bytes go, piece by piece.
package protocol ByteSink {
    /// Takes the next bytes.
    mutating func write(_ bytes: Data) throws
}

/// Bytes that are in memory.
package struct MemorySource: ByteSource {
    private var rest: Data

    /// A source of some bytes.
    package init(_ bytes: Data) { rest = bytes }

    package mutating func read(_ count: Int) throws -> Data {
        defer { rest = rest.dropFirst(count) }
        return Data(rest.prefix(count))
    }
}

/// Bytes that are kept in memory.
package struct MemorySink: ByteSink {
    /// What was written.
    package private(set) var bytes = Data()

    /// An empty sink.
    package init() {}

    package mutating func write(_ bytes: Data) throws { self.bytes += bytes }
}

/// A source that is read in large pieces and handed on in small ones.
struct BufferedSource {
    private var source: any ByteSource
    private var buffer = Data()
    private static let bufferBytes = 64 << 10

    init(_ source: any ByteSource) { self.source = source }

    mutating func next() throws -> UInt8? {
        if buffer.isEmpty { buffer = try source.read(Self.bufferBytes) }
        return buffer.popFirst()
    }

    /// As many bytes as asked for, fewer only at the end.
    mutating func read(_ count: Int) throws -> Data {
        if buffer.isEmpty { return try source.read(count) }
        if buffer.count < count { buffer += try source.read(count - buffer.count) }
        let bytes = Data(buffer.prefix(count))
        buffer = buffer.dropFirst(count)
        if buffer.isEmpty { buffer = Data() }
        return bytes
    }
}
