import BulwarkTensors

/// Decision trees that vote for classes (`TreeEnsembleClassifier` in `ai.onnx.ml`): a `TreeEnsemble` and what
/// makes probabilities of its scores.
enum TreeEnsembleClassifier {
    static func lower(_ node: ONNXNode, into lowering: inout ONNXLowering) throws -> [ImportedValue] {
        let labels = try ClassLabels(node, numbers: "classlabels_int64s", names: "classlabels_strings")
        let transform = try node.postTransform()
        let lists = try TreeLists(node)
        let voted = Set(try node.ints("class_ids") ?? [])
        let scores: ImportedValue
        if labels.count == 2, voted == [0] {
            // All votes are for one score, which is that of the second class.
            let base = try node.baseValues(count: 1)
            let ensemble = TreeEnsemble(try lists.forest(votes: "class", targetCount: 1))
            let isPositive = try (node.numbers("class_weights") ?? []).allSatisfy { $0 >= 0 }
            let score = try ensemble.scores(base, .none, node.step("score"), into: &lowering)
            let pair: TwoClassScores =
                transform == .logistic ? .sigmoids : isPositive ? .complementary : .opposite
            guard transform != .probit else { throw node.error("makes two classes of a single probit") }
            scores = try pair.applied(to: score, node, into: &lowering)
        } else {
            let base = try node.baseValues(count: labels.count)
            let forest = try lists.forest(votes: "class", targetCount: labels.count)
            if labels.count == 2 {
                // What ONNX Runtime answers otherwise depends on which leaves a sample gets to.
                guard forest.alwaysVotes(for: 1), base.isEmpty else {
                    throw node.error("has two classes, and not every sample gets a vote for the second")
                }
            }
            scores = try TreeEnsemble(forest).scores(base, transform, node, into: &lowering)
        }
        return try labels.outputs(scores: scores, node, into: &lowering)
    }
}
