import BulwarkTensors

/// Groups of features of which one is 1 and the others are 0, as a search over cells sees them.
///
/// In a region a group takes one of the choices that the cells of all its members leave. Each is a block of its
/// own for the norm, so that the nearest row of a region is still found block by block.
struct TreeGroups: Sendable {
    private struct Group: Sendable {
        let members: [Int]
        /// The sample's values of the members.
        let own: [Float]
        /// The values that they may be given, the nearest to the sample's first.
        let choices: [[Float]]
        /// The cells that these are in.
        let cells: [[Int32]]
    }

    private let groups: [Group]
    /// For each feature its group and its place in it; nil outside of all groups.
    private let places: [(group: Int, place: Int)?]
    private let trees: DecisionTrees

    /// - Parameters:
    ///   - members: The features of each group.
    ///   - domain: The sample, and the values that its features may be given.
    ///   - trees: Whose cells count.
    ///   - norm: How distances are measured.
    init(_ members: [[Int]], _ domain: FeatureDomain, _ trees: DecisionTrees, _ norm: Norm) {
        self.trees = trees
        var places = [(group: Int, place: Int)?](repeating: nil, count: domain.original.count)
        groups = members.enumerated().map { number, members in
            for (place, member) in members.enumerated() { places[member] = (number, place) }
            let own = members.map { domain.original[$0] }
            let all = ConstrainedBall.group(members, domain, domain.original, allowance: .infinity).choices
            // Sorted by distance, and among equals by position.
            let choices = all.enumerated()
                .map { (distance: norm.distance($1, own), number: $0, values: $1) }
                .sorted { ($0.distance, $0.number) < ($1.distance, $1.number) }
                .map(\.values)
            let cells = choices.map { zip(members, $0).map { trees.cell(of: $1, feature: $0) } }
            return Group(members: members, own: own, choices: choices, cells: cells)
        }
        self.places = places
    }

    /// Whether a feature is in a group.
    func contains(_ feature: Int) -> Bool { places[feature] != nil }

    /// The value in some neighbouring cells that a member may be given, the nearest to the sample's; nil if
    /// there is none.
    func nearest(_ feature: Int, from first: Int32, through last: Int32) -> Float? {
        guard let (number, place) = places[feature] else { return nil }
        let group = groups[number]
        return group.choices.indices.filter { first...last ~= group.cells[$0][place] }
            .map { group.choices[$0][place] }
            .min { abs($0 - group.own[place]) < abs($1 - group.own[place]) }
    }

    /// Gives groups their nearest values in a region; false if one has none.
    ///
    /// - Parameters:
    ///   - region: The cells that are left; the row of the members is set.
    ///   - feature: A member of the group to settle; nil for all groups.
    /// - Returns: Whether all have values.
    func settle(_ region: inout TreeRegion, only feature: Int?) -> Bool {
        let numbers = feature.flatMap { places[$0].map { [$0.group] } } ?? Array(groups.indices)
        for number in numbers {
            let group = groups[number]
            let choice = group.choices.indices.first { choice in
                zip(group.members, group.cells[choice]).allSatisfy { member, cell in
                    region.first[member]...region.last[member] ~= cell
                }
            }
            guard let choice else { return false }
            for (member, value) in zip(group.members, group.choices[choice]) { region.row[member] = value }
        }
        return true
    }
}
