// The one file of this module that holds pointers. Everything else sees bounds-checked views that keep the
// memory alive.

/// A block of floats, aligned to a cache line.
///
/// `@unchecked Sendable` is sound because `Tensor` writes to it only while it holds the sole reference.
@usableFromInline
final class TensorStorage: @unchecked Sendable {
    @usableFromInline static let alignment = 64

    @usableFromInline let base: UnsafeMutablePointer<Float>
    @usableFromInline let count: Int
    private let isOwned: Bool

    /// Memory of somebody else, which is there as long as this is.
    init(borrowing base: UnsafeMutablePointer<Float>, count: Int) {
        self.base = base
        self.count = count
        isOwned = false
    }

    @usableFromInline
    init(count: Int) {
        precondition(count >= 0, "a tensor has no negative size")
        let size = max(count, 1) * MemoryLayout<Float>.stride
        let padded = (size + Self.alignment - 1) / Self.alignment * Self.alignment
        let raw = UnsafeMutableRawPointer.allocate(byteCount: padded, alignment: Self.alignment)
        base = raw.bindMemory(to: Float.self, capacity: padded / MemoryLayout<Float>.stride)
        self.count = count
        isOwned = true
    }

    @usableFromInline
    init(copying other: TensorStorage) {
        let size = max(other.count, 1) * MemoryLayout<Float>.stride
        let padded = (size + Self.alignment - 1) / Self.alignment * Self.alignment
        let raw = UnsafeMutableRawPointer.allocate(byteCount: padded, alignment: Self.alignment)
        base = raw.bindMemory(to: Float.self, capacity: padded / MemoryLayout<Float>.stride)
        count = other.count
        isOwned = true
        base.update(from: other.base, count: count)
    }

    deinit { if isOwned { UnsafeMutableRawPointer(base).deallocate() } }
}

/// A bounds-checked read-only view of a tensor's elements in row-major order.
///
/// `@unchecked Sendable`: a view holds a reference, so a `Tensor` that is written to meanwhile moves to a
/// copy.
@frozen
public struct Elements: RandomAccessCollection, @unchecked Sendable {
    @usableFromInline let storage: TensorStorage
    @usableFromInline let base: UnsafeMutablePointer<Float>
    /// The number of elements.
    public let count: Int

    @inlinable
    init(_ storage: TensorStorage) {
        self.storage = storage
        base = storage.base
        count = storage.count
    }

    /// Always 0.
    @inlinable public var startIndex: Int { 0 }
    /// The number of elements.
    @inlinable public var endIndex: Int { count }

    /// The element at a row-major position.
    @inlinable public subscript(position: Int) -> Float {
        precondition(
            UInt(bitPattern: position) < UInt(bitPattern: count),
            "the position lies inside the tensor"
        )
        return base[position]
    }
}

/// A bounds-checked writable view of a tensor's elements in row-major order, valid inside `Tensor.mutate`.
@frozen
public struct MutableElements {
    @usableFromInline let storage: TensorStorage
    @usableFromInline let base: UnsafeMutablePointer<Float>
    /// The number of elements.
    public let count: Int

    @inlinable
    init(_ storage: TensorStorage) {
        self.storage = storage
        base = storage.base
        count = storage.count
    }

    /// The positions of all elements.
    @inlinable public var indices: Range<Int> { 0..<count }

    /// The element at a row-major position.
    @inlinable public subscript(position: Int) -> Float {
        get {
            precondition(
                UInt(bitPattern: position) < UInt(bitPattern: count),
                "the position lies inside the tensor"
            )
            return base[position]
        }
        nonmutating set {
            precondition(
                UInt(bitPattern: position) < UInt(bitPattern: count),
                "the position lies inside the tensor"
            )
            base[position] = newValue
        }
    }

    /// Copies `source[range]` to the elements that start at `position`.
    @inlinable
    public func copy(_ source: Elements, range: Range<Int>, to position: Int) {
        precondition(range.lowerBound >= 0 && range.upperBound <= source.count, "the source range exists")
        precondition(position >= 0 && position + range.count <= count, "the copied elements fit")
        (base + position).update(from: source.base + range.lowerBound, count: range.count)
    }

    /// Copies an array to the elements that start at `position`.
    public func copy(_ source: [Float], to position: Int) {
        precondition(position >= 0 && position + source.count <= count, "the copied elements fit")
        source.withUnsafeBufferPointer {
            if let start = $0.baseAddress { (base + position).update(from: start, count: $0.count) }
        }
    }
}

extension Elements {
    /// The elements at these positions as an array.
    public func array(_ range: Range<Int>) -> [Float] {
        precondition(range.lowerBound >= 0 && range.upperBound <= count, "the range exists")
        return withExtendedLifetime(storage) {
            Array(UnsafeBufferPointer(start: base + range.lowerBound, count: range.count))
        }
    }
}

extension Tensor {
    /// Calls `body` with the address of the elements, for libraries that take one.
    ///
    /// The address ends with the call.
    package func withUnsafePointer<Result>(_ body: (UnsafePointer<Float>) throws -> Result) rethrows -> Result
    {
        try withExtendedLifetime(storage) { try body(UnsafePointer(storage.base)) }
    }

    /// Calls `body` with the address of the elements for writing, for libraries that take one.
    package mutating func withUnsafeMutablePointer<Result>(
        _ body: (UnsafeMutablePointer<Float>) throws -> Result
    ) rethrows -> Result {
        makeUnique()
        return try withExtendedLifetime(storage) { try body(storage.base) }
    }

    /// A tensor whose elements `body` writes, all of them, through their address, which ends with the call.
    package static func writing(
        _ shape: Shape,
        _ body: (UnsafeMutablePointer<Float>) throws -> Void
    ) rethrows -> Tensor {
        let result = Tensor(uninitialized: shape)
        try withExtendedLifetime(result.storage) { try body(result.storage.base) }
        return result
    }

    /// A tensor whose elements lie in memory of somebody else.
    ///
    /// The memory has to be there as long as any copy of the tensor is, and is written to by others only while
    /// nobody reads a copy. Whoever writes to the tensor itself while another copy exists writes to memory of
    /// its own, as always; so the lender keeps one.
    package static func borrowing(_ address: UnsafeMutablePointer<Float>, _ shape: Shape) -> Tensor {
        Tensor(shape: shape, storage: TensorStorage(borrowing: address, count: shape.count))
    }

    /// Whether both tensors still are copies of one another that nobody has written to.
    ///
    /// False says nothing: equal elements may lie in different memory.
    package func sharesStorage(with other: Tensor) -> Bool { storage === other.storage }

    /// Makes a tensor from little-endian float bytes: four bytes an element, `shape.count` elements.
    package init(shape: Shape, littleEndianBytes bytes: UnsafeRawBufferPointer) {
        precondition(bytes.count == shape.count * MemoryLayout<Float>.stride, "four bytes an element")
        self.init(uninitialized: shape)
        if let source = bytes.baseAddress, !bytes.isEmpty {
            UnsafeMutableRawPointer(storage.base).copyMemory(from: source, byteCount: bytes.count)
        }
    }
}
