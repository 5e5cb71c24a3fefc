extension DecisionForest {
    /// The nodes of all trees by the positions that they name each other by; thresholds are floats.
    package var allNodes: [Node] {
        nodes.indices.map { position in
            let node = nodes[position]
            let (first, second) = (Int(node.first), Int(node.second))
            if node.isLeaf {
                let votes = (first..<second).map {
                    Vote(target: Int(voteTargets[$0]), weight: voteWeights[$0])
                }
                return .leaf(votes)
            }
            let branch = Branch(
                feature: Int(node.feature),
                rule: rules[position],
                threshold: Double(node.threshold),
                missingIsTrue: missingIsTrue[position],
                whenTrue: first,
                whenFalse: second
            )
            return .branch(branch)
        }
    }

    /// The position of each tree's first node.
    package var rootPositions: [Int] { roots.map { Int($0) } }
}
