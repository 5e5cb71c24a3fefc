import BulwarkModels
import BulwarkTensors
import COneDNN

/// How a tensor lies in memory: row-major, or in the blocks that a primitive chose.
final class Layout {
    let handle: OpaquePointer
    /// The memory it takes, in bytes, padding included.
    let size: Int

    /// Takes over a handle.
    init(_ handle: OpaquePointer) {
        self.handle = handle
        size = onednn_layout_size(handle)
    }

    /// The row-major layout of a shape; a scalar counts as a vector of one.
    static func dense(_ shape: Shape) throws -> Layout {
        let extents = shape.rank == 0 ? [1] : shape.dimensions
        var strides = [Int64](repeating: 1, count: extents.count)
        for axis in extents.indices.dropLast().reversed() {
            strides[axis] = strides[axis + 1] * Int64(max(extents[axis + 1], 1))
        }
        return try strided(extents.map(Int64.init), strides)
    }

    /// The layout of images `[N, C, …]` with sixteen channels side by side, or nil if they have no or too
    /// many spatial axes.
    static func blocked(_ shape: Shape) throws -> Layout? {
        var handle: OpaquePointer?
        let extents = shape.dimensions.map(Int64.init)
        let status = onednn_layout_blocked(extents, Int32(extents.count), &handle)
        if onednn_status_is_unsupported(status) { return nil }
        return Layout(try OneDNNStatus.check(status, handle))
    }

    private static func strided(_ extents: [Int64], _ strides: [Int64]) throws -> Layout {
        var handle: OpaquePointer?
        let status = onednn_layout_strided(extents, strides, Int32(extents.count), &handle)
        return Layout(try OneDNNStatus.check(status, handle))
    }

    /// How many floats it takes.
    var floats: Int { size / MemoryLayout<Float>.stride }

    /// How many channels lie side by side: 16 or 8 if blocked, 1 if row-major, 0 if neither is known.
    lazy var channelBlock = Int(onednn_layout_channel_block(handle))

    deinit { onednn_layout_destroy(handle) }
}

extension Layout: Equatable {
    static func == (left: Layout, right: Layout) -> Bool {
        left === right || onednn_layout_equal(left.handle, right.handle)
    }
}

/// What oneDNN's functions return.
enum OneDNNStatus {
    /// What a successful call made.
    ///
    /// - Throws: `BackendError.library` with oneDNN's status.
    static func check(_ status: onednn_status, _ made: OpaquePointer?) throws -> OpaquePointer {
        try check(status)
        guard let made else { throw BackendError.library("oneDNN made nothing and gave no reason") }
        return made
    }

    /// - Throws: `BackendError.library` with oneDNN's status unless it says success.
    static func check(_ status: onednn_status) throws {
        guard Int(status) != onednn_success else { return }
        let name = onednn_status_name(status).map { String(cString: $0) } ?? "status \(status)"
        throw BackendError.library("oneDNN: \(name)")
    }
}
