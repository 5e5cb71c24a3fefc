import BulwarkTensors
import RealModule

/// The points that an adversary may choose: a ball around a sample, as far as it lies in the box.
struct InputRegion: Sendable {
    /// The smallest box that holds the region.
    let box: Intervals
    /// Whether the region is that box.
    var isBox: Bool { norm == .linf }
    private let norm: Norm
    private let center: [Double]
    private let epsilon: Double

    /// - Parameters:
    ///   - center: The sample; where it lies outside the box, the box reaches up to it.
    ///   - norm: Linf or L2.
    ///   - epsilon: The radius of the ball, finite and not negative.
    ///   - bounds: The box.
    init(center: [Float], norm: Norm, epsilon: Double, bounds: Bounds) {
        precondition(norm == .linf || norm == .l2, "the region is a ball in Linf or L2")
        precondition(epsilon >= 0 && epsilon.isFinite, "a radius is a finite number and not negative")
        precondition(
            bounds.lower.count == 1 || bounds.lower.count == center.count,
            "one interval for all elements or one for each"
        )
        let center = center.map { Double($0) }
        func limit(_ limits: [Float], _ index: Int) -> Double {
            Double(limits.count == 1 ? limits[0] : limits[index])
        }
        box = Intervals(
            lower: center.indices.map { index in
                let (x, least) = (center[index], limit(bounds.lower, index))
                return max(min(least, x), epsilon == 0 ? x : (x - epsilon).nextDown)
            },
            upper: center.indices.map { index in
                let (x, most) = (center[index], limit(bounds.upper, index))
                return min(max(most, x), epsilon == 0 ? x : (x + epsilon).nextUp)
            }
        )
        self.norm = norm
        self.center = center
        // Upwards, so that what is computed from it does not fall short.
        self.epsilon = epsilon * (1 + 0x1p-40)
    }

    /// Numbers that sixteen functions of the input are not below in the region, nearly the largest such.
    func minima(of functions: LinearFunctions) -> SIMD16<Double> {
        switch norm {
        case .linf:
            var sums = LaneSums()
            for feature in functions.support {
                let index = Int(feature)
                sums.addMinimum(
                    of: functions.coefficients[index],
                    lower: box.lower[index],
                    upper: box.upper[index]
                )
            }
            return sums.lowerEnds
        default:
            var result = SIMD16<Double>.zero
            for lane in result.indices { result[lane] = minimum(of: functions, lane) }
            return result
        }
    }

    private func minimum(of functions: LinearFunctions, _ lane: Int) -> Double {
        var (value, size) = (0.0, 0.0)
        var gains: [Double] = []
        var rooms: [Double] = []
        gains.reserveCapacity(functions.support.count)
        rooms.reserveCapacity(functions.support.count)
        for feature in functions.support {
            let index = Int(feature)
            let slope = Double(functions.coefficients[index][lane])
            if slope == 0 { continue }
            value += slope * center[index]
            size += (slope * center[index]).magnitude
            gains.append(slope.magnitude)
            rooms.append(slope > 0 ? center[index] - box.lower[index] : box.upper[index] - center[index])
        }
        let reach = Self.reach(gains: gains, rooms: rooms, epsilon: epsilon)
        return value - reach - (size + reach) * (Double(4 * gains.count + 8) * .ulpOfOne)
    }

    /// How far a linear function changes at most inside a Euclidean ball and a box.
    ///
    /// The largest Σ gᵢ·tᵢ with 0 ≤ tᵢ ≤ roomᵢ and Σ tᵢ² ≤ ε². For every price p > 0 of Σ tᵢ² / 2 the optimum
    /// is at most p·ε²/2 + Σ (gᵢ·tᵢ − p·tᵢ²/2) with tᵢ = min(gᵢ/p, roomᵢ), so no inexact price makes it too
    /// small; at the right price the two are equal. That one is found by letting the price fall until the
    /// elements at their limits stay the same.
    static func reach(gains: [Double], rooms: [Double], epsilon: Double) -> Double {
        var whole = 0.0
        var squares = 0.0
        for (gain, room) in zip(gains, rooms) {
            whole += gain * room
            squares += gain * gain
        }
        guard squares > 0, epsilon > 0 else { return 0 }
        var price = Double.sqrt(squares) / epsilon
        for _ in 0..<64 {
            var (open, left) = (0.0, epsilon * epsilon)
            for (gain, room) in zip(gains, rooms) {
                if gain > price * room { left -= room * room } else { open += gain * gain }
            }
            if open == 0 { return whole }
            let next = Double.sqrt(open / left)
            // No number, or no fall but for rounding.
            guard left > 0, next < price * (1 - 0x1p-40) else { break }
            price = next
        }
        var dual = price * epsilon * epsilon / 2
        for (gain, room) in zip(gains, rooms) {
            let move = min(gain / price, room)
            dual += gain * move - price * move * move / 2
        }
        return min(whole, dual)
    }
}
