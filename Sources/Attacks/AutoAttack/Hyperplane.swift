import BulwarkModels
import BulwarkTensors
import CKernels

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
        precondition(
            point.count == weights.count && box.lower.count == point.count,
            "one weight for each element"
        )
        let missing = level - weights.dot(point)
        let isForward = missing > 0
        let count = Int64(point.count)
        var sizes = [Double](repeating: 0, count: point.count)
        var rooms = sizes
        kernels_plane_rooms(weights, point, box.lower, box.upper, isForward, &sizes, &rooms, count)
        var step = [Float](repeating: 0, count: point.count)
        switch norm {
        case .linf, .l2:
            // Linf: the same length for all elements; L2: lengths proportional to the weights. Or as far as there is
            // room.
            let isProportional = norm == .l2
            let factor = Self.factor(sizes, rooms, abs(missing), isProportional: isProportional)
            kernels_plane_step(weights, sizes, rooms, factor, isProportional, isForward, &step, count)
        case .l1, .l0:
            let lengths = Self.fewestLengths(sizes, rooms, abs(missing))
            for index in step.indices {
                let length = Float(lengths[index])
                step[index] = (weights[index] > 0) == isForward ? length : -length
            }
        }
        return step
    }

    /// The factor t with Σ wᵢ·min(t·s(wᵢ), roomᵢ) = missing, where s is 1 or the weight itself; infinite if there is
    /// not room enough.
    ///
    /// The sum grows along straight lines that become flatter, so Newton's method comes nearer from below
    /// and ends after as many rounds as it meets corners, usually a handful.
    private static func factor(
        _ sizes: [Double],
        _ rooms: [Double],
        _ missing: Double,
        isProportional: Bool
    ) -> Double {
        var factor = 0.0
        while true {
            var (cut, free) = (0.0, 0.0)
            kernels_plane_sums(sizes, rooms, factor, isProportional, Int64(sizes.count), &cut, &free)
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
