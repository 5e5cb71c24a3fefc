import BulwarkTensors
import RealModule

/// The step that brings a point nearest to a sample while it lands on a boundary: the subproblem of the
/// Brendel & Bethge attack.
///
/// Brendel, Rauber, Kümmerer, Ustyuzhaninov and Bethge, "Accurate, reliable and fast robustness evaluation"
/// (NeurIPS 2019, arXiv 1907.01003): of all steps δ with n·δ = c, ‖δ‖₂ ≤ r and x + δ in the box, the one with the
/// smallest ‖x₀ − x − δ‖ₚ. If there is no such step, the one that comes nearest to the boundary within region
/// and box is taken instead.
///
/// The paper maximises the dual over the multipliers of the two constraints by quasi-Newton steps. Here both
/// are found by bisection, which cannot miss: once they are fixed, the problem falls into one of each element,
/// solved in closed form; n·δ grows with the multiplier of the boundary, and ‖δ‖ with (the reciprocal of) that
/// of the region. In double precision.
package struct TrustRegion {
    /// The step that leads back to the sample, x₀ − x.
    let back: [Double]
    /// The normal of the boundary, of length 1.
    let normal: [Double]
    /// How far away the boundary is along the normal; not negative.
    let reach: Double
    /// The box of the steps, which holds zero.
    let lower: [Double]
    let upper: [Double]
    /// The longest step.
    let radius: Double

    /// A subproblem; nil if the gradient points nowhere.
    ///
    /// - Parameters:
    ///   - sample: The sample x₀.
    ///   - point: The point x to start from, in the box.
    ///   - gradient: How the boundary's function changes, of any length.
    ///   - change: By how much the boundary's function is to change.
    ///   - box: The values that elements may have.
    ///   - radius: The longest step.
    package init?(
        sample: [Float],
        point: [Float],
        gradient: [Double],
        change: Double,
        box: Box,
        radius: Double
    ) {
        let length = Double.sqrt(gradient.reduce(0) { $0 + $1 * $1 })
        guard length > 0, length.isFinite, change.isFinite else { return nil }
        // A boundary on the other side is the same one seen from behind.
        let scale = change < 0 ? -1 / length : 1 / length
        normal = gradient.map { $0 * scale }
        reach = abs(change) / length
        back = zip(sample, point).map { Double($0) - Double($1) }
        lower = zip(box.lower, point).map { Double($0) - Double($1) }
        upper = zip(box.upper, point).map { Double($0) - Double($1) }
        self.radius = radius
    }

    /// The best step in a norm.
    package func step(_ norm: Norm) -> [Double] {
        guard let shortest = shortestStep(lower, upper), length(shortest) <= radius else {
            return longestStep()
        }
        switch norm {
        case .l2: return bestL2(shortest)
        case .l1: return bestL1(shortest)
        case .linf: return bestLinf(shortest)
        case .l0: return bestL0(shortest)
        }
    }

    /// The shortest step to the boundary within some limits; nil if they keep it from the boundary.
    ///
    /// It has the elements of σ·n, cut off at the limits.
    func shortestStep(_ lower: [Double], _ upper: [Double]) -> [Double]? {
        var farthest = 0.0
        var nearest = 0.0
        for index in normal.indices {
            let ends = (normal[index] * lower[index], normal[index] * upper[index])
            farthest += max(ends.0, ends.1)
            nearest += min(ends.0, ends.1)
        }
        guard nearest <= reach, reach <= farthest else { return nil }
        return onBoundary { min(max($1, lower[$0]), upper[$0]) }
    }

    /// The step of the region and the box that goes farthest along the normal.
    private func longestStep() -> [Double] {
        func cut(_ scale: Double) -> [Double] {
            normal.indices.map { min(max(scale * normal[$0], lower[$0]), upper[$0]) }
        }
        var high = radius
        // A box may end before the region does, and then no scale makes the step as long as the radius.
        for _ in 0..<200 where length(cut(high)) < radius { high *= 2 }
        let (low, _) = Self.crossing(from: 0, to: high, within: 1e-9 * radius) { radius - length(cut($0)) }
        return length(cut(high)) <= radius ? cut(high) : cut(low)
    }

    // MARK: Multipliers

    /// The step on the boundary from a family whose elements depend on σ·nᵢ and never fall with it.
    ///
    /// Where elements jump as σ grows, what lies between the steps before and after the jump is as good as
    /// these, and one of them is on the boundary.
    func onBoundary(_ element: (_ index: Int, _ place: Double) -> Double) -> [Double] {
        func step(_ scale: Double) -> [Double] { normal.indices.map { element($0, scale * normal[$0]) } }
        func missing(_ scale: Double) -> Double {
            var result = reach
            for index in normal.indices { result -= normal[index] * element(index, scale * normal[index]) }
            return result
        }
        let width = max(reach, radius, .leastNormalMagnitude)
        var (low, high) = (-width, width)
        for _ in 0..<200 where missing(low) < 0 { low *= 2 }
        for _ in 0..<200 where missing(high) > 0 { high *= 2 }
        let tolerance = 1e-10 * max(reach, 1e-3 * radius)
        let (before, after) = Self.crossing(from: low, to: high, within: tolerance, missing)
        let (first, second) = (step(before), step(after))
        let (short, long) = (missing(before), missing(after))
        guard short > 0, long < 0 else { return short > 0 ? second : first }
        let share = short / (short - long)
        return zip(first, second).map { $0 == $1 ? $0 : $0 + share * ($1 - $0) }
    }

    /// Of the steps with a parameter, of which the length does not fall, the one within the region that comes
    /// nearest to the sample.
    ///
    /// - Parameters:
    ///   - norm: How the distance to the sample is measured.
    ///   - shortest: The step at zero, which is within the region.
    ///   - start: Where to look first.
    ///   - limit: The largest value of the parameter.
    ///   - step: The step at a value.
    /// - Returns: That step.
    func lastInside(
        _ norm: Norm,
        _ shortest: [Double],
        start: Double,
        limit: Double,
        _ step: (Double) -> [Double]
    ) -> [Double] {
        let last = step(limit)
        if length(last) <= radius { return last }
        var best = (step: shortest, distance: distance(norm, shortest))
        let tolerance = 1e-9 * radius
        func room(_ value: Double) -> Double {
            let step = step(value)
            let (room, distance) = (radius - length(step), distance(norm, step))
            if room >= 0, distance <= best.distance { best = (step, distance) }
            // The search ends on either side of zero, and has to end within the region.
            return room - tolerance
        }
        var (low, high) = (0.0, start)
        while high < limit, room(high) >= 0 { (low, high) = (high, 4 * high) }
        _ = Self.crossing(from: low, to: min(high, limit), within: tolerance, resolution: 1e-6, room)
        return best.step
    }

    /// How far from the sample a step ends.
    private func distance(_ norm: Norm, _ step: [Double]) -> Double {
        zip(back, step).reduce(0) { sum, pair in
            let difference = abs(pair.0 - pair.1)
            return switch norm {
            case .linf: max(sum, difference)
            case .l2: sum + difference * difference
            case .l1: sum + difference
            case .l0: sum + (difference == 0 ? 0 : 1)
            }
        }
    }

    /// The length of a step.
    func length(_ step: [Double]) -> Double { .sqrt(step.reduce(0) { $0 + $1 * $1 }) }

    /// Two places close to each other between which a falling function changes its sign, or twice the same
    /// place if the function is almost zero there.
    ///
    /// A secant, and a bisection wherever the secant has not halved the interval.
    static func crossing(
        from low: Double,
        to high: Double,
        within tolerance: Double,
        resolution: Double = 1e-14,
        _ function: (Double) -> Double
    ) -> (Double, Double) {
        var (low, high) = (low, high)
        var (above, below) = (function(low), function(high))
        if above <= tolerance { return (low, low) }
        if below >= -tolerance { return (high, high) }
        var isSlow = false
        for _ in 0..<200 {
            let width = high - low
            let middle = low + width / 2
            guard width > resolution * max(abs(low), abs(high)), middle > low, middle < high else { break }
            var guess = isSlow ? middle : low + width * (above / (above - below))
            if !(guess > low && guess < high) { guess = middle }
            let value = function(guess)
            if abs(value) <= tolerance { return (guess, guess) }
            if value > 0 { (low, above) = (guess, value) } else { (high, below) = (guess, value) }
            isSlow = high - low > width / 2
        }
        return (low, high)
    }
}
