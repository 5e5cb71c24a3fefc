import BulwarkTensors

/// The best step on the boundary, within region and box, for each norm; all of them begin at the shortest
/// step to the boundary and go back to the sample as far as the region allows.
extension TrustRegion {
    /// The minimiser of ‖back − δ‖₂² + μ·‖δ‖² − λ·n·δ is τ·back + σ·n, cut off at the box, with τ = 1/(1 + μ).
    func bestL2(_ shortest: [Double]) -> [Double] {
        lastInside(.l2, shortest, start: 0.5, limit: 1) { share in
            onBoundary { min(max(share * back[$0] + $1, lower[$0]), upper[$0]) }
        }
    }

    /// The minimiser of ‖back − δ‖₁ + μ·‖δ‖² − λ·n·δ is the point nearest to `back` of the interval of half
    /// width t = 1/(2·μ) around σ·n, cut off at the box.
    func bestL1(_ shortest: [Double]) -> [Double] {
        lastInside(.l1, shortest, start: radius, limit: widest) { width in
            onBoundary {
                let nearest = min(max(back[$0], $1 - width), $1 + width)
                return min(max(nearest, lower[$0]), upper[$0])
            }
        }
    }

    /// The minimiser of ‖back − δ‖₀ + μ·‖δ‖² − λ·n·δ is `back` itself unless its squared distance to σ·n
    /// exceeds that of the nearest point of the box by more than 1/μ = 2·t·r.
    ///
    /// The count is not convex, so multipliers alone can leave an element too many. So those changed elements
    /// that weigh least try to return, one after the other, as long as the rest can reach the boundary.
    func bestL0(_ shortest: [Double]) -> [Double] {
        let step = lastInside(.l0, shortest, start: radius, limit: widest) { width in
            onBoundary { index, place in
                let free = min(max(place, lower[index]), upper[index])
                let (far, near) = (back[index] - place, free - place)
                return far * far <= 2 * width * radius + near * near ? back[index] : free
            }
        }
        return returning(Self.returns, from: step)
    }

    /// The most elements that try to return, which bounds what a step costs in many dimensions.
    private static let returns = 16

    private func returning(_ count: Int, from step: [Double]) -> [Double] {
        let kept = step.indices.filter { step[$0] == back[$0] }
        let changed = step.indices.filter { step[$0] != back[$0] }
        // Ties go to the lower position, so that the order does not depend on the sort.
        let order = changed.sorted { (abs(normal[$0]), $0) < (abs(normal[$1]), $1) }
        var (best, low, high) = (step, lower, upper)
        for index in kept { (low[index], high[index]) = (back[index], back[index]) }
        for index in order.prefix(count) {
            let ends = (low[index], high[index])
            (low[index], high[index]) = (back[index], back[index])
            if let shorter = shortestStep(low, high), length(shorter) <= radius {
                best = shorter
            } else {
                (low[index], high[index]) = ends
            }
        }
        return best
    }

    /// Of the smallest cube around the sample that holds a step to the boundary within the region, that step.
    func bestLinf(_ shortest: [Double]) -> [Double] {
        func within(_ distance: Double) -> [Double]? {
            let low = back.indices.map { max(lower[$0], back[$0] - distance) }
            let high = back.indices.map { min(upper[$0], back[$0] + distance) }
            guard let step = shortestStep(low, high), length(step) <= radius else { return nil }
            return step
        }
        let distance = back.reduce(0) { max($0, abs($1)) }
        // No step of the region changes the distance by more than its radius.
        var (low, high) = (max(distance - radius, 0), distance + radius)
        if let step = within(low) { return step }
        var best = shortest
        for _ in 0..<24 {
            let middle = (low + high) / 2
            if let step = within(middle) { (high, best) = (middle, step) } else { low = middle }
        }
        return best
    }

    /// So wide that all but the norm counts for less than a millionth of the box.
    private var widest: Double {
        let extent = zip(lower, upper).reduce(0) { max($0, $1.1 - $1.0) }
        return 1e6 * max(extent, radius)
    }
}
