/// A row-major array of `Float` with value semantics; its memory is aligned to 64 bytes.
///
/// Copies share memory until one of them is written to.
public struct Tensor: Sendable {
    /// The extents, outermost first.
    public let shape: Shape
    @usableFromInline var storage: TensorStorage

    @usableFromInline
    init(uninitialized shape: Shape) {
        self.shape = shape
        storage = TensorStorage(count: shape.count)
    }

    /// A tensor with every element equal to `value`.
    public init(_ shape: Shape, repeating value: Float = 0) {
        self.init(uninitialized: shape)
        mutate { elements in
            for position in elements.indices { elements[position] = value }
        }
    }

    /// A tensor from elements in row-major order; traps unless there are `shape.count` of them.
    public init(_ shape: Shape, _ elements: some Collection<Float>) {
        precondition(
            elements.count == shape.count,
            "there are as many elements as the shape \(shape) asks for"
        )
        self.init(uninitialized: shape)
        mutate { view in
            var position = 0
            for element in elements {
                view[position] = element
                position += 1
            }
        }
    }

    /// A tensor whose element at each row-major position is `value(position)`.
    @inlinable
    public init(_ shape: Shape, generating value: (Int) throws -> Float) rethrows {
        self.init(uninitialized: shape)
        let view = MutableElements(storage)
        for position in view.indices { view[position] = try value(position) }
    }

    /// A tensor that `fill` writes; every element starts out as zero.
    @inlinable
    public init(_ shape: Shape, fill: (MutableElements) throws -> Void) rethrows {
        self.init(shape)
        try mutate(fill)
    }

    /// A tensor of rank 0.
    public init(scalar: Float) { self.init([], repeating: scalar) }

    /// The number of elements.
    @inlinable public var count: Int { shape.count }

    /// A read-only view of the elements in row-major order.
    @inlinable public var elements: Elements { Elements(storage) }

    /// The element at a row-major position.
    ///
    /// For loops take `elements` or `mutate` once instead.
    public subscript(position: Int) -> Float {
        get { elements[position] }
        set { mutate { $0[position] = newValue } }
    }

    /// Gives `body` a writable view of the elements.
    @inlinable
    public mutating func mutate<Result>(_ body: (MutableElements) throws -> Result) rethrows -> Result {
        makeUnique()
        return try body(MutableElements(storage))
    }

    @inlinable
    mutating func makeUnique() {
        if !isKnownUniquelyReferenced(&storage) { storage = TensorStorage(copying: storage) }
    }

    /// The same elements under another shape; traps unless the counts agree.
    public func reshaped(to shape: Shape) -> Tensor {
        precondition(shape.count == count, "\(self.shape) and \(shape) hold the same number of elements")
        return Tensor(shape: shape, storage: storage)
    }

    @usableFromInline
    init(shape: Shape, storage: TensorStorage) {
        self.shape = shape
        self.storage = storage
    }
}

extension Tensor: Equatable {
    /// Whether shapes and elements agree; NaN differs from everything, as for `Float`.
    public static func == (left: Tensor, right: Tensor) -> Bool {
        left.shape == right.shape && left.elements.elementsEqual(right.elements)
    }

    /// Whether shapes agree and every element has the same bits (NaN equals NaN, 0 differs from −0).
    public func isBitwiseEqual(to other: Tensor) -> Bool {
        guard shape == other.shape else { return false }
        return zip(elements, other.elements).allSatisfy { $0.bitPattern == $1.bitPattern }
    }
}

extension Tensor: CustomStringConvertible {
    /// The shape and the first few elements.
    public var description: String {
        let shown = elements.prefix(8).map { "\($0)" }.joined(separator: ", ")
        return "Tensor\(shape)(\(shown)\(count > 8 ? ", …" : ""))"
    }
}
