import BulwarkModels

extension OperatorLaws {
    /// Comparisons, logic, and operators that move elements.
    static let indexingCases: [OperatorCase] = decisions + lookups + writings + repetitions

    private static let distinct = OperatorCase.Elements.distinct(-3...3)
    private static let truth = OperatorCase.Elements.integers(0...1)
    private static let numbers = OperatorCase.Elements.uniform(-2...2)

    private static let decisions: [OperatorCase] = [
        .init(
            "where",
            Where(),
            [[.batch, 3, 4], [.batch, 3, 4], [.batch, 3, 4]],
            elements: .each([truth, numbers, numbers])
        ),
        .init(
            "where-broadcast",
            Where(),
            [[.batch, 1, 4], [3, 1], []],
            elements: .each([truth, numbers, numbers])
        ),
        .init(
            "where-mask",
            Where(),
            [[2, 4], [.batch, 1, 2, 4], [1]],
            elements: .each([truth, numbers, numbers])
        ),
        .init("equal", Comparison(.equal), [[.batch, 3, 4], [4]], elements: .integers(-1...1)),
        .init("greater", Comparison(.greater), [[.batch, 7], [.batch, 7]], elements: .integers(-2...2)),
        .init(
            "greater-or-equal",
            Comparison(.greaterOrEqual),
            [[.batch, 7], []],
            elements: .integers(-2...2)
        ),
        .init("less", Comparison(.less), [[.batch, 3, 1], [4]], elements: .integers(-2...2)),
        .init("less-or-equal", Comparison(.lessOrEqual), [[.batch, 7], [7]], elements: .integers(-2...2)),
        .init("less-of-floats", Comparison(.less), [[.batch, 4], []], elements: distinct),
        .init("and", Logic(.and), [[.batch, 3, 4], [4]], elements: truth),
        .init("or", Logic(.or), [[.batch, 3, 4], [3, 1]], elements: truth),
        .init("xor", Logic(.xor), [[.batch, 7], [.batch, 7]], elements: truth),
        .init("not", ElementTest(.isFalse), [[.batch, 7]], elements: truth),
        .init("is-nan", ElementTest(.isNaN), [[.batch, 7]]),
        .init("is-infinite", ElementTest(.isInfinite(positive: true, negative: true)), [[.batch, 7]]),
        .init("is-minus-infinity", ElementTest(.isInfinite(positive: false, negative: true)), [[.batch, 7]]),
    ]

    private static let lookups: [OperatorCase] = [
        .init(
            "lookup",
            RuntimeGather(),
            [[5, 3], [.batch, 4]],
            elements: .each([numbers, .integers(-5...4)])
        ),
        .init(
            "lookup-in-samples",
            RuntimeGather(axis: 2),
            [[.batch, 2, 4, 2], [3, 2]],
            elements: .each([numbers, .integers(-4...3)])
        ),
        .init(
            "lookup-of-one",
            RuntimeGather(axis: -1),
            [[.batch, 4], []],
            elements: .each([numbers, .integers(0...3)])
        ),
        .init(
            "gather-elements",
            GatherElements(axis: 1),
            [[.batch, 4, 3], [.batch, 2, 3]],
            elements: .each([numbers, .integers(-4...3)])
        ),
        .init(
            "gather-elements-last",
            GatherElements(axis: -1),
            [[.batch, 4, 3], [.batch, 2, 5]],
            elements: .each([numbers, .integers(0...2)])
        ),
        .init(
            "gather-tuples",
            GatherND(),
            [[3, 4, 2], [.batch, 5, 2]],
            elements: .each([numbers, .integers(-3...2)])
        ),
        .init(
            "gather-tuples-of-samples",
            GatherND(batchAxes: 1),
            [[.batch, 4, 3, 2], [.batch, 5, 1]],
            elements: .each([numbers, .integers(-4...3)])
        ),
        .init(
            "gather-elements-by-tuples",
            GatherND(batchAxes: 1),
            [[.batch, 4, 3], [.batch, 2, 2]],
            elements: .each([numbers, .integers(-3...2)])
        ),
        .init(
            "reverse-sequence",
            ReverseSequence(timeAxis: 1),
            [[.batch, 5, 2], [.batch]],
            elements: .each([numbers, .integers(0...5)])
        ),
        .init(
            "reverse-sequence-in-time",
            ReverseSequence(timeAxis: 0),
            [[4, 3, 2], [3]],
            elements: .each([numbers, .integers(0...4)]),
            isSampleWise: false
        ),
    ]

    private static func scatterElements(_ reduction: ScatterReduction) -> OperatorCase {
        .init(
            "scatter-elements-\(reduction)",
            ScatterElements(axis: 1, reduction: reduction),
            [[.batch, 4, 3], [.batch, 6, 3], [.batch, 6, 3]],
            elements: .each([distinct, .integers(-4...3), distinct])
        )
    }

    private static func scatterTuples(_ reduction: ScatterReduction) -> OperatorCase {
        .init(
            "scatter-tuples-\(reduction)",
            ScatterND(reduction: reduction),
            [[3, 4, 2], [.batch, 3, 2], [.batch, 3, 2]],
            elements: .each([distinct, .integers(-3...2), distinct]),
            isSampleWise: false
        )
    }

    private static let writings: [OperatorCase] =
        ScatterReduction.allCases.map(scatterElements) + ScatterReduction.allCases.map(scatterTuples)
        + [
            .init(
                "tensor-scatter",
                TensorScatter(),
                [[.batch, 2, 5, 3], [.batch, 2, 2, 3], [.batch]],
                elements: .each([numbers, numbers, .integers(0...3)])
            ),
            .init(
                "tensor-scatter-circular",
                TensorScatter(axis: 1, isCircular: true),
                [[.batch, 4, 3], [.batch, 3, 3], [.batch]],
                elements: .each([numbers, numbers, .integers(0...3)])
            ),
        ]

    private static let repetitions: [OperatorCase] = [
        .init("tile", Tile(repeats: [1, 2, 3]), [[.batch, 2, 3]]),
        .init("tile-batch", Tile(repeats: [2, 1]), [[.batch, 3]], isSampleWise: false),
        .init("one-hot", OneHot(depth: 4), [[.batch, 3]], elements: .integers(-5...5)),
        .init("one-hot-before", OneHot(axis: 1, depth: 3), [[.batch, 2, 2]], elements: .integers(0...2)),
        .init("pad-around", Pad(begin: [0, 2, 1], end: [0, 1, 3], mode: .wrap), [[.batch, 3, 4]]),
        .init("pad-around-and-cut", Pad(begin: [0, -1, 5], end: [0, 2, 1], mode: .wrap), [[.batch, 3, 2]]),
    ]
}
