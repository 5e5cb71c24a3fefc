import BulwarkTensors

/// An extent that is a number, or grows with the number of samples in a batch: `constant + batchMultiple ·
/// N`.
public struct Dimension: Hashable, Sendable {
    /// The part that does not depend on the batch.
    public let constant: Int
    /// How much the extent grows with each sample.
    public let batchMultiple: Int

    /// An extent of `constant + batchMultiple · N`.
    public init(constant: Int, batchMultiple: Int = 0) {
        self.constant = constant
        self.batchMultiple = batchMultiple
    }

    /// The number of samples.
    public static let batch = Dimension(constant: 0, batchMultiple: 1)

    /// The number, if the extent does not depend on the batch.
    public var fixed: Int? { batchMultiple == 0 ? constant : nil }

    /// The extent at a batch size.
    public func resolved(batchSize: Int) -> Int { constant + batchMultiple * batchSize }

    /// The sum, or nil on overflow.
    public func adding(_ other: Dimension) -> Dimension? {
        let (constant, first) = constant.addingReportingOverflow(other.constant)
        let (multiple, second) = batchMultiple.addingReportingOverflow(other.batchMultiple)
        return first || second ? nil : Dimension(constant: constant, batchMultiple: multiple)
    }

    /// The product, or nil if it is not affine in the batch or overflows.
    public func multiplied(by other: Dimension) -> Dimension? {
        guard let factor = other.fixed else { return fixed == nil ? nil : other.multiplied(by: self) }
        let (constant, first) = constant.multipliedReportingOverflow(by: factor)
        let (multiple, second) = batchMultiple.multipliedReportingOverflow(by: factor)
        return first || second ? nil : Dimension(constant: constant, batchMultiple: multiple)
    }

    /// The quotient, or nil if `other` does not divide this extent for every batch size.
    public func divided(by other: Dimension) -> Dimension? {
        if let divisor = other.fixed {
            // The quotient of the smallest integer and -1 overflows; as a product that is noticed.
            if divisor == -1 { return multiplied(by: other) }
            guard divisor != 0, constant % divisor == 0, batchMultiple % divisor == 0 else { return nil }
            return Dimension(constant: constant / divisor, batchMultiple: batchMultiple / divisor)
        }
        // (a + bN) / (c + dN) is a number when both are proportional.
        guard other.batchMultiple != -1, batchMultiple % other.batchMultiple == 0 else { return nil }
        let quotient = batchMultiple / other.batchMultiple
        return other.multiplied(by: Dimension(constant: quotient)) == self
            ? Dimension(constant: quotient) : nil
    }
}

extension Dimension: ExpressibleByIntegerLiteral {
    /// A fixed extent.
    public init(integerLiteral value: Int) { self.init(constant: value) }
}

extension Dimension: CustomStringConvertible {
    /// A number, `N`, `2N` or `N+1`.
    public var description: String {
        if batchMultiple == 0 { return "\(constant)" }
        let multiple = batchMultiple == 1 ? "N" : "\(batchMultiple)N"
        return constant == 0 ? multiple : "\(multiple)+\(constant)"
    }
}

/// A shape whose extents may depend on the number of samples in a batch.
public struct SymbolicShape: Hashable, Sendable {
    /// The extents, outermost first.
    public let dimensions: [Dimension]

    /// A shape with these extents.
    public init(_ dimensions: [Dimension]) { self.dimensions = dimensions }

    /// A shape that does not depend on the batch.
    public init(_ shape: Shape) { dimensions = shape.dimensions.map { Dimension(constant: $0) } }

    /// The number of axes.
    public var rank: Int { dimensions.count }

    /// The extent along `axis`.
    public subscript(axis: Int) -> Dimension { dimensions[axis] }

    /// The number of elements, or nil if it is not affine in the batch size or overflows.
    public var count: Dimension? {
        dimensions.reduce(Dimension(constant: 1)) { product, next in product?.multiplied(by: next) }
    }

    /// The shape without extents that depend on the batch, if there are none.
    public var fixed: Shape? {
        let sizes = dimensions.compactMap(\.fixed)
        return sizes.count == rank ? try? Shape(sizes) : nil
    }

    /// The shape at a batch size.
    ///
    /// - Throws: `ShapeError` if an extent comes out negative or the element count overflows.
    public func resolved(batchSize: Int) throws(ShapeError) -> Shape {
        var sizes: [Int] = []
        for dimension in dimensions {
            let growth = dimension.batchMultiple.multipliedReportingOverflow(by: batchSize)
            let size = dimension.constant.addingReportingOverflow(growth.partialValue)
            guard !growth.overflow, !size.overflow else { throw .tooManyElements(dimensions.map(\.constant)) }
            sizes.append(size.partialValue)
        }
        return try Shape(sizes)
    }
}

extension SymbolicShape: ExpressibleByArrayLiteral {
    /// A shape written in the source.
    public init(arrayLiteral elements: Dimension...) { self.init(elements) }
}

extension SymbolicShape: CustomStringConvertible {
    /// The dimensions as in `[N, 3, 32, 32]`.
    public var description: String { "[\(dimensions.map(\.description).joined(separator: ", "))]" }
}
