import BulwarkTensors

extension Shape {
    /// More axes than any model has; an operator's work grows with them.
    static let maximumRank = 64
    /// The largest product that the other extents of a shape without elements may have: 2²⁴.
    static let maximumAroundNothing = 1 << 24

    /// Whether an array of this shape has at most `maximum` elements, and no more axes than any model has.
    ///
    /// An array without elements takes no memory whatever its other extents are, but a list of its
    /// coordinates along one of them does, and products of them could overflow; so they are limited, too.
    func fits(_ maximum: Int) -> Bool {
        guard rank <= Self.maximumRank else { return false }
        if count > 0 { return count <= maximum }
        guard let others = try? Shape(dimensions.map { Swift.max($0, 1) }) else { return false }
        return others.count <= Swift.min(maximum, Self.maximumAroundNothing)
    }
}
