/// For each leaf of each tree the cells that lead to it, as far as they are not all cells of a feature.
struct LeafBoxes: Sendable {
    /// What a path asks of one feature.
    struct Side: Sendable, Equatable {
        let feature: Int32
        /// The first and the last cell.
        let first: Int32
        let last: Int32
    }

    /// The paths of each tree, and the sides of each path, by feature.
    let trees: [Range<Int>]
    private let starts: [Int]
    private let sides: [Side]
    /// The leaf at the end of each path.
    let leaves: [Int]

    /// The most questions on all paths together; trees whose nodes are shared can have far more paths than
    /// nodes.
    private static let maximumQuestions = 1 << 23

    /// What a path asks.
    func sides(of path: Int) -> ArraySlice<Side> { sides[starts[path]..<starts[path + 1]] }

    /// The paths of trees; nil if there are too many.
    ///
    /// - Parameters:
    ///   - nodes: The nodes of all trees.
    ///   - roots: The first node of each tree.
    ///   - cells: The number of the last cell of each feature.
    init?(_ nodes: [DecisionTrees.Node], roots: [Int32], cells: [Int32]) {
        /// What is left to do: to look at a node, or to set the cells of a feature.
        enum Step {
            case visit(Int32)
            case enter(Int32, Int32, Int32)
            case leave(Int32, Int32, Int32)
        }
        var (trees, starts, sides, leaves): ([Range<Int>], [Int], [Side], [Int]) = ([], [0], [], [])
        var first = [Int32](repeating: 0, count: cells.count)
        var last = cells
        var asked: [Int32] = []
        var work = 0
        for root in roots {
            let begin = leaves.count
            var steps: [Step] = [.visit(root)]
            while let step = steps.popLast() {
                switch step {
                case .enter(let feature, let low, let high):
                    (first[Int(feature)], last[Int(feature)]) = (low, high)
                    asked.append(feature)
                case .leave(let feature, let low, let high):
                    (first[Int(feature)], last[Int(feature)]) = (low, high)
                    asked.removeLast()
                case .visit(let position):
                    let node = nodes[Int(position)]
                    work += node.isLeaf ? asked.count + 1 : 1
                    guard work <= Self.maximumQuestions else { return nil }
                    if node.isLeaf {
                        for feature in Set(asked).sorted() {
                            let (low, high) = (first[Int(feature)], last[Int(feature)])
                            sides.append(Side(feature: feature, first: low, last: high))
                        }
                        starts.append(sides.count)
                        leaves.append(Int(node.cell))
                        continue
                    }
                    let (low, high) = (first[Int(node.feature)], last[Int(node.feature)])
                    // What was pushed last is done first.
                    if high > node.cell {
                        steps.append(.leave(node.feature, low, high))
                        steps.append(.visit(node.above))
                        steps.append(.enter(node.feature, max(low, node.cell + 1), high))
                    }
                    if low <= node.cell {
                        steps.append(.leave(node.feature, low, high))
                        steps.append(.visit(node.below))
                        steps.append(.enter(node.feature, low, min(high, node.cell)))
                    }
                }
            }
            trees.append(begin..<leaves.count)
        }
        (self.trees, self.starts, self.sides, self.leaves) = (trees, starts, sides, leaves)
    }
}
