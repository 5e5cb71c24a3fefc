import CZlib
import Foundation

/// Decompression with zlib, never giving more bytes than it was told to expect.
package enum Inflater {
    /// The content of a raw deflate stream (RFC 1951) that is known to be `size` bytes long.
    ///
    /// The caller has compared `size` with its limits; no more memory than that is taken.
    static func inflate(_ compressed: ByteView, size: Int) throws(DataSetError) -> Data {
        var output = Data(count: size)
        let stream = try Stream(windowBits: -MAX_WBITS)
        defer { stream.end() }
        var input = compressed.data
        var written = 0
        while true {
            let step = try stream.step(&input, into: &output, from: written)
            written += step.written
            if step.isFinished { break }
            guard step.consumed > 0 || step.written > 0 else {
                let isFull = written == size
                throw DataSetError(
                    .corrupt(
                        isFull
                            ? "the content is longer than the archive says" : "the compressed data end early"
                    )
                )
            }
        }
        guard written == size, input.isEmpty else {
            throw DataSetError(.corrupt("the content is not as long as the archive says"))
        }
        return output
    }

    /// The content of a raw deflate stream (RFC 1951), whatever follows it; nil if it is longer than a limit.
    ///
    /// - Throws: `DataSetError` if the stream is damaged or ends early.
    package static func inflate(_ compressed: Data, upTo limit: Int) throws(DataSetError) -> Data? {
        var output = Data()
        var block = Data(count: 1 << 16)
        let stream = try Stream(windowBits: -MAX_WBITS)
        defer { stream.end() }
        var input = compressed
        while true {
            let step = try stream.step(&input, into: &block, from: 0)
            guard step.written <= limit - output.count else { return nil }
            output.append(block.prefix(step.written))
            if step.isFinished { return output }
            guard step.consumed > 0 || step.written > 0 else {
                throw DataSetError(.corrupt("the compressed data end early"))
            }
        }
    }

    /// The content of a gzip file (RFC 1952), of one member or several; checksums are verified.
    ///
    /// With `upTo` it ends as soon as there are so many bytes, whatever follows.
    static func gunzip(
        _ compressed: ByteView,
        limits: ReadLimits,
        upTo wanted: Int = .max
    ) throws(DataSetError) -> Data {
        let maximum = limits.maximumOutput(ofCompressed: compressed.count)
        var output = Data()
        var block = Data(count: 1 << 18)
        // 16 added to the window asks zlib for the gzip format.
        let stream = try Stream(windowBits: MAX_WBITS + 16)
        defer { stream.end() }
        var input = compressed.data
        while true {
            let step = try stream.step(&input, into: &block, from: 0)
            guard step.written <= maximum - output.count else {
                try limits.check(uncompressed: output.count + step.written, compressed: compressed.count)
                throw DataSetError(.corrupt("the content is too long"))
            }
            output.append(block.prefix(step.written))
            if output.count >= wanted { return output.prefix(wanted) }
            if step.isFinished {
                if input.isEmpty { return output }
                guard stream.restart() else {
                    throw DataSetError(.corrupt("the gzip file cannot be read on"))
                }
            } else {
                guard step.consumed > 0 || step.written > 0 else {
                    throw DataSetError(.corrupt("the compressed data end early"))
                }
            }
        }
    }

    /// The CRC-32 of ISO 3309, as ZIP archives use it.
    static func checksum(_ bytes: ByteView) -> UInt32 {
        var sum = crc32(0, nil, 0)
        bytes.data.withUnsafeBytes { buffer in
            var rest = buffer.bindMemory(to: UInt8.self)[...]
            while !rest.isEmpty {
                let part = UnsafeBufferPointer(rebasing: rest.prefix(1 << 30))
                sum = crc32(sum, part.baseAddress, uInt(part.count))
                rest = rest.dropFirst(part.count)
            }
        }
        return UInt32(truncatingIfNeeded: sum)
    }

    /// What one call of zlib did.
    private struct Step {
        let consumed: Int
        let written: Int
        let isFinished: Bool
    }

    /// A zlib stream, at a fixed address since zlib keeps a pointer to it.
    private struct Stream {
        private let state: UnsafeMutablePointer<z_stream>

        init(windowBits: Int32) throws(DataSetError) {
            state = .allocate(capacity: 1)
            state.initialize(to: z_stream())
            guard bulwark_inflateInit2(state, windowBits) == Z_OK else {
                state.deallocate()
                throw DataSetError(.corrupt("zlib cannot start"))
            }
        }

        func end() {
            inflateEnd(state)
            state.deallocate()
        }

        func restart() -> Bool { inflateReset(state) == Z_OK }

        /// Inflates from the front of `input`, which loses what was read, to `output` from `start` on.
        func step(_ input: inout Data, into output: inout Data, from start: Int) throws(DataSetError) -> Step
        {
            let available = min(input.count, 1 << 30)
            let space = min(output.count - start, 1 << 30)
            // An output that is full still needs an address, for zlib to see the end of the stream.
            var spare: UInt8 = 0
            let status = input.withUnsafeBytes { source in
                output.withUnsafeMutableBytes { target in
                    withUnsafeMutablePointer(to: &spare) { spare in
                        let bytes = source.bindMemory(to: UInt8.self)
                        let room = target.bindMemory(to: UInt8.self)
                        state.pointee.next_in = bytes.baseAddress.map { UnsafeMutablePointer(mutating: $0) }
                        state.pointee.avail_in = uInt(available)
                        state.pointee.next_out = space > 0 ? room.baseAddress.map { $0 + start } : spare
                        state.pointee.avail_out = uInt(space)
                        return CZlib.inflate(state, Z_NO_FLUSH)
                    }
                }
            }
            let consumed = available - Int(state.pointee.avail_in)
            input = input.dropFirst(consumed)
            // Z_BUF_ERROR says that nothing could be done; the caller sees it by the counts.
            guard status == Z_OK || status == Z_STREAM_END || status == Z_BUF_ERROR else {
                throw DataSetError(.corrupt("the compressed data are damaged"))
            }
            return Step(
                consumed: consumed,
                written: space - Int(state.pointee.avail_out),
                isFinished: status == Z_STREAM_END
            )
        }
    }
}
