import BulwarkTensors
import RealModule

/// How the bumps of the Square Attack are measured: by what each element adds to the mass of a change.
///
/// An enumeration and not two types, because a branch that always goes the same way costs nothing in the
/// innermost loop, and a call through a protocol does.
package enum BumpMeasure {
    /// Squares add up, as for L2.
    case euclidean
    /// Absolute values add up, as for L1.
    case manhattan

    /// What an element adds to the mass.
    @inline(__always)
    package func mass(_ change: Double) -> Double { self == .euclidean ? change * change : abs(change) }

    /// The length of a change with a mass.
    @inline(__always)
    package func length(_ mass: Double) -> Double { self == .euclidean ? .sqrt(mass) : mass }

    /// How many times the mass that is there a channel is given.
    package func overshoot(channels: Int) -> Double { self == .euclidean ? 1 : Double(channels) }

    /// The scale of the first point.
    ///
    /// The reference implementation for L1, whose box is as wide as 1, leaves the bumps at unit length and
    /// projects; wider boxes get higher bumps, and none begins inside the ball.
    package func scale(radius: Double, length: Double, extent: Double) -> Double {
        guard self == .manhattan, extent.isFinite else { return radius / length }
        return max(extent, radius / length)
    }

    /// Two bumps, the upper one up and the lower one down, of unit length together.
    package func bumps(_ height: Int, _ width: Int) -> [Double] {
        let upper = bump(height / 2, width)
        let lower = bump(height - height / 2, width)
        return normalized(upper + lower.map { -$0 })
    }

    /// A bump of unit length: the element at a distance k from the middle, in rows or columns, whichever is
    /// more, has the height Σ 1/(j + 1)ⁿ over j from k to the largest distance there would be in a square.
    ///
    /// Andriushchenko et al. (ECCV 2020), equation 2, with n = 2; the reference implementation has n = 4 for
    /// L1.
    private func bump(_ height: Int, _ width: Int) -> [Double] {
        let largest = max(height / 2, width / 2)
        let decay = self == .euclidean ? 2 : 4
        var heights = [Double](repeating: 0, count: largest + 2)
        for distance in stride(from: largest, through: 0, by: -1) {
            heights[distance] = heights[distance + 1] + 1 / Double.pow(Double(distance + 1), decay)
        }
        return normalized(
            (0..<height * width).map { index in
                heights[max(abs(index / width - height / 2), abs(index % width - width / 2))]
            }
        )
    }

    private func normalized(_ values: [Double]) -> [Double] {
        let length = length(values.reduce(0) { $0 + mass($1) })
        return values.map { $0 / length }
    }
}
