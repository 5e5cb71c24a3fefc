/// The extents of a row-major array, outermost first, with an element count that is known not to overflow.
public struct Shape: Sendable, Hashable {
    /// The extent of every axis, outermost first.
    ///
    /// Empty for a scalar.
    public let dimensions: [Int]
    /// The number of elements: the product of the dimensions, 1 for a scalar.
    public let count: Int

    /// A shape from sizes that come from outside.
    ///
    /// - Throws: `ShapeError` if a dimension is negative or the element count does not fit in an `Int`.
    public init(_ dimensions: [Int]) throws(ShapeError) {
        var count = 1
        for dimension in dimensions {
            guard dimension >= 0 else { throw .negativeDimension(dimensions) }
            let (product, overflow) = count.multipliedReportingOverflow(by: dimension)
            guard !overflow else { throw .tooManyElements(dimensions) }
            count = product
        }
        self.dimensions = dimensions
        self.count = count
    }

    /// The number of axes.
    public var rank: Int { dimensions.count }

    /// How many elements lie between neighbours along each axis of a row-major array.
    public var strides: [Int] {
        var strides = [Int](repeating: 1, count: rank)
        for axis in stride(from: rank - 2, through: 0, by: -1) {
            strides[axis] = strides[axis + 1] * dimensions[axis + 1]
        }
        return strides
    }

    /// The extent along `axis`.
    public subscript(axis: Int) -> Int { dimensions[axis] }

    /// The shape of one element along the first axis: `[N, C, H, W]` gives `[C, H, W]`.
    public var dropFirst: Shape {
        precondition(rank > 0, "a scalar has no first axis to drop")
        return Shape(trusted: Array(dimensions.dropFirst()))
    }

    /// This shape with `count` copies stacked along a new first axis.
    public func batched(_ count: Int) -> Shape { Shape(trusted: [count] + dimensions) }

    /// A shape from sizes the program itself computed; an overflow there is our mistake.
    package init(trusted dimensions: [Int]) {
        var count = 1
        for dimension in dimensions {
            precondition(dimension >= 0, "a dimension is never negative")
            let (product, overflow) = count.multipliedReportingOverflow(by: dimension)
            precondition(!overflow, "the element count fits in an Int")
            count = product
        }
        self.dimensions = dimensions
        self.count = count
    }
}

extension Shape: ExpressibleByArrayLiteral {
    /// A shape written in the source; traps on a negative dimension or an overflowing count.
    public init(arrayLiteral elements: Int...) { self.init(trusted: elements) }
}

extension Shape: CustomStringConvertible {
    /// The dimensions as in `[2, 3]`.
    public var description: String { "[\(dimensions.map(String.init).joined(separator: ", "))]" }
}

/// Why sizes from outside are not a shape.
public enum ShapeError: Error, Equatable, CustomStringConvertible {
    /// A dimension is below zero.
    case negativeDimension([Int])
    /// The product of the dimensions does not fit in an `Int`.
    case tooManyElements([Int])

    /// The fault in words.
    public var description: String {
        switch self {
        case .negativeDimension(let dimensions): "shape \(dimensions) has a negative dimension"
        case .tooManyElements(let dimensions): "shape \(dimensions) has more elements than can be counted"
        }
    }
}
