import BulwarkModels
import BulwarkTensors
import RealModule

/// The nearest point of a hyperplane inside the box: what minimum-norm attacks step to.
///
/// Croce and Hein, "Minimally distorted adversarial examples with a fast adaptive boundary attack" (ICML
/// 2020), section 2.2 and the supplement: each element moves along its weight's sign, no farther than the
/// box, until the scalar product has changed by as much as is missing. In double precision.
package struct Hyperplane {
    /// The normal, w.
    package let weights: [Float]
    /// What a point on the hyperplane has as its scalar product with the normal, b.
    package let level: Double

    package init(weights: [Float], level: Double) { (self.weights, self.level) = (weights, level) }

    /// The step from a point to the hyperplane that is shortest in a norm and stays in the box.
    ///
    /// If the box does not reach the hyperplane, the step goes to the corner that comes nearest to it.
    ///
    /// - Parameters:
    ///   - point: Where the step begins, inside the box.
    ///   - box: What it stays in.
    ///   - norm: How it is measured: Linf, L2 or L1.
    /// - Returns: What to add to the point.
    package func step(from point: [Float], in box: Box, _ norm: Norm) -> [Float] {
        let missing = level - weights.dot(point)
        let isForward = missing > 0
        let count = point.count
        var sizes = [Double](repeating: 0, count: count)
        var rooms = sizes
        for index in 0..<count {
            let weight = weights[index]
            sizes[index] = weight.isNaN ? 0 : abs(Double(weight))
            let isUp = (weight > 0) == isForward
            rooms[index] = Double(isUp ? box.upper[index] - point[index] : point[index] - box.lower[index])
        }
        let lengths: [Double] =
            switch norm {
            case .linf: Self.equalLengths(sizes, rooms, abs(missing))
            case .l2: Self.proportionalLengths(sizes, rooms, abs(missing))
            case .l1, .l0: Self.fewestLengths(sizes, rooms, abs(missing))
            }
        var step = [Float](repeating: 0, count: count)
        for index in 0..<count {
            let length = Float(lengths[index])
            step[index] = (weights[index] > 0) == isForward ? length : -length
        }
        return step
    }

    /// Linf: the same length for all elements, or as far as there is room.
    private static func equalLengths(_ sizes: [Double], _ rooms: [Double], _ missing: Double) -> [Double] {
        let length = scale(sizes, rooms, missing) { _ in 1 }
        return sizes.indices.map { sizes[$0] > 0 ? min(length, rooms[$0]) : 0 }
    }

    /// L2: lengths proportional to the weights, or as far as there is room.
    private static func proportionalLengths(
        _ sizes: [Double],
        _ rooms: [Double],
        _ missing: Double
    ) -> [Double] {
        let factor = scale(sizes, rooms, missing) { $0 }
        return sizes.indices.map { sizes[$0] > 0 ? min(factor * sizes[$0], rooms[$0]) : 0 }
    }

    /// The factor t with Σ wᵢ·min(t·s(wᵢ), roomᵢ) = missing; infinite if there is not room enough.
    ///
    /// The sum grows along straight lines that become flatter, so Newton's method comes nearer from below
    /// and ends after as many rounds as it meets corners, usually a handful.
    @inline(__always)
    private static func scale(
        _ sizes: [Double],
        _ rooms: [Double],
        _ missing: Double,
        _ share: (Double) -> Double
    ) -> Double {
        var factor = 0.0
        while true {
            var (cut, free) = (0.0, 0.0)
            for index in sizes.indices {
                let size = sizes[index]
                let isCut = factor * share(size) >= rooms[index] && factor > 0
                cut += isCut ? size * rooms[index] : 0
                free += isCut ? 0 : size * share(size)
            }
            guard free > 0 else { return missing > cut ? .infinity : factor }
            let next = (missing - cut) / free
            guard next > factor * (1 + 1e-12) else { return max(next, factor) }
            factor = next
        }
    }

    /// L1: the elements with the largest weights go as far as there is room.
    private static func fewestLengths(_ sizes: [Double], _ rooms: [Double], _ missing: Double) -> [Double] {
        var lengths = [Double](repeating: 0, count: sizes.count)
        var left = missing
        for index in sizes.indices.sorted(by: { (sizes[$0], -$0) > (sizes[$1], -$1) }) {
            guard left > 0, sizes[index] > 0 else { break }
            lengths[index] = min(left / sizes[index], rooms[index])
            left -= lengths[index] * sizes[index]
        }
        return lengths
    }
}
