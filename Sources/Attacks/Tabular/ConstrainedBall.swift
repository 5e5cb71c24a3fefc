import BulwarkTensors

/// The rows that satisfy constraints and lie in the ball and the box of one sample.
struct ConstrainedBall: Sendable {
    let constraints: FeatureConstraints
    let domain: FeatureDomain
    let original: [Float]
    let norm: Norm
    /// The radius, and the largest distance that still counts as it.
    let epsilon: Double
    let allowance: Double
    /// What Linf leaves of each feature; everything for other norms.
    private let reach: (lower: [Float], upper: [Float])
    let groups: [Group]
    let isGrouped: [Bool]
    /// The blocks whose value does not move by small amounts.
    let stepped: [[Int]]
    /// Whether each feature has a value that it may be given.
    private let isPossible: Bool

    /// A group of features of which one is 1, with all the values that it may be given.
    struct Group: Sendable {
        let members: [Int]
        let choices: [[Float]]
    }

    init(_ constraints: FeatureConstraints, around original: [Float], threat: ThreatModel, box: Box) {
        precondition(original.count == constraints.featureCount, "a row of the table")
        let domain = FeatureDomain(constraints, around: original, in: box)
        let allowance = threat.allowance(around: original)
        self.constraints = constraints
        self.domain = domain
        self.original = original
        self.allowance = allowance
        norm = threat.norm
        epsilon = Double(threat.epsilon)
        reach = Self.reach(domain, original, threat, allowance)
        let hardAllowance = threat.norm == .linf ? allowance : .infinity
        groups = constraints.groups.map { Self.group($0, domain, original, allowance: hardAllowance) }
        var isGrouped = [Bool](repeating: false, count: original.count)
        for member in constraints.groups.joined() { isGrouped[member] = true }
        self.isGrouped = isGrouped
        let single = original.indices.filter { !isGrouped[$0] }
        stepped =
            constraints.groups + single.filter { domain.isSpaced($0) || threat.norm == .l0 }.map { [$0] }
        let (lower, upper) = reach
        isPossible =
            groups.allSatisfy { !$0.choices.isEmpty }
            && single.allSatisfy {
                domain.nearest($0, to: 0, from: lower[$0], through: upper[$0]) != nil
            }
    }

    private static func reach(
        _ domain: FeatureDomain,
        _ original: [Float],
        _ threat: ThreatModel,
        _ allowance: Double
    ) -> (lower: [Float], upper: [Float]) {
        guard threat.norm == .linf, threat.epsilon.isFinite else { return (domain.lower, domain.upper) }
        let radius = threat.epsilon
        return (
            original.indices.map { index in
                let value = original[index]
                return domain.isSpaced(index) ? Float(Double(value) - allowance) : value - radius
            },
            original.indices.map { index in
                let value = original[index]
                return domain.isSpaced(index) ? Float(Double(value) + allowance) : value + radius
            }
        )
    }

    /// The choices that the members' own constraints allow; that of the original is its own values, should
    /// these be off by a rounding.
    static func group(
        _ members: [Int],
        _ domain: FeatureDomain,
        _ original: [Float],
        allowance: Double
    ) -> Group {
        let choices = members.indices.compactMap { chosen -> [Float]? in
            let plain = members.indices.map { $0 == chosen ? Float(1) : 0 }
            let own = members.map { original[$0] }
            let isOwn = zip(plain, own).allSatisfy { abs($0 - $1) <= Float(FeatureConstraints.tolerance) }
            let values = isOwn ? own : plain
            let isAllowed = zip(members, values).allSatisfy { member, value in
                domain.nearest(member, to: Double(value)) == value
                    && abs(Double(value) - Double(original[member])) <= allowance
            }
            return isAllowed ? values : nil
        }
        return Group(members: members, choices: choices)
    }

    /// Whether a row is inside the ball.
    func fits(_ point: [Float]) -> Bool { norm.distance(point, original) <= allowance }

    /// The value of a feature, which is in no group, nearest to another one; inside the ball for Linf.
    func nearest(_ feature: Int, to value: Double) -> Float {
        domain.nearest(feature, to: value, from: reach.lower[feature], through: reach.upper[feature])
            ?? original[feature]
    }

    /// What is wanted, as finite numbers; nil where there is nothing to find.
    func target(_ candidate: [Float]) -> [Double]? {
        guard isPossible else { return nil }
        return zip(candidate, original).map { wanted, own in
            let largest = Double(Float.greatestFiniteMagnitude)
            if wanted.isNaN { return own.isNaN ? 0 : Double(own) }
            return min(max(-largest, Double(wanted)), largest)
        }
    }
}
