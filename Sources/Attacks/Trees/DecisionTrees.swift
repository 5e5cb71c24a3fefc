/// Decision trees whose leaves add to the scores of classes, in the form that exact attacks need.
///
/// Every question is "is this feature at most this float?": whatever a model asks of finite floats can be said
/// so, with the float before or after its threshold. The thresholds of a feature cut its values into cells; a
/// row and another one whose values are in the same cells are the same to the trees.
public struct DecisionTrees: Sendable {
    /// The number of classes.
    public let classCount: Int
    /// The number of features of a row.
    public let featureCount: Int
    /// For each feature its thresholds, rising.
    public let thresholds: [[Float]]
    /// What every score begins with.
    public let base: [Double]

    /// A question or a leaf.
    struct Node: Sendable {
        /// The feature that is asked about; -1 for a leaf.
        var feature: Int32
        /// The last cell that goes below; of a leaf its number.
        var cell: Int32
        /// The node for values at most the threshold.
        var below: Int32
        /// The node for values above it.
        var above: Int32

        var isLeaf: Bool { feature < 0 }
    }

    let nodes: [Node]
    /// The first node of each tree.
    let roots: [Int32]
    /// For each leaf what it adds to the score of each class.
    let leafScores: [Double]
    let precision: ScorePrecision
    /// The cells that lead to each leaf; nil if there are too many paths to list them.
    let boxes: LeafBoxes?

    /// The number of trees.
    public var treeCount: Int { roots.count }
    /// The number of leaves in all trees.
    public var leafCount: Int { leafScores.count / classCount }

    init(_ builder: TreeBuilder, classCount: Int, featureCount: Int, base: [Double], _ blur: ScoreBlur) {
        let thresholds = builder.thresholds(featureCount: featureCount)
        let nodes = builder.nodes(thresholds)
        self.classCount = classCount
        self.featureCount = featureCount
        self.thresholds = thresholds
        self.base = base
        self.nodes = nodes
        roots = builder.roots
        leafScores = builder.leafScores
        precision = ScorePrecision(builder, base: base, blur)
        boxes = LeafBoxes(nodes, roots: builder.roots, cells: thresholds.map { Int32($0.count) })
    }

    /// The cell that a value is in: the number of thresholds below it.
    func cell(of value: Float, feature: Int) -> Int32 {
        let list = thresholds[feature]
        var (low, high) = (0, list.count)
        while low < high {
            let middle = (low + high) / 2
            if value <= list[middle] { high = middle } else { low = middle + 1 }
        }
        return Int32(low)
    }

    /// The cells of a row.
    func cells(of row: [Float]) -> [Int32] { row.indices.map { cell(of: row[$0], feature: $0) } }

    /// The smallest and the largest float of some neighbouring cells of a feature.
    func values(_ feature: Int, from first: Int32, through last: Int32) -> (lower: Float, upper: Float) {
        let list = thresholds[feature]
        return (
            first == 0 ? -.greatestFiniteMagnitude : list[Int(first) - 1].nextUp,
            Int(last) == list.count ? .greatestFiniteMagnitude : list[Int(last)]
        )
    }

    /// The leaf that a row gets to in a tree.
    func leaf(of root: Int32, _ cells: [Int32]) -> Int {
        var node = nodes[Int(root)]
        while !node.isLeaf {
            node = nodes[Int(cells[Int(node.feature)] <= node.cell ? node.below : node.above)]
        }
        return Int(node.cell)
    }

    /// The scores of a row as the trees' own sums, before whatever the model makes of them.
    ///
    /// - Parameter row: Finite features.
    /// - Returns: A score for each class.
    public func scores(of row: [Float]) -> [Double] {
        precondition(row.count == featureCount, "the row has \(featureCount) features")
        let cells = cells(of: row)
        var scores = base
        for root in roots {
            let first = leaf(of: root, cells) * classCount
            for label in 0..<classCount { scores[label] += leafScores[first + label] }
        }
        return scores
    }
}

/// How closely the scores of a model rank like the sums of its leaves.
///
/// A model rounds its sums to floats, and may compute more with them. Scores that differ by less than `width`
/// may come out equal, or the other way round.
struct ScorePrecision: Sendable, Equatable {
    /// Sums farther apart than this rank like the scores.
    let width: Double
    /// Whether a smaller or equal sum never gets the larger score.
    let isOrdered: Bool
    /// How much the order of adding up may change a sum.
    let summation: Double

    init(_ builder: TreeBuilder, base: [Double], _ blur: ScoreBlur) {
        let magnitude = builder.largestSum(base)
        summation = builder.addsExactly(base) ? 0 : magnitude * 0x1p-50 * Double(builder.roots.count + 1)
        width = blur.absolute + blur.relative * max(magnitude, blur.floor) + summation
        isOrdered = blur.isOrdered
    }

    /// Whether a class may get the label before another one when its sum is larger by `lead`.
    ///
    /// Of equal scores the first one counts.
    func mayWin(_ winner: Int, over loser: Int, by lead: Double) -> Bool {
        isOrdered && winner > loser ? lead > -summation : lead >= -width
    }

    /// Whether a class is sure to get the label before another one when its sum is larger by `lead`.
    func isSureToWin(by lead: Double) -> Bool { lead > width }
}

/// What a model does to sums behind its trees that may change how they rank.
struct ScoreBlur: Sendable, Equatable {
    /// How much scores are off, at most.
    var absolute = 0.0
    /// The same as a share of the largest sum, or of `floor` if that is larger.
    var relative = 0x1p-22
    var floor = 0.0
    /// Whether a smaller or equal sum never gets the larger score.
    var isOrdered = true
}
