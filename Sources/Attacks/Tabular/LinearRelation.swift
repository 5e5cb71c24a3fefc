/// A weighted sum of features that is at most, equal to, or at least a bound.
struct LinearRelation: Sendable, Equatable {
    typealias Comparison = ConstraintDocument.Relation.Comparison

    let features: [Int]
    let coefficients: [Double]
    let comparison: Comparison
    let bound: Double

    /// How far the sum is beyond its bound, with a sign; 0 if the relation holds.
    func excess(_ value: (Int) -> Double) -> Double {
        var sum = -bound
        for (feature, coefficient) in zip(features, coefficients) { sum += coefficient * value(feature) }
        switch comparison {
        case .atMost: return max(sum, 0)
        case .equal: return sum
        case .atLeast: return min(sum, 0)
        }
    }

    /// The magnitude of what is added up; sums of floats are exact only relative to it.
    func scale(_ value: (Int) -> Double) -> Double {
        zip(features, coefficients).reduce(abs(bound)) { $0 + abs($1.1 * value($1.0)) }
    }

    /// How far the sum is beyond its bound relative to what is added up, from 0 up.
    func relativeExcess(_ point: [Float]) -> Double {
        let excess = abs(excess { Double(point[$0]) })
        return excess == 0 ? 0 : excess / scale { Double(point[$0]) }
    }

    /// The nearest point at which the relation holds.
    func project(_ point: inout [Double]) {
        let excess = excess { point[$0] }
        guard excess != 0 else { return }
        let squares = coefficients.reduce(0) { $0 + $1 * $1 }
        for (feature, coefficient) in zip(features, coefficients) {
            point[feature] -= excess / squares * coefficient
        }
    }
}
