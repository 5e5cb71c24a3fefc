import BulwarkTensors

/// What the features of a table must satisfy for a row to be possible at all, whoever changes it.
///
/// Simonetto, Dyrmishi, Ghamizi, Cordy and Le Traon, "A unified framework for adversarial attack and defense
/// in constrained feature space" (IJCAI 2022), section 3, have the same kinds: features that cannot change,
/// boundaries, types, and relations between features. A set that exists fits its table: the features are
/// there, the numbers make sense, and no two constraints of a kind are for the same feature.
public struct FeatureConstraints: Sendable, Equatable {
    /// The name of each feature; "feature 3" where there are no names.
    public let names: [String]
    /// Whether each feature keeps its value.
    public let isImmutable: [Bool]
    /// The positions of the features of which, group by group, one is 1 and the others are 0.
    public let groups: [[Int]]
    let lattices: [Lattice?]
    let lower: [Float]
    let upper: [Float]
    let directions: [ConstraintDocument.Direction.Way?]
    let relations: [LinearRelation]

    /// How far a value may be off, relative to its magnitude, and still count as what it should be.
    public static let tolerance = 1e-6

    /// The number of features.
    public var featureCount: Int { names.count }

    /// Whether every constraint is about one feature alone.
    public var isSeparable: Bool { groups.isEmpty && relations.isEmpty }

    /// Whether some constraint is about a weighted sum of features.
    public var hasRelations: Bool { !relations.isEmpty }

    /// Constraints for a table, checked.
    ///
    /// - Parameters:
    ///   - document: The constraints as stated.
    ///   - featureCount: The number of features of the table.
    ///   - names: The names of the features, if the data have them.
    /// - Throws: `ConstraintError`, which names the feature.
    public init(
        _ document: ConstraintDocument,
        featureCount: Int,
        names: [String]? = nil
    ) throws(ConstraintError) {
        let table = try FeatureNames(document.features, names, count: featureCount)
        self.names = table.shown
        isImmutable = try table.marks(document.immutable)
        lattices = try table.lattices(document.integer)
        (lower, upper) = try table.limits(document.range, lattices)
        directions = try table.directions(document.monotone)
        groups = try table.groups(document.oneHot)
        relations = try table.relations(document.linear)
    }

    /// A box with the ends that the constraints state, and those of another box where they state none; members
    /// of groups go from 0 to 1.
    ///
    /// - Parameter bounds: Values that certainly are in the box, as those that occur in the data.
    /// - Returns: One interval for each feature, no smaller than in `bounds`.
    public func box(besides bounds: Bounds) -> Bounds {
        let box = Box(bounds, count: featureCount)
        let ends = Float.greatestFiniteMagnitude
        let isMember = Set(groups.joined())
        return Bounds(
            lower: names.indices.map { index in
                if lower[index] > -ends { return min(lower[index], box.lower[index]) }
                return isMember.contains(index) ? min(0, box.lower[index]) : box.lower[index]
            },
            upper: names.indices.map { index in
                if upper[index] < ends { return max(upper[index], box.upper[index]) }
                return isMember.contains(index) ? max(1, box.upper[index]) : box.upper[index]
            }
        )
    }

    /// Whether a row satisfies all constraints, seen from the row that it was made of.
    ///
    /// - Parameters:
    ///   - candidate: The changed row.
    ///   - original: The row before the change.
    ///   - tolerance: How far a value may be off, relative to its magnitude or to 1 if that is larger; for a
    ///     linear relation, relative to the magnitudes that are added up.
    /// - Returns: Whether there is no violation.
    public func isSatisfied(
        _ candidate: [Float],
        around original: [Float],
        tolerance: Double = Self.tolerance
    ) -> Bool {
        violations(of: candidate, around: original, tolerance: tolerance).isEmpty
    }

    /// The constraints that a row does not satisfy; of a row and itself, those that the data break.
    ///
    /// - Parameters:
    ///   - candidate: The changed row.
    ///   - original: The row before the change.
    ///   - tolerance: As in `isSatisfied`.
    /// - Returns: The violations, by feature, then by group, then by relation.
    public func violations(
        of candidate: [Float],
        around original: [Float],
        tolerance: Double = Self.tolerance
    ) -> [ConstraintViolation] {
        precondition(candidate.count == featureCount && original.count == featureCount, "rows of the table")
        var found: [ConstraintViolation] = []
        for (index, value) in candidate.enumerated() {
            found += violations(of: index, value, original[index], tolerance)
        }
        for group in groups {
            let values = group.map { Double(candidate[$0]) }
            let isOneHot =
                values.allSatisfy { min(abs($0), abs($0 - 1)) <= tolerance }
                && values.count { abs($0 - 1) <= tolerance } == 1
            if !isOneHot { found.append(.notOneHot(features: group.map { names[$0] })) }
        }
        for (index, relation) in relations.enumerated() {
            // Not "greater": NaN satisfies nothing.
            let holds = relation.relativeExcess(candidate) <= tolerance
            if !holds { found.append(.relation(index)) }
        }
        return found
    }

    private func violations(
        of index: Int,
        _ value: Float,
        _ original: Float,
        _ tolerance: Double
    ) -> [ConstraintViolation] {
        let (name, room) = (names[index], tolerance * max(1, abs(Double(value))))
        let change = Double(value) - Double(original)
        var found: [ConstraintViolation] = []
        if isImmutable[index], !(abs(change) <= room) { found.append(.changed(feature: name)) }
        if let lattice = lattices[index], !lattice.contains(value, tolerance: tolerance) {
            found.append(.betweenSteps(feature: name))
        }
        if !(Double(lower[index]) - Double(value) <= room && Double(value) - Double(upper[index]) <= room) {
            found.append(.outOfRange(feature: name))
        }
        switch directions[index] {
        case .rising where !(change >= -room), .falling where !(change <= room):
            found.append(.wrongDirection(feature: name))
        default: break
        }
        return found
    }

    /// A row near another that satisfies all constraints and lies in the ball and the box; nil if none was
    /// found.
    ///
    /// Where the constraints are about features alone, or about groups of which one is 1, the nearest such row
    /// in the Euclidean sense is found for the norm Linf; for the other norms it is if, besides, values are
    /// not confined to steps or groups. With linear relations the search is a heuristic (`ConstrainedBall`),
    /// which finds the original if nothing else, as long as that satisfies the constraints itself.
    ///
    /// - Parameters:
    ///   - candidate: The row to move; anything, NaN included.
    ///   - original: The row that was to be changed.
    ///   - threat: Norm and radius of the ball.
    ///   - box: The values that features may have besides.
    /// - Returns: A row, or nil.
    public func project(
        _ candidate: [Float],
        around original: [Float],
        threat: ThreatModel,
        box: Box
    ) -> [Float]? {
        ConstrainedBall(self, around: original, threat: threat, box: box).project(candidate)
    }
}
