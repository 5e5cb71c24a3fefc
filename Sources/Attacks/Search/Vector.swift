import BulwarkTensors
import CKernels
import RealModule

/// Arithmetic on the elements of one sample; sums are taken in double precision.
extension [Float] {
    /// The element-by-element sum.
    package func plus(_ other: [Float]) -> [Float] { plus(1, times: other) }

    /// The element-by-element difference.
    package func minus(_ other: [Float]) -> [Float] { plus(-1, times: other) }

    /// Every element multiplied by a number.
    package func times(_ factor: Float) -> [Float] { map { $0 * factor } }

    /// This point and `factor` times another.
    package func plus(_ factor: Float, times other: [Float]) -> [Float] {
        precondition(count == other.count, "the points have as many elements")
        var result = self
        kernels_add_multiple(&result, factor, other, Int64(count))
        return result
    }

    /// The scalar product.
    package func dot(_ other: [Float]) -> Double {
        precondition(count == other.count, "the points have as many elements")
        return kernels_dot(self, other, Int64(count))
    }

    /// The Euclidean length.
    package var length: Double { Double.sqrt(dot(self)) }

    /// The sum of absolute values.
    package var sumOfMagnitudes: Double { kernels_sum_magnitudes(self, Int64(count)) }

    /// The largest absolute value; 0 if there are no elements.
    package var largestMagnitude: Float { kernels_largest_magnitude(self, Int64(count)) }

    /// For each element 1, −1, or 0 where it is zero or NaN.
    package var signs: [Float] { map { $0 > 0 ? 1 : $0 < 0 ? -1 : 0 } }

    /// Numbers from the standard normal distribution.
    package static func normal(_ count: Int, _ random: inout SeededRandom) -> [Float] {
        var result = [Float](repeating: 0, count: count)
        for index in result.indices { result[index] = random.normal() }
        return result
    }
}
