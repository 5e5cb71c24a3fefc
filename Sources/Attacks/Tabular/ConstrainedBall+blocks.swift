import BulwarkTensors

/// Without linear relations a row falls into blocks that do not know of each other but for the ball: single
/// features, and groups of which one is 1. For a weight w ≥ 0 each block takes its value p that is best in (p
/// − z)² + w · c(p − x), where z is wanted, x is the original, and c adds up to the norm (squares, magnitudes
/// or changes). The distance falls when w grows, so bisection finds the smallest w that keeps the ball. For
/// values without steps that is the Lagrangian of the projection, and exact; otherwise what is left of the
/// radius is given to the blocks that gain most.
extension ConstrainedBall {
    /// A weight at which every block stays as near to the original as it can.
    private static let largestWeight = 1e90

    /// The row nearest to a target that satisfies everything but relations; nil if what is pinned is outside
    /// the ball.
    ///
    /// - Parameters:
    ///   - target: What is wanted of each feature.
    ///   - pins: Values that are settled.
    /// - Returns: A row of the ball.
    func separable(_ target: [Double], pins: [Float?]) -> [Float]? {
        let loose = choose(target, weight: 0, pins)
        if fits(loose) { return loose }
        guard norm != .linf, let bracket = bracket(target, pins) else { return nil }
        var point = bracket.inside
        fill(&point, from: bracket.outside, target, pins)
        guard !stepped.isEmpty, norm != .l0 else { return point }
        // Whatever moves by small amounts takes what the steps left over.
        var settled = pins
        for feature in stepped.joined() { settled[feature] = point[feature] }
        let next = choose(target, weight: 0, settled)
        return fits(next) ? next : self.bracket(target, settled)?.inside ?? point
    }

    /// The rows at the smallest weight that keeps the ball, and just below it; nil if none keeps it.
    private func bracket(_ target: [Double], _ pins: [Float?]) -> (inside: [Float], outside: [Float])? {
        let closest = norm.distance(choose(target, weight: Self.largestWeight, pins), original)
        guard closest <= allowance else { return nil }
        // What exceeds the radius is allowed for steps that floats do not hold, not to be made use of.
        let limit = closest <= epsilon ? epsilon : allowance
        func isInside(_ point: [Float]) -> Bool { norm.distance(point, original) <= limit }
        var (low, high) = (0.0, 1.0)
        var outside = choose(target, weight: low, pins)
        var inside = choose(target, weight: high, pins)
        while !isInside(inside) {
            (low, high, outside) = (high, min(high * 16, Self.largestWeight), inside)
            inside = choose(target, weight: high, pins)
        }
        for _ in 0..<60 {
            let middle = (low + high) / 2
            let point = choose(target, weight: middle, pins)
            if isInside(point) { (high, inside) = (middle, point) } else { (low, outside) = (middle, point) }
        }
        return (inside, outside)
    }

    /// Gives stepped blocks the value that they have outside the ball, those that gain most first, as long as
    /// the row stays inside.
    private func fill(_ point: inout [Float], from outside: [Float], _ target: [Double], _ pins: [Float?]) {
        func square(_ value: Float, _ index: Int) -> Double {
            (Double(value) - target[index]) * (Double(value) - target[index])
        }
        let gains = stepped.compactMap { block -> (block: [Int], gain: Double)? in
            guard pins[block[0]] == nil else { return nil }
            let gain = block.reduce(0) { $0 + square(point[$1], $1) - square(outside[$1], $1) }
            return gain > 0 ? (block, gain) : nil
        }
        for (block, _) in gains.sorted(by: { ($0.gain, -$0.block[0]) > ($1.gain, -$1.block[0]) }) {
            var next = point
            for index in block { next[index] = outside[index] }
            if fits(next) { point = next }
        }
    }

    private func choose(_ target: [Double], weight: Double, _ pins: [Float?]) -> [Float] {
        var point = original
        for index in original.indices where !isGrouped[index] {
            point[index] = pins[index] ?? value(index, target[index], weight)
        }
        for group in groups {
            if pins[group.members[0]] != nil {
                for member in group.members { point[member] = pins[member] ?? point[member] }
                continue
            }
            var best = Double.infinity
            for choice in group.choices {
                var price = 0.0
                for (member, value) in zip(group.members, choice) {
                    let miss = Double(value) - target[member]
                    price += miss * miss + weight * cost(Double(value) - Double(original[member]))
                }
                guard price < best else { continue }
                best = price
                for (member, value) in zip(group.members, choice) { point[member] = value }
            }
        }
        return point
    }

    private func value(_ index: Int, _ target: Double, _ weight: Double) -> Float {
        let own = Double(original[index])
        switch norm {
        case .linf: return nearest(index, to: target)
        case .l2: return nearest(index, to: (target + weight * own) / (1 + weight))
        case .l1:
            let shift = max(abs(target - own) - weight / 2, 0)
            return nearest(index, to: target < own ? own - shift : own + shift)
        case .l0:
            let (moved, stayed) = (nearest(index, to: target), nearest(index, to: own))
            let (far, near) = (Double(stayed) - target, Double(moved) - target)
            return far * far <= near * near + weight ? stayed : moved
        }
    }

    private func cost(_ change: Double) -> Double {
        switch norm {
        case .linf: 0
        case .l2: change * change
        case .l1: abs(change)
        case .l0: change == 0 ? 0 : 1
        }
    }
}
