import BulwarkAttacks
import BulwarkModels
import BulwarkOneDNN
import BulwarkTensors
import TestSupport
import Testing

/// Trees behind scalers: thresholds of the features themselves, to the last bit.
struct TreeScalingTests {
    /// What stands between the features and the trees.
    enum Scaler: String, CaseIterable {
        case standard, falling, minimumAndMaximum, divided, mirrored, negative, limited, picked

        /// The operators, applied to three features.
        func apply(
            to input: ValueID,
            _ builder: inout GraphBuilder,
            _ random: inout SeededRandom
        ) throws -> ValueID {
            func numbers(_ draw: (inout SeededRandom) -> Float) throws -> ValueID {
                let values = (0..<3).map { _ in draw(&random) }
                return try builder.parameter("number \(random.next())", Tensor([3], values))
            }
            func offset() throws -> ValueID { try numbers { 3 * $0.normal() } }
            func scale() throws -> ValueID { try numbers { 0.1 + 3 * $0.uniform() } }
            switch self {
            case .standard:
                let moved = try builder.apply(Sub(), to: [input, offset()])
                return try builder.apply(Mul(), to: [moved, scale()])
            case .falling:
                let opposite = try numbers { -0.1 - 3 * $0.uniform() }
                return try builder.apply(Mul(), to: [input, opposite])
            case .minimumAndMaximum:
                let stretched = try builder.apply(Mul(), to: [scale(), input])
                return try builder.apply(Add(), to: [stretched, offset()])
            case .divided:
                let moved = try builder.apply(Sub(), to: [input, offset()])
                return try builder.apply(Div(), to: [moved, scale()])
            case .mirrored: return try builder.apply(Sub(), to: [offset(), input])
            case .negative: return try builder.apply(Neg(), to: [input])
            case .limited:
                let scaled = try builder.apply(Mul(), to: [input, scale()])
                return try builder.apply(Clip(lower: -0.5, upper: 0.75), to: [scaled])
            case .picked:
                let first = try builder.apply(Gather(axis: 1, indices: [2, 0]), to: [input])
                let other = try builder.apply(Gather(axis: 1, indices: [1]), to: [input])
                let one = try builder.parameter("one", Tensor([1], [random.normal()]))
                let moved = try builder.apply(Add(), to: [first, one])
                return try builder.apply(Concat(axis: 1), to: [moved, other])
            }
        }
    }

    /// A forest of stumps behind a scaler, every leaf with a score of its own.
    private func graph(_ scaler: Scaler, seed: Int) throws -> ClassifierGraph {
        var random = SeededRandom(seed: UInt64(seed), stream: "scaled-\(scaler.rawValue)")
        var builder = GraphBuilder()
        let input = try builder.input("x", [.batch, 3])
        let columns = try scaler.apply(to: input, &builder, &random)
        var nodes: [DecisionForest.Node] = []
        var roots: [Int] = []
        for rule in DecisionForest.Rule.allCases {
            for feature in 0..<3 {
                let root = nodes.count
                roots.append(root)
                func leaf() -> DecisionForest.Node {
                    .leaf((0..<2).map { .init(target: $0, weight: random.normal()) })
                }
                nodes += [
                    .branch(
                        .init(
                            feature: feature,
                            rule: rule,
                            threshold: Double(random.normal()),
                            whenTrue: root + 1,
                            whenFalse: root + 2
                        )
                    ), leaf(), leaf(),
                ]
            }
        }
        let forest = try DecisionForest(nodes: nodes, roots: roots, targetCount: 2)
        let scores = try builder.apply(TreeEnsemble(forest), to: [columns])
        return try ClassifierGraph(builder.graph(outputs: [scores]))
    }

