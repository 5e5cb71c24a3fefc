import BulwarkTensors
import RealModule

/// A convex set with a formula for its nearest point.
enum ConvexSet {
    /// An interval for each element.
    case box(lower: [Double], upper: [Double])
    /// The points within a radius, measured by L2 or L1.
    case ball(Norm, center: [Double], radius: Double)
    /// The points at which a weighted sum keeps its bound.
    case relation(LinearRelation)

    /// Moves a point to the nearest one of the set.
    func project(_ point: inout [Double]) {
        switch self {
        case .box(let lower, let upper):
            for index in point.indices { point[index] = min(max(lower[index], point[index]), upper[index]) }
        case .ball(.l1, let center, let radius): Self.shrinkSum(&point, center, radius)
        case .ball(_, let center, let radius): Self.shrink(&point, center, radius)
        case .relation(let relation): relation.project(&point)
        }
    }

    private static func shrink(_ point: inout [Double], _ center: [Double], _ radius: Double) {
        let length = Double.sqrt(zip(point, center).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) })
        guard length > radius else { return }
        for index in point.indices {
            point[index] = center[index] + (point[index] - center[index]) * (radius / length)
        }
    }

    /// Duchi, Shalev-Shwartz, Singer and Chandra, "Efficient projections onto the l1-ball" (ICML 2008),
    /// figure 1.
    private static func shrinkSum(_ point: inout [Double], _ center: [Double], _ radius: Double) {
        let magnitudes = zip(point, center).map { abs($0 - $1) }.sorted(by: >)
        guard magnitudes.reduce(0, +) > radius else { return }
        var (sum, threshold) = (0.0, 0.0)
        for (index, magnitude) in magnitudes.enumerated() {
            sum += magnitude
            let next = (sum - radius) / Double(index + 1)
            if magnitude <= next { break }
            threshold = next
        }
        for index in point.indices {
            let difference = point[index] - center[index]
            let kept = max(abs(difference) - threshold, 0)
            point[index] = center[index] + (difference < 0 ? -kept : kept)
        }
    }

    /// The point of the intersection of sets that is nearest to another, by Dykstra's alternating
    /// projections; close to it if the cycles do not suffice, and meaningless if the sets do not meet.
    ///
    /// Boyle and Dykstra, "A method for finding projections onto the intersection of convex sets in Hilbert
    /// spaces" (Advances in Order Restricted Statistical Inference, 1986): each set projects what the others
    /// left plus what it took away itself the last time. Without that memory one would end at some point of
    /// the intersection, not at the nearest. The point may stand still for many cycles and then move on, so
    /// it is the memories that have to stand still in the end (Birgin and Raydan, "Robust stopping criteria
    /// for Dykstra's algorithm", SIAM Journal on Scientific Computing 26, 2005).
    ///
    /// - Parameters:
    ///   - start: A point.
    ///   - sets: Convex sets that meet.
    ///   - maximumCycles: How often each set projects at most.
    /// - Returns: The nearest point that is in all sets.
    static func project(_ start: [Double], onto sets: [ConvexSet], maximumCycles: Int = 2000) -> [Double] {
        var point = start
        var taken = [[Double]](repeating: Array(repeating: 0, count: start.count), count: sets.count)
        for _ in 0..<maximumCycles {
            var change = 0.0
            for (number, set) in sets.enumerated() {
                for index in point.indices { point[index] += taken[number][index] }
                let before = point
                set.project(&point)
                for index in point.indices {
                    let (old, new) = (taken[number][index], before[index] - point[index])
                    change = max(change, abs(new - old) / max(1, abs(old)))
                    taken[number][index] = new
                }
            }
            if change <= 1e-10 { break }
        }
        return point
    }
}
