import BulwarkModels

/// What a value of a model is made of, as far as extracting trees understands it.
enum TreeMeaning {
    /// Features of the row, and what was done to each.
    case columns([TreeColumn])
    /// Weighted votes of trees.
    case scores(TreeScoreForm)
}

/// Scores that are weighted sums of the votes of trees, perhaps with a rising function of each behind them.
struct TreeScoreForm {
    /// The votes of one forest, with what each target counts for each score.
    struct Part {
        let forest: DecisionForest
        let aggregate: DecisionForest.Aggregate
        let columns: [TreeColumn]
        /// A row for each score, a column for each target.
        var weights: [[Double]]
    }

    var parts: [Part]
    /// What is added to each score.
    var base: [Double]
    var blur = ScoreBlur()
    /// Whether a function stands behind the sums, so that they no longer add up.
    var isRanked = false
    /// Whether a limit keeps them above 0, wherever the sums go.
    var isPositive = false

    /// The scores that a forest itself gives.
    init(_ forest: DecisionForest, _ aggregate: DecisionForest.Aggregate, columns: [TreeColumn]) {
        let share = aggregate == .average ? 1 / Double(forest.treeCount) : 1
        let weights = (0..<forest.targetCount).map { score in
            (0..<forest.targetCount).map { $0 == score ? share : 0 }
        }
        parts = [Part(forest: forest, aggregate: aggregate, columns: columns, weights: weights)]
        base = Array(repeating: 0, count: forest.targetCount)
    }

    /// The number of scores.
    var width: Int { base.count }

    /// New scores that are weighted sums of these.
    ///
    /// - Parameters:
    ///   - matrix: A row for each new score.
    ///   - offsets: What is added to each.
    mutating func mix(_ matrix: [[Double]], base offsets: [Double]) {
        func product(_ row: [Double], _ column: (Int) -> Double) -> Double {
            row.indices.reduce(0) { row[$1] == 0 ? $0 : $0 + row[$1] * column($1) }
        }
        for index in parts.indices {
            let old = parts[index].weights
            parts[index].weights = matrix.map { row in
                (old.first ?? []).indices.map { target in product(row) { old[$0][target] } }
            }
        }
        let old = base
        base = zip(matrix, offsets).map { row, offset in product(row) { old[$0] } + offset }
    }

    /// The scores one by one multiplied and moved.
    mutating func scale(_ factors: [Double], base offsets: [Double]) {
        let matrix = factors.indices.map { row in
            factors.indices.map { $0 == row ? factors[row] : 0 }
        }
        mix(matrix, base: offsets)
    }

    /// The trees, with scores for leaves.
    func builder() -> TreeBuilder {
        var builder = TreeBuilder(classCount: width)
        for part in parts {
            builder.add(part.forest, columns: part.columns) { votes in
                let targets = part.targets(votes)
                return part.weights.map { row in
                    row.indices.reduce(0) { row[$1] == 0 ? $0 : $0 + row[$1] * targets[$1] }
                }
            }
        }
        return builder
    }

    /// The smallest value that each score can have.
    var smallestScores: [Double] {
        zip(builder().ranges(width) { $1[$1.startIndex + $0] }, base).map { $0.least + $1 }
    }

    /// The smallest value that the mean of two scores can have.
    func smallestMean(_ first: Int, _ second: Int) -> Double {
        let range = builder().ranges(1) { _, scores in
            (scores[scores.startIndex + first] + scores[scores.startIndex + second]) / 2
        }
        return range[0].least + (base[first] + base[second]) / 2
    }
}

extension TreeScoreForm.Part {
    /// What a leaf says of each target.
    ///
    /// The smallest and the largest vote are asked for of single trees only, where 0 stands for no vote.
    fileprivate func targets(_ votes: [DecisionForest.Vote]) -> [Double] {
        (0..<forest.targetCount).map { target in
            let weights = votes.filter { $0.target == target }.map { Double($0.weight) }
            switch aggregate {
            case .sum, .average: return weights.reduce(0, +)
            case .minimum: return weights.min() ?? 0
            case .maximum: return weights.max() ?? 0
            }
        }
    }
}
