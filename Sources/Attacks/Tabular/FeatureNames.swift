/// Looks up the features that a document mentions, and checks what it says of them.
struct FeatureNames {
    /// A name for messages.
    let shown: [String]
    private let positions: [String: [Int]]

    /// - Throws: `ConstraintError` if document and data do not have the same features in the same order.
    init(_ document: [String]?, _ data: [String]?, count: Int) throws(ConstraintError) {
        for names in [document, data].compactMap({ $0 }) where names.count != count {
            throw .featureCount(expected: names.count, found: count)
        }
        if let document, let data {
            for (position, pair) in zip(document, data).enumerated() where pair.0 != pair.1 {
                throw .otherFeature(position: position, document: pair.0, data: pair.1)
            }
        }
        let names = document ?? data
        shown = (0..<count).map { position in names.map { "\"\($0[position])\"" } ?? "feature \(position)" }
        positions = Dictionary(grouping: names?.indices.map { $0 } ?? [], by: { names?[$0] ?? "" })
    }

    private func position(_ reference: FeatureReference) throws(ConstraintError) -> Int {
        switch reference {
        case .index(let index):
            guard shown.indices.contains(index) else {
                throw .noSuchPosition(index, featureCount: shown.count)
            }
            return index
        case .name(let name):
            guard let found = positions[name] else { throw .unknownFeature(name) }
            guard found.count == 1 else { throw .ambiguousFeature(name) }
            return found[0]
        }
    }

    /// For each feature what a list says of it.
    private func table<Item, Value>(
        _ items: [Item],
        _ kind: String,
        feature: (Item) -> FeatureReference,
        value: (Item, String) throws(ConstraintError) -> Value
    ) throws(ConstraintError) -> [Value?] {
        var result = [Value?](repeating: nil, count: shown.count)
        for item in items {
            let position = try position(feature(item))
            guard result[position] == nil else { throw .repeated(feature: shown[position], kind: kind) }
            result[position] = try value(item, shown[position])
        }
        return result
    }

    func marks(_ features: [FeatureReference]) throws(ConstraintError) -> [Bool] {
        try table(features, "immutable", feature: { $0 }) { _, _ throws(ConstraintError) in true }
            .map { $0 ?? false }
    }

    func lattices(_ spacings: [ConstraintDocument.Spacing]) throws(ConstraintError) -> [Lattice?] {
        try table(spacings, "integer", feature: \.feature) { spacing, name throws(ConstraintError) in
            guard spacing.step > 0, spacing.step.isFinite, spacing.offset.isFinite else {
                throw .invalidNumber(feature: name, kind: "integer")
            }
            return Lattice(offset: spacing.offset, step: spacing.step)
        }
    }

    func limits(
        _ ranges: [ConstraintDocument.Limits],
        _ lattices: [Lattice?]
    ) throws(ConstraintError) -> (lower: [Float], upper: [Float]) {
        let found = try table(ranges, "range", feature: \.feature) { range, name throws(ConstraintError) in
            let (lower, upper) = (range.lower.map { Float($0) }, range.upper.map { Float($0) })
            guard lower?.isFinite ?? true, upper?.isFinite ?? true else {
                throw .invalidNumber(feature: name, kind: "range")
            }
            guard lower != nil || upper != nil else { throw .emptyRange(feature: name) }
            return (lower ?? -.greatestFiniteMagnitude, upper ?? .greatestFiniteMagnitude)
        }
        for (position, range) in found.enumerated() {
            guard let (lower, upper) = range else { continue }
            let hasValue = lattices[position].map {
                $0.index(nearestTo: Double(lower), from: lower, through: upper) != nil
            }
            guard lower <= upper, hasValue ?? true else { throw .emptyRange(feature: shown[position]) }
        }
        return (
            found.map { $0?.0 ?? -.greatestFiniteMagnitude }, found.map { $0?.1 ?? .greatestFiniteMagnitude }
        )
    }

    func directions(
        _ directions: [ConstraintDocument.Direction]
    ) throws(ConstraintError) -> [ConstraintDocument.Direction.Way?] {
        try table(directions, "monotone", feature: \.feature) { direction, _ throws(ConstraintError) in
            direction.direction
        }
    }

    func groups(_ groups: [[FeatureReference]]) throws(ConstraintError) -> [[Int]] {
        var seen: Set<Int> = []
        var result: [[Int]] = []
        for (number, group) in groups.enumerated() {
            guard group.count >= 2 else { throw .groupTooSmall(group: number) }
            var members: [Int] = []
            for reference in group {
                let position = try position(reference)
                guard seen.insert(position).inserted else { throw .inTwoGroups(feature: shown[position]) }
                members.append(position)
            }
            result.append(members)
        }
        return result
    }

    func relations(_ relations: [ConstraintDocument.Relation]) throws(ConstraintError) -> [LinearRelation] {
        var result: [LinearRelation] = []
        for (index, relation) in relations.enumerated() {
            let isSound = relation.terms.allSatisfy { $0.coefficient.isFinite && $0.coefficient != 0 }
            guard !relation.terms.isEmpty, isSound, relation.bound.isFinite else {
                throw .invalidRelation(index)
            }
            var features: [Int] = []
            for term in relation.terms {
                let position = try position(term.feature)
                guard !features.contains(position) else {
                    throw .repeated(feature: shown[position], kind: "linear")
                }
                features.append(position)
            }
            result.append(
                LinearRelation(
                    features: features,
                    coefficients: relation.terms.map(\.coefficient),
                    comparison: relation.relation,
                    bound: relation.bound
                )
            )
        }
        return result
    }
}
