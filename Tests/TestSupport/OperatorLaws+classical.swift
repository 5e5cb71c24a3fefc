import BulwarkModels

extension OperatorLaws {
    /// The operators of `ai.onnx.ml`.
    static let classicalCases: [OperatorCase] = slopes + steps

    private static let slopes: [OperatorCase] = [
        .init("normalizer-l1", RowNormalizer(.l1), [[.batch, 5]], elements: .uniform(-2...2, kinks: [0])),
        .init("normalizer-l2", RowNormalizer(.l2), [[.batch, 5]], elements: .uniform(0.25...2)),
        .init("normalizer-max", RowNormalizer(.largest), [[.batch, 5]], elements: .distinct(1...3)),
        .init(
            "imputer",
            Imputer(missing: 7, replacements: [0.5, -1, 3]),
            [[.batch, 3]]
        ),
        .init("imputer-one", Imputer(missing: .nan, replacements: [0.5]), [[.batch, 2, 3]]),
        .init(
            "softmax-of-nonzero",
            SoftmaxOfNonzero(columns: 4),
            [[.batch, 4]],
            elements: .uniform(-2...2, kinks: [0])
        ),
        .init("probit", Probit(columns: 3), [[.batch, 3]], elements: .uniform(0.125...0.875)),
        .init("squared-distances", SquaredDistances(), [[.batch, 4], [5, 4]]),
        .init("squared-distances-turned", SquaredDistances(), [[5, 4], [.batch, 4]], isSampleWise: false),
        .init(
            "coupled-probabilities-two",
            CoupledProbabilities(classCount: 2, slopes: [-1.5], offsets: [0.25]),
            [[.batch, 1]]
        ),
        .init(
            "coupled-probabilities-three",
            CoupledProbabilities(classCount: 3, slopes: [-1.5, -2, -1], offsets: [0.25, 0, -0.5]),
            [[.batch, 3]],
            elements: .uniform(-1...1)
        ),
        .init(
            "coupled-probabilities-four",
            CoupledProbabilities(
                classCount: 4,
                slopes: [-1.5, -2, -1, -0.75, -1.25, -0.5],
                offsets: [0.25, 0, -0.5, 0.125, 0, 0.25]
            ),
            [[.batch, 6]],
            elements: .uniform(-1...1)
        ),
    ]

    /// None of their inputs is near a step.
    private static let steps: [OperatorCase] = [
        .init(
            "binarizer",
            Binarizer(threshold: 0.5),
            [[.batch, 6]],
            elements: .uniform(-2...2, kinks: [0.5])
        ),
        .init(
            "one-hot-encoder",
            OneHotEncoder(categories: [-1, 0, 1, 7]),
            [[.batch, 3]],
            elements: .uniform(-2...2, kinks: [-1, 0, 1])
        ),
        .init("label-encoder", LabelEncoder(keys: [9], values: [4], fallback: -0.5), [[.batch, 4]]),
        .init(
            "label-encoder-integers",
            LabelEncoder(keys: [9], values: [4], fallback: -1, givesIntegers: true),
            [[.batch, 4]]
        ),
        .init("trees", stumps(.sum), [[.batch, 3]], elements: .uniform(-2...2, kinks: [0.5, -0.25])),
        .init(
            "trees-average",
            stumps(.average),
            [[.batch, 2]],
            elements: .uniform(-2...2, kinks: [0.5, -0.25])
        ),
        .init(
            "trees-minimum",
            stumps(.minimum),
            [[.batch, 2]],
            elements: .uniform(-2...2, kinks: [0.5, -0.25])
        ),
        .init(
            "trees-maximum",
            stumps(.maximum),
            [[.batch, 2]],
            elements: .uniform(-2...2, kinks: [0.5, -0.25])
        ),
    ]

    /// Two trees over two features that vote for two targets.
    private static func stumps(_ aggregate: DecisionForest.Aggregate) -> TreeEnsemble {
        func leaf(_ first: Float, _ second: Float) -> DecisionForest.Node {
            .leaf([.init(target: 0, weight: first), .init(target: 1, weight: second)])
        }
        let nodes: [DecisionForest.Node] = [
            .branch(.init(feature: 0, threshold: 0.5, whenTrue: 2, whenFalse: 1)),
            .branch(.init(feature: 1, rule: .greater, threshold: -0.25, whenTrue: 3, whenFalse: 2)),
            leaf(0.25, -1), leaf(2, 0.5),
            .branch(.init(feature: 1, threshold: 0.5, missingIsTrue: true, whenTrue: 5, whenFalse: 6)),
            leaf(-1, 1), leaf(0.75, 0.125),
        ]
        guard let forest = try? DecisionForest(nodes: nodes, roots: [0, 4], targetCount: 2) else {
            preconditionFailure("the trees are well formed")
        }
        return TreeEnsemble(forest, aggregate: aggregate)
    }
}
