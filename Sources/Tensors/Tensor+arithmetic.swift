extension Tensor {
    /// This tensor with `transform` applied to every element.
    @inlinable
    public func map(_ transform: (Float) -> Float) -> Tensor {
        let source = elements
        return Tensor(shape, generating: { transform(source[$0]) })
    }

    /// Combines two tensors of one shape element by element; traps if the shapes differ.
    @inlinable
    public func combined(with other: Tensor, _ combine: (Float, Float) -> Float) -> Tensor {
        precondition(shape == other.shape, "\(shape) and \(other.shape) agree")
        let left = elements
        let right = other.elements
        return Tensor(shape, generating: { combine(left[$0], right[$0]) })
    }

    /// The sum of two tensors of one shape.
    public static func + (left: Tensor, right: Tensor) -> Tensor { left.combined(with: right, +) }
    /// The difference of two tensors of one shape.
    public static func - (left: Tensor, right: Tensor) -> Tensor { left.combined(with: right, -) }
    /// The element-wise product of two tensors of one shape.
    public static func * (left: Tensor, right: Tensor) -> Tensor { left.combined(with: right, *) }
    /// A tensor scaled by a number.
    public static func * (factor: Float, tensor: Tensor) -> Tensor { tensor.map { factor * $0 } }

    /// Adds a tensor of the same shape in place.
    public static func += (left: inout Tensor, right: Tensor) {
        precondition(left.shape == right.shape, "\(left.shape) and \(right.shape) agree")
        let source = right.elements
        left.mutate { target in
            for position in target.indices { target[position] += source[position] }
        }
    }

    /// Every element limited to `lower...upper`.
    public func clamped(_ lower: Float, _ upper: Float) -> Tensor { map { min(max($0, lower), upper) } }

    /// Whether no element is NaN or infinite.
    public var isFinite: Bool { elements.allSatisfy(\.isFinite) }
}
