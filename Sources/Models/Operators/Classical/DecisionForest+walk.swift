import BulwarkTensors

extension DecisionForest {
    /// How the votes for a target become its score.
    public enum Aggregate: String, Sendable, CaseIterable {
        /// Their sum.
        case sum = "SUM"
        /// Their sum, divided by the number of trees.
        case average = "AVERAGE"
        /// The smallest.
        case minimum = "MIN"
        /// The largest.
        case maximum = "MAX"
    }

    /// The score of every target for some samples; 0 where nothing votes.
    ///
    /// - Parameters:
    ///   - samples: Rows of `width` features each, `width` at least `featureCount`.
    ///   - width: The number of features of a sample.
    ///   - aggregate: How votes become a score.
    /// - Returns: A row of `targetCount` scores for each sample.
    func scores(_ samples: Elements, width: Int, _ aggregate: Aggregate) -> [Double] {
        let rows = width == 0 ? 0 : samples.count / width
        switch aggregate {
        case .sum, .average:
            var sums = [Double](repeating: 0, count: rows * targetCount)
            add(samples, width: width, rows: rows, to: &sums)
            guard aggregate == .average else { return sums }
            let trees = Double(roots.count)
            return sums.map { $0 / trees }
        case .minimum: return extremes(samples, width: width, rows: rows, start: .infinity, min)
        case .maximum: return extremes(samples, width: width, rows: rows, start: -.infinity, max)
        }
    }

    /// Adds up the votes: tree by tree, so that a tree stays in the cache while all samples walk it.
    private func add(_ samples: Elements, width: Int, rows: Int, to sums: inout [Double]) {
        for root in roots {
            for row in 0..<rows {
                let leaf = leaf(from: root, samples, row * width)
                for vote in Int(leaf.first)..<Int(leaf.second) {
                    sums[row * targetCount + Int(voteTargets[vote])] += Double(voteWeights[vote])
                }
            }
        }
    }

    private func extremes(
        _ samples: Elements,
        width: Int,
        rows: Int,
        start: Double,
        _ better: (Double, Double) -> Double
    ) -> [Double] {
        var best = [Double](repeating: start, count: rows * targetCount)
        for root in roots {
            for row in 0..<rows {
                let leaf = leaf(from: root, samples, row * width)
                for vote in Int(leaf.first)..<Int(leaf.second) {
                    let position = row * targetCount + Int(voteTargets[vote])
                    best[position] = better(best[position], Double(voteWeights[vote]))
                }
            }
        }
        // Votes are finite: what still is infinite nothing voted for.
        return best.map { $0.isFinite ? $0 : 0 }
    }

    /// The leaf that the sample whose features begin at `start` gets to.
    @inline(__always)
    private func leaf(from root: Int32, _ samples: Elements, _ start: Int) -> FlatNode {
        isPlain ? plainLeaf(from: root, samples, start) : anyLeaf(from: root, samples, start)
    }

    @inline(__always)
    private func plainLeaf(from root: Int32, _ samples: Elements, _ start: Int) -> FlatNode {
        var node = nodes[Int(root)]
        while node.feature >= 0 {
            let isTrue = samples[start &+ Int(node.feature)] <= node.threshold
            node = nodes[Int(isTrue ? node.first : node.second)]
        }
        return node
    }

    private func anyLeaf(from root: Int32, _ samples: Elements, _ start: Int) -> FlatNode {
        var position = Int(root)
        while true {
            let node = nodes[position]
            guard node.feature >= 0 else { return node }
            let feature = samples[start + Int(node.feature)]
            let isTrue =
                rules[position].holds(feature, node.threshold)
                || missingIsTrue[position] && feature.isNaN
            position = Int(isTrue ? node.first : node.second)
        }
    }

    /// Whether every sample gets a vote for a target from at least one tree.
    func alwaysVotes(for target: Int) -> Bool {
        var silent = [Bool](repeating: false, count: roots.count)
        for (node, tree) in zip(nodes, trees) where node.isLeaf {
            let votes = voteTargets[Int(node.first)..<Int(node.second)]
            if !votes.contains(Int32(target)) { silent[Int(tree)] = true }
        }
        return silent.contains(false)
    }
}

extension DecisionForest.Rule {
    /// Whether a feature passes.
    @inline(__always)
    func holds(_ feature: Float, _ threshold: Float) -> Bool {
        switch self {
        case .lessOrEqual: feature <= threshold
        case .less: feature < threshold
        case .greaterOrEqual: feature >= threshold
        case .greater: feature > threshold
        case .equal: feature == threshold
        case .notEqual: feature != threshold
        }
    }
}
