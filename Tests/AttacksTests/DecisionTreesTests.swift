import BulwarkAttacks
import BulwarkModels
import BulwarkTensors
import TestSupport
import Testing

struct DecisionTreesTests {
    /// The sums of the leaves rank the classes as the model does, on thresholds and beside them.
    @Test(arguments: RandomTrees.Form.allCases)
    func sumsRankLikeTheModel(form: RandomTrees.Form) throws {
        for seed in 0..<10 {
            let model = try RandomTrees(form, seed: seed)
            for row in model.rows(40, seed: seed) + edges(model, seed: seed) {
                let (scores, label) = (model.trees.scores(of: row), try model.label(of: row))
                // Sums that tie may be off by a rounding; fine votes are never that close.
                let highest = (scores.max() ?? 0) - 1e-9
                #expect(scores[label] >= highest, "seed \(seed), row \(row), scores \(scores)")
                if form == .direct { #expect(scores.firstIndex { $0 == scores.max() } == label) }
            }
        }
    }

    private func edges(_ model: RandomTrees, seed: Int) -> [[Float]] {
        var random = SeededRandom(seed: UInt64(seed), stream: "edges")
        return (0..<40).map { _ in
            model.thresholds.map { list in
                let value = list.isEmpty ? 0 : list[Int(random.next() % UInt64(list.count))]
                return [value.nextDown, value, value.nextUp][Int(random.next() % 3)]
            }
        }
    }

    static let understood = [
        "sklearn-tree", "sklearn-forest-names", "sklearn-forest-two-classes", "sklearn-boosting",
        "sklearn-boosting-two-classes", "sklearn-histogram-boosting", "sklearn-scaled-forest",
        "sklearn-scaled-boosting", "sklearn-scaled-histogram-boosting", "sklearn-columns-extra-trees",
    ]

    /// Models as scikit-learn's converter writes them: labels agree, and what is found is checked on them.
    @Test(arguments: understood)
    func modelsFromFilesAreAttacked(name: String) throws {
        let graph = try ClassifierVectors.graph(name)
        let trees = try DecisionTrees(graph)
        let model = ScoreClassifier(graph, backend: ReferenceBackend(), execution: Execution(threads: 1))
        let inputs = try ClassifierVectors.expected(name).tensor(named: "x")
        let labels = try model.labels(for: inputs)
        for row in 0..<inputs.rowCount {
            let input = (0..<inputs.rowSize).map { inputs[row * inputs.rowSize + $0] }
            guard input.allSatisfy(\.isFinite) else { continue }
            let scores = trees.scores(of: input)
            #expect(scores[labels[row]] == scores.max())
            let threat = ThreatModel(norm: .l2, epsilon: .infinity, bounds: Bounds(-10000, 10000))
            let limits = TreeSearchLimits(maximumRegions: 2000)
            let attack = TreeEnsembleAttack(threat: threat, trees: trees, limits: limits)
            let found = try attack.bounds(for: input, aim: .anythingBut(labels[row])) {
                try model.labels(for: Tensor([1, input.count], $0))[0] != labels[row]
            }
            let point = try #require(found.point)
            #expect(found.lower <= found.upper && found.upper == Norm.l2.distance(point, input))
            #expect(found.isExact, "\(found.lower) to \(found.upper) after \(found.regions) regions")
        }
    }

    @Test(arguments: [
        "sklearn-bagging", "sklearn-adaboost", "sklearn-stacking", "sklearn-logistic-names", "torch-mlp",
    ])
    func otherModelsAreRefused(name: String) throws {
        let graph = try ClassifierVectors.graph(name)
        #expect(throws: TreeError.self) { try DecisionTrees(graph) }
    }

    private static let stump: [DecisionForest.Node] = [
        .branch(.init(feature: 0, threshold: 0.5, whenTrue: 1, whenFalse: 2)),
        .leaf([.init(target: 0, weight: 0.25), .init(target: 1, weight: 0.75)]),
        .leaf([.init(target: 0, weight: 0.75), .init(target: 1, weight: -0.75)]),
    ]

    private func classifier(
        _ nodes: [DecisionForest.Node] = stump,
        roots: [Int] = [0],
        aggregate: DecisionForest.Aggregate = .sum,
        features: Int = 1,
        before: (any Operator)? = nil,
        after: (any Operator)? = nil
    ) throws -> ClassifierGraph {
        var builder = GraphBuilder()
        var value = try builder.input("x", [.batch, Dimension(constant: features)])
        if let before { value = try builder.apply(before, to: [value], name: "before") }
        let forest = try DecisionForest(nodes: nodes, roots: roots, targetCount: 2)
        value = try builder.apply(TreeEnsemble(forest, aggregate: aggregate), to: [value], name: "trees")
        if let after { value = try builder.apply(after, to: [value], name: "after") }
        return try ClassifierGraph(builder.graph(outputs: [value]))
    }

    @Test func whatIsNotUnderstoodIsNamed() throws {
        #expect(throws: TreeError.changedFeatures(node: "before", type: "Relu")) {
            try DecisionTrees(classifier(before: Relu()))
        }
        #expect(throws: TreeError.unsupportedOperator(node: "after", type: "Relu")) {
            try DecisionTrees(classifier(after: Relu()))
        }
        // A logarithm of votes that may be negative is no number.
        #expect(throws: TreeError.mergesScores(node: "after", type: "Log")) {
            try DecisionTrees(classifier(after: Log()))
        }
        #expect(throws: TreeError.mergesScores(node: "after", type: "Clip")) {
            try DecisionTrees(classifier(after: Clip(lower: 0, upper: 1)))
        }
        let two =
            Self.stump
            + Self.stump.map { node -> DecisionForest.Node in
                guard case .branch(var branch) = node else { return node }
                (branch.whenTrue, branch.whenFalse) = (4, 5)
                return .branch(branch)
            }
        #expect(throws: TreeError.aggregate(node: "trees", name: "MIN")) {
            try DecisionTrees(classifier(two, roots: [0, 3], aggregate: .minimum))
        }
        #expect(try DecisionTrees(classifier(aggregate: .minimum)).treeCount == 1)
    }

    /// `SOFTMAX_ZERO` puts a score of zero below a negative one, so sums do not tell its label; `PROBIT` has
    /// no values outside 0 to 1.
    @Test func postTransformsThatChangeTheOrderAreRefused() throws {
        for transform in [SoftmaxOfNonzero(columns: 2), Probit(columns: 2)] as [any Operator] {
            #expect(throws: TreeError.self) { try DecisionTrees(classifier(after: transform)) }
        }
        let scores = Tensor([1, 2], [0, -1])
        let transformed = SoftmaxOfNonzero(columns: 2).value(of: [scores], shape: [1, 2])
        #expect(scores.argmax(ofRow: 0) == 0 && transformed.argmax(ofRow: 0) == 1)
    }

    /// Columns that are picked and put side by side are followed back to the input.
    @Test func theFeaturesOfTreesAreThoseOfTheInput() throws {
        let gather = Gather(axis: 1, indices: [2, 0])
        let trees = try DecisionTrees(classifier(features: 3, before: gather))
        #expect(trees.thresholds == [[], [], [0.5]])
        #expect(trees.scores(of: [9, 9, 0]) == [0.25, 0.75])
        #expect(trees.scores(of: [0, 0, 9]) == [0.75, -0.75])
    }

    /// Nodes that are shared make more paths than can be listed; the search goes on without a list.
    @Test func morePathsThanCanBeListedAreNoProblem() throws {
        let count = 40
        var nodes = (0..<count).map { feature -> DecisionForest.Node in
            .branch(.init(feature: feature, threshold: 0.5, whenTrue: feature + 1, whenFalse: feature + 1))
        }
        nodes += [
            .branch(.init(feature: count, threshold: 0.5, whenTrue: count + 1, whenFalse: count + 2)),
            .leaf([.init(target: 0, weight: 1), .init(target: 1, weight: 0)]),
            .leaf([.init(target: 0, weight: 0), .init(target: 1, weight: 1)]),
        ]
        let graph = try classifier(nodes, features: count + 1)
        let model = ScoreClassifier(graph, backend: ReferenceBackend(), execution: Execution(threads: 1))
        let attack = TreeEnsembleAttack(
            threat: ThreatModel(norm: .l1, epsilon: .infinity, bounds: Bounds(0, 1)),
            trees: try DecisionTrees(graph),
            limits: TreeSearchLimits(maximumRegions: 200)
        )
        let row = [Float](repeating: 0.25, count: count + 1)
        let found = try attack.bounds(for: row, aim: .anythingBut(0)) {
            try model.labels(for: Tensor([1, count + 1], $0))[0] != 0
        }
        #expect(found.lower <= Double(Float(0.5).nextUp - 0.25) && found.upper >= 0.25)
    }
}
