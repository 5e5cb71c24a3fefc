import BulwarkModels
import BulwarkTensors

/// One sample and some trees: which rows may be made of it, and what has to be said of them.
struct TreeProblem: Sendable {
    let trees: DecisionTrees
    let domain: FeatureDomain
    let norm: Norm
    /// Whether one class has to win against all others, or any other against one.
    let needsAll: Bool
    /// Who has to win against whom.
    let contests: [(winner: Int, loser: Int)]
    /// For each leaf and contest by how much more it adds to the winner's score.
    let leads: [Double]
    /// What leads begin with.
    let baseLeads: [Double]
    /// Nothing farther away is looked for.
    let reach: Double
    private let groups: TreeGroups
    /// What relations between features leave of the rows; nil if there are none.
    private let related: ConstrainedBall?

    var input: [Float] { domain.original }

    /// A question.
    ///
    /// - Parameters:
    ///   - trees: The trees.
    ///   - aim: What has to be said.
    ///   - input: The sample.
    ///   - threat: Norm and largest distance that is of interest.
    ///   - box: The values that features may be given.
    ///   - constraints: What rows have to satisfy besides.
    init(
        _ trees: DecisionTrees,
        _ aim: Aim,
        around input: [Float],
        _ threat: ThreatModel,
        box: Box,
        _ constraints: FeatureConstraints?
    ) {
        self.trees = trees
        let domain =
            constraints.map { FeatureDomain($0, around: input, in: box) }
            ?? FeatureDomain(around: input, in: box)
        self.domain = domain
        norm = threat.norm
        reach = threat.allowance(around: input)
        groups = TreeGroups(constraints?.groups ?? [], domain, trees, threat.norm)
        related = constraints.flatMap { constraints in
            guard constraints.hasRelations else { return nil }
            return ConstrainedBall(constraints, around: input, threat: threat, box: box)
        }
        let classes = 0..<trees.classCount
        let contests: [(winner: Int, loser: Int)]
        switch aim {
        case .anythingBut(let truth):
            contests = classes.filter { $0 != truth }.map { ($0, truth) }
            needsAll = false
        case .exactly(let target, _):
            contests = classes.filter { $0 != target }.map { (target, $0) }
            needsAll = true
        }
        self.contests = contests
        baseLeads = contests.map { trees.base[$0.winner] - trees.base[$0.loser] }
        leads = (0..<trees.leafCount).flatMap { leaf in
            contests.map { contest in
                trees.leafScores[leaf * trees.classCount + contest.winner]
                    - trees.leafScores[leaf * trees.classCount + contest.loser]
            }
        }
    }

    /// How far a row is from the sample.
    func distance(_ row: [Float]) -> Double { norm.distance(row, input) }

    /// The value in some neighbouring cells that is nearest to the sample's; nil if there is none.
    func nearest(_ feature: Int, from first: Int32, through last: Int32) -> Float? {
        if groups.contains(feature) { return groups.nearest(feature, from: first, through: last) }
        let (lower, upper) = trees.values(feature, from: first, through: last)
        return domain.nearest(feature, to: Double(input[feature]), from: lower, through: upper)
    }

    /// Everything that the features may be given; nil if one has no value.
    var everything: TreeRegion? {
        var region = TreeRegion(first: [], last: [], row: [])
        for feature in input.indices {
            guard domain.lower[feature] <= domain.upper[feature] else { return nil }
            let first = trees.cell(of: domain.lower[feature], feature: feature)
            let last = trees.cell(of: domain.upper[feature], feature: feature)
            guard let value = nearest(feature, from: first, through: last) else { return nil }
            region.first.append(first)
            region.last.append(last)
            region.row.append(value)
        }
        return groups.settle(&region, only: nil) ? region : nil
    }

    /// Whether the relations between features, if there are some, hold at a row.
    func isRelated(_ row: [Float]) -> Bool { related?.holds(row) ?? true }

    /// The row itself, or one near it at which the relations between features hold; nil if none was found.
    func relatedRow(near row: [Float]) -> [Float]? {
        guard let related, !related.holds(row) else { return row }
        return related.project(row)
    }

    /// Whether a feature is in a group of which one is 1.
    func isGrouped(_ feature: Int) -> Bool { groups.contains(feature) }

    /// Gives the group that a feature is in, if any, the values that are best in a region; false if it has
    /// none.
    func settle(_ region: inout TreeRegion, after feature: Int) -> Bool {
        !groups.contains(feature) || groups.settle(&region, only: feature)
    }

    /// By how much each contest's winner leads at a row, by its cells.
    func leads(at cells: [Int32]) -> [Double] {
        var sums = baseLeads
        for root in trees.roots {
            let first = trees.leaf(of: root, cells) * contests.count
            for index in contests.indices { sums[index] += leads[first + index] }
        }
        return sums
    }

    /// Whether the aim may be reached where the leads are these, or nowhere larger.
    func mayReach(_ leads: [Double]) -> Bool {
        func mayWin(_ index: Int) -> Bool {
            let contest = contests[index]
            return trees.precision.mayWin(contest.winner, over: contest.loser, by: leads[index])
        }
        return needsAll ? contests.indices.allSatisfy(mayWin) : contests.indices.contains(where: mayWin)
    }

    /// Whether the aim is sure to be reached where the leads are these.
    func isSureToReach(_ leads: [Double]) -> Bool {
        needsAll
            ? leads.allSatisfy(trees.precision.isSureToWin)
            : leads.contains(where: trees.precision.isSureToWin)
    }
}

/// A box of cells, with its row nearest to the sample.
struct TreeRegion: Sendable {
    /// The first and the last cell of each feature.
    var first: [Int32]
    var last: [Int32]
    var row: [Float]

    /// Leaves some cells of a feature; false if it has no value in them.
    mutating func narrow(_ feature: Int, from low: Int32, through high: Int32, _ problem: TreeProblem) -> Bool
    {
        first[feature] = max(first[feature], low)
        last[feature] = min(last[feature], high)
        guard first[feature] <= last[feature],
            let value = problem.nearest(feature, from: first[feature], through: last[feature])
        else { return false }
        row[feature] = value
        return problem.settle(&self, after: feature)
    }
}