    /// The float at each threshold, the one below and the one above have the scores that the model gives them.
    @Test(arguments: Scaler.allCases)
    func thresholdsAreThoseOfTheModel(scaler: Scaler) throws {
        let backends: [any Backend] = [ReferenceBackend(), OneDNNBackend()]
        for seed in 0..<3 {
            let graph = try graph(scaler, seed: seed)
            let trees = try DecisionTrees(graph)
            var rows: [[Float]] = []
            for (feature, thresholds) in trees.thresholds.enumerated() {
                for threshold in thresholds {
                    for value in [threshold.nextDown, threshold, threshold.nextUp] {
                        var row: [Float] = [0.1, -0.2, 0.3]
                        row[feature] = value
                        rows.append(row)
                    }
                }
            }
            let count = rows.count
            #expect(count >= 18)
            let sums = rows.map { trees.scores(of: $0) }
            // The trees tell both sides of every threshold apart.
            let sides = Set(sums.map { "\($0)" }).count
            #expect(sides > count / 6)
            for backend in backends {
                let model = ScoreClassifier(graph, backend: backend, execution: Execution(threads: 1))
                let scores = try model.logits(for: Tensor([count, 3], rows.flatMap { $0 }))
                for (row, sum) in sums.enumerated() {
                    for label in 0..<2 {
                        let difference = abs(Double(scores[row * 2 + label]) - sum[label])
                        #expect(difference < 1e-5, "\(scaler), seed \(seed), row \(rows[row])")
                    }
                }
            }
        }
    }

    /// What is found in units of the features is what trying everything finds.
    @Test(arguments: [Norm.linf, .l2])
    func theNearestRowIsFoundInFrontOfTheScaler(norm: Norm) throws {
        for seed in 0..<4 {
            let graph = try graph(.standard, seed: seed)
            let trees = try DecisionTrees(graph)
            let model = ScoreClassifier(graph, backend: OneDNNBackend(), execution: Execution(threads: 1))
            let row: [Float] = [0.5, -1, 2]
            let label = try model.labels(for: Tensor([1, 3], row))[0]
            let bounds = Bounds(-10, 10)
            let attack = TreeEnsembleAttack(
                threat: ThreatModel(norm: norm, epsilon: .infinity, bounds: bounds),
                trees: trees
            )
            let found = try attack.bounds(for: row, aim: .anythingBut(label)) {
                try model.labels(for: Tensor([1, 3], $0))[0] != label
            }
            let values = (0..<3).map { feature in
                Set(
                    trees.thresholds[feature].flatMap { [$0, $0.nextUp] }.filter { abs($0) <= 10 }
                        + [row[feature]]
                ).sorted()
            }
            let points = values[0].flatMap { a in values[1].flatMap { b in values[2].map { [a, b, $0] } } }
            let labels = try model.labels(for: Tensor(try Shape([points.count, 3]), points.flatMap { $0 }))
            let nearest = zip(points, labels).filter { $0.1 != label }
                .map { norm.distance($0.0, row) }.min()
            #expect(found.isExact && found.upper == nearest ?? .infinity)
        }
    }

    @Test func whatMakesAllValuesEqualIsRefused() throws {
        var builder = GraphBuilder()
        let input = try builder.input("x", [.batch, 1])
        let zero = try builder.parameter("zero", Tensor([1], [0]))
        let product = try builder.apply(Mul(), to: [input, zero], name: "product")
        let nodes: [DecisionForest.Node] = [
            .branch(.init(feature: 0, threshold: 0.5, whenTrue: 1, whenFalse: 2)),
            .leaf([.init(target: 0, weight: 1), .init(target: 1, weight: 0)]),
            .leaf([.init(target: 0, weight: 0), .init(target: 1, weight: 1)]),
        ]
        let forest = try DecisionForest(nodes: nodes, roots: [0], targetCount: 2)
        let scores = try builder.apply(TreeEnsemble(forest), to: [product])
        let graph = try ClassifierGraph(builder.graph(outputs: [scores]))
        #expect(throws: TreeError.changedFeatures(node: "product", type: "Mul")) { try DecisionTrees(graph) }
    }
}
