import BulwarkAttacks
import BulwarkModels
import BulwarkTensors

/// Small random forests as models, and the smallest change that they fall for by trying everything.
struct RandomTrees {
    /// What becomes of the votes.
    enum Form: String, CaseIterable {
        /// Votes are scores.
        case direct
        /// The same, divided by the number of trees.
        case average
        /// Logarithms of votes, none of them negative.
        case logarithms
        /// Base values, and a softmax that a classifier's graph leaves out.
        case softmax
        /// Base values, and a sigmoid that becomes its logarithm.
        case sigmoids
        /// The pair −s, s of one score.
        case opposite
        /// The pair 1 − s, s of one score.
        case complementary
        /// One score, whose sign is the label.
        case single
        /// The votes of two forests added up.
        case sum
    }

    let model: ScoreClassifier
    let trees: DecisionTrees
    /// For each feature all thresholds.
    private(set) var thresholds: [[Float]]
    let featureCount: Int

    var classCount: Int { model.classCount }

    init(
        _ form: Form,
        features: Int = 3,
        trees count: Int = 3,
        depth: Int = 3,
        rules: [DecisionForest.Rule] = DecisionForest.Rule.allCases,
        seed: Int
    ) throws {
        var random = SeededRandom(seed: UInt64(seed), stream: "trees-\(form.rawValue)")
        var builder = GraphBuilder()
        var thresholds = [[Float]](repeating: [], count: features)
        let input = try builder.input("x", [.batch, Dimension(constant: features)])
        let isSingle = form == .opposite || form == .complementary || form == .single
        let targets = isSingle ? 1 : 3
        func forest() throws -> DecisionForest {
            var nodes: [DecisionForest.Node] = []
            // Coarse votes tie often, fine ones never.
            let isCoarse = seed % 2 == 0
            func weight() -> Float {
                let weight = isCoarse ? Float(random.next() % 5) / 4 - 0.5 : random.normal()
                return form == .logarithms ? abs(weight) : weight
            }
            func grow(_ depth: Int) -> Int {
                let position = nodes.count
                nodes.append(.leaf([]))
                if depth == 0 || random.next() % 8 == 0 {
                    nodes[position] = .leaf((0..<targets).map { .init(target: $0, weight: weight()) })
                    return position
                }
                let feature = Int(random.next() % UInt64(features))
                let threshold = Float(random.next() % 9) / 8
                thresholds[feature].append(threshold)
                let rule = rules[Int(random.next() % UInt64(rules.count))]
                let (yes, no) = (grow(depth - 1), grow(depth - 1))
                nodes[position] = .branch(
                    .init(
                        feature: feature,
                        rule: rule,
                        threshold: Double(threshold),
                        whenTrue: yes,
                        whenFalse: no
                    )
                )
                return position
            }
            let roots = (0..<count).map { _ in grow(depth) }
            return try DecisionForest(nodes: nodes, roots: roots, targetCount: targets)
        }
        func constant(_ values: [Float], _ shape: Shape) throws -> ValueID {
            try builder.parameter("constant", Tensor(shape, values))
        }
        func pair(_ score: ValueID, offsets: [Float]? = nil) throws -> ValueID {
            let signs = try constant([-1, 1], [1, 2])
            let offsets = try offsets.map { [try constant($0, [2])] } ?? []
            return try builder.apply(Gemm(), to: [score, signs] + offsets)
        }
        let aggregate: DecisionForest.Aggregate = form == .average ? .average : .sum
        var scores = try builder.apply(TreeEnsemble(try forest(), aggregate: aggregate), to: [input])
        switch form {
        case .direct, .average, .logarithms, .single: break
        case .softmax, .sigmoids:
            let base = try constant([0.25, -0.125, 0.0625], [3])
            scores = try builder.apply(Add(), to: [scores, base])
            let last: any Operator = form == .softmax ? Softmax(axis: 1) : Sigmoid()
            scores = try builder.apply(last, to: [scores])
        case .opposite: scores = try pair(scores)
        case .complementary: scores = try pair(scores, offsets: [1, 0])
        case .sum:
            let other = try builder.apply(TreeEnsemble(try forest()), to: [input])
            scores = try builder.apply(Add(), to: [scores, other])
        }
        var graph = try ClassifierGraph(builder.graph(outputs: [scores]))
        if form == .logarithms { graph = try graph.takingLogarithms() }
        trees = try DecisionTrees(graph)
        model = ScoreClassifier(graph, backend: ReferenceBackend(), execution: Execution(threads: 1))
        self.thresholds = thresholds
        featureCount = features
    }

    /// Rows inside 0...1, with values on thresholds among them.
    func rows(_ count: Int, seed: Int) -> [[Float]] {
        var random = SeededRandom(seed: UInt64(seed), stream: "rows")
        return (0..<count).map { _ in
            (0..<featureCount).map { _ in
                random.next() % 3 == 0 ? Float(random.next() % 9) / 8 : random.uniform()
            }
        }
    }

    /// Every row that can be nearest to another, and its label.
    struct Everything {
        let row: [Float]
        let points: [(row: [Float], label: Int)]

        /// How far the nearest row is that reaches an aim; infinite if there is none.
        func nearest(_ aim: Aim, _ norm: Norm) -> Double {
            points.filter { aim.isReached(by: $0.label) }.map { norm.distance($0.row, row) }.min()
                ?? .infinity
        }
    }

    /// All combinations of, for each feature, the row's value, the ends of the box, every threshold and the
    /// floats beside it.
    func everything(
        around row: [Float],
        box: Box,
        besides extra: [Float] = [],
        where isAllowed: ([Float]) -> Bool = { _ in true }
    ) throws -> Everything {
        let values = row.indices.map { index -> [Float] in
            let beside = thresholds[index].flatMap { [$0.nextDown, $0, $0.nextUp] }
            let all = beside + extra + [row[index], box.lower[index], box.upper[index]]
            return Set(all).filter { $0 >= box.lower[index] && $0 <= box.upper[index] }.sorted()
        }
        var points: [[Float]] = [[]]
        for values in values { points = points.flatMap { point in values.map { point + [$0] } } }
        points = points.filter(isAllowed)
        let inputs = Tensor(try Shape([points.count, row.count]), points.flatMap { $0 })
        return Everything(row: row, points: zip(points, try model.labels(for: inputs)).map { ($0, $1) })
    }

    /// Whether a row reaches an aim, as the model says.
    func isReached(_ aim: Aim, at row: [Float]) throws -> Bool { aim.isReached(by: try label(of: row)) }

    /// The model's label of a row.
    func label(of row: [Float]) throws -> Int {
        try model.labels(for: Tensor([1, row.count], row))[0]
    }
}
