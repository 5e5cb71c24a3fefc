import BulwarkTensors

/// Derivatives measured by moving a point a little to both sides.
public enum FiniteDifferences {
    /// Half the distance of the two points: a power of two, so that points on a coarse grid move without
    /// rounding.
    public static let step: Float = 0x1p-8

    /// How fast a function grows at `point` along `direction`: `(f(x + h·d) - f(x - h·d)) / 2h`.
    public static func derivative(
        of function: (Tensor) throws -> Double,
        at point: Tensor,
        along direction: Tensor
    ) rethrows -> Double {
        let move = step * direction
        return try (function(point + move) - function(point - move)) / (2 * Double(step))
    }

    /// A direction whose components are 1 or -1 at random.
    public static func direction(_ shape: Shape, _ random: inout SeededRandom) -> Tensor {
        Tensor(shape, (0..<shape.count).map { _ in random.uniform() < 0.5 ? -1 : 1 })
    }
}
