import BulwarkTensors

extension ConstrainedBall {
    /// A row near another that satisfies all constraints and lies in the ball and the box; nil if none was
    /// found.
    ///
    /// With linear relations: the nearest row if values had no steps, by Dykstra's projections; then the
    /// nearest values that have them; then, where a relation is lost by that, the same with the stepped
    /// values settled as they came out, or as they were in the original; each time mended feature by feature
    /// if that is enough. In the end the longest way from the original that keeps the relations, if only to
    /// the original itself.
    func project(_ candidate: [Float]) -> [Float]? {
        let free = [Float?](repeating: nil, count: original.count)
        guard let target = target(candidate), let near = separable(target, pins: free) else { return nil }
        if holds(near) { return near }
        let first = attempt(target, pins: norm == .l0 ? pinned(near) : free)
        if let first, first.holds { return first.point }
        var last = first?.point ?? near
        if !stepped.isEmpty, norm != .l0 {
            for settled in [last, original] {
                var pins = free
                for feature in stepped.joined() { pins[feature] = settled[feature] }
                guard let found = attempt(target, pins: pins) else { continue }
                if found.holds { return found.point }
                last = found.point
            }
        }
        return longest(toward: last)
    }

    /// The original's values of the features, or whole groups, that a row leaves as they are.
    private func pinned(_ row: [Float]) -> [Float?] {
        var pins: [Float?] = zip(row, original).map { $0 == $1 ? $1 : nil }
        for group in groups where group.members.contains(where: { pins[$0] == nil }) {
            for member in group.members { pins[member] = nil }
        }
        return pins
    }

    /// Whether all relations hold at a row.
    func holds(_ point: [Float]) -> Bool {
        constraints.relations.allSatisfy { $0.relativeExcess(point) <= FeatureConstraints.tolerance }
    }

    /// The row that Dykstra's projections and rounding lead to, mended if that is possible.
    private func attempt(_ target: [Double], pins: [Float?]) -> (point: [Float], holds: Bool)? {
        let relaxed = ConvexSet.project(near(target), onto: sets(pins))
        guard let rounded = separable(relaxed, pins: pins) else { return nil }
        if holds(rounded) { return (rounded, true) }
        guard let mended = mended(rounded, pins) else { return (rounded, false) }
        return (mended, true)
    }

    /// A target no farther outside the features' intervals than these are wide: of one that is, doubles would
    /// keep too little beside it.
    private func near(_ target: [Double]) -> [Double] {
        target.indices.map { index in
            let (lower, upper) = (Double(domain.lower[index]), Double(domain.upper[index]))
            return min(max(2 * lower - upper, target[index]), 2 * upper - lower)
        }
    }

    /// Everything that is asked of a row, if values had no steps.
    private func sets(_ pins: [Float?]) -> [ConvexSet] {
        var (lower, upper) = (domain.lower.map { Double($0) }, domain.upper.map { Double($0) })
        if norm == .linf, epsilon.isFinite {
            for index in original.indices {
                lower[index] = max(lower[index], Double(original[index]) - epsilon)
                upper[index] = min(upper[index], Double(original[index]) + epsilon)
            }
        }
        for member in constraints.groups.joined() {
            (lower[member], upper[member]) = (max(lower[member], 0), min(upper[member], 1))
        }
        for (index, pin) in pins.enumerated() {
            if let pin { (lower[index], upper[index]) = (Double(pin), Double(pin)) }
        }
        var sets: [ConvexSet] = [.box(lower: lower, upper: upper)]
        if norm == .l2 || norm == .l1, epsilon.isFinite {
            sets.append(.ball(norm, center: original.map { Double($0) }, radius: epsilon))
        }
        for members in constraints.groups {
            let ones = Array(repeating: 1.0, count: members.count)
            sets.append(
                .relation(LinearRelation(features: members, coefficients: ones, comparison: .equal, bound: 1))
            )
        }
        return sets + constraints.relations.map { .relation($0) }
    }

    /// How far all relations that do not hold are from it; 0 if all do.
    private func shortfall(_ point: [Float]) -> Double {
        constraints.relations.reduce(0) {
            let excess = $1.relativeExcess(point)
            return excess <= FeatureConstraints.tolerance ? $0 : $0 + excess
        }
    }

    /// A row at which all relations hold, by changing one feature or group after the other, each time the one
    /// that helps most; nil if nothing helps any more.
    private func mended(_ start: [Float], _ pins: [Float?]) -> [Float]? {
        var (point, missing) = (start, shortfall(start))
        for _ in 0..<4 * start.count {
            guard missing > 0 else { return point }
            var best: (point: [Float], missing: Double, change: Double)?
            for relation in constraints.relations
            where relation.relativeExcess(point) > FeatureConstraints.tolerance {
                for next in moves(point, relation, pins) where fits(next) {
                    let (left, change) = (shortfall(next), Norm.l2.distance(next, start))
                    if left < missing, best.map({ (left, change) < ($0.missing, $0.change) }) ?? true {
                        best = (next, left, change)
                    }
                }
            }
            guard let best else { return nil }
            (point, missing) = (best.point, best.missing)
        }
        return missing == 0 ? point : nil
    }

    /// The rows that differ from one in a single feature or group, as a relation would have it.
    private func moves(_ point: [Float], _ relation: LinearRelation, _ pins: [Float?]) -> [[Float]] {
        let excess = relation.excess { Double(point[$0]) }
        var found: [[Float]] = []
        for (feature, coefficient) in zip(relation.features, relation.coefficients) where pins[feature] == nil
        {
            if let group = groups.first(where: { $0.members.contains(feature) }) {
                for choice in group.choices {
                    var next = point
                    for (member, value) in zip(group.members, choice) { next[member] = value }
                    found.append(next)
                }
                continue
            }
            let wanted = Double(point[feature]) - excess / coefficient
            let half = (domain.step(feature) ?? 0) / 2
            for value in half == 0 ? [wanted] : [wanted, wanted - half, wanted + half] {
                var next = point
                next[feature] = nearest(feature, to: value)
                found.append(next)
            }
        }
        return found
    }

    /// The row farthest along the way from the original to another at which all relations hold, the stepped
    /// values left as they were; nil if they do not even hold at the original.
    private func longest(toward end: [Float]) -> [Float]? {
        var pins = [Float?](repeating: nil, count: original.count)
        for feature in stepped.joined() { pins[feature] = original[feature] }
        func point(_ part: Double) -> [Float]? {
            let target = zip(original, end).map { Double($0) + part * (Double($1) - Double($0)) }
            return separable(target, pins: pins).flatMap { holds($0) ? $0 : nil }
        }
        guard let start = point(0), isKept(start) else { return nil }
        var (best, low, high) = (start, 0.0, 1.0)
        for _ in 0..<30 {
            let middle = (low + high) / 2
            if let found = point(middle) { (best, low) = (found, middle) } else { high = middle }
        }
        return best
    }

    /// Whether the stepped values of a row are among those that they may have.
    private func isKept(_ point: [Float]) -> Bool {
        constraints.isSatisfied(point, around: original)
    }
}
