import BulwarkModels

extension OperatorLaws {
    /// Functions of single elements, reductions and what is near them.
    static let pointwiseCases: [OperatorCase] =
        activations + functions + steps + extremes + foldings + positions + triangles

    private static let kink = OperatorCase.Elements.uniform(-2...2, kinks: [0])
    private static let positive = OperatorCase.Elements.uniform(0.5...2)
    private static let distinct = OperatorCase.Elements.distinct(-3...3)

    private static let activations: [OperatorCase] = [
        .init("gelu", Gelu(), [[.batch, 9]]),
        .init("gelu-wide", Gelu(), [[.batch, 2, 5]], elements: .uniform(-6...6)),
        .init("gelu-tanh", Gelu(isApproximate: true), [[.batch, 9]], elements: .uniform(-6...6)),
        .init("hard-swish", HardSwish(), [[.batch, 12]], elements: .uniform(-5...5, kinks: [-3, 3])),
        .init(
            "hard-sigmoid",
            HardSigmoid(),
            [[.batch, 12]],
            elements: .uniform(-4...4, kinks: [-2.5, 2.5])
        ),
        .init(
            "hard-sigmoid-falling",
            HardSigmoid(alpha: -0.5, beta: 0.25),
            [[.batch, 12]],
            elements: .uniform(-3...3, kinks: [-1.5, 0.5])
        ),
        .init("elu", Elu(), [[.batch, 7]]),
        .init("elu-alpha", Elu(alpha: 0.5), [[.batch, 7]], elements: kink),
        .init("selu", Selu(), [[.batch, 7]], elements: kink),
        .init("selu-numbers", Selu(alpha: 2, gamma: 3), [[.batch, 7]], elements: kink),
        .init("celu", Celu(alpha: 2), [[.batch, 7]]),
        .init("celu-negative", Celu(alpha: -1.5), [[.batch, 7]], elements: kink),
        .init("mish", Mish(), [[.batch, 9]], elements: .uniform(-5...5)),
        .init("swish", Swish(), [[.batch, 9]], elements: .uniform(-5...5)),
        .init("swish-alpha", Swish(alpha: -0.5), [[.batch, 2, 4]]),
        .init("softplus", Softplus(), [[.batch, 9]], elements: .uniform(-5...5)),
        .init("softsign", Softsign(), [[.batch, 9]]),
        .init(
            "thresholded-relu",
            ThresholdedRelu(alpha: 0.5),
            [[.batch, 9]],
            elements: .uniform(-2...2, kinks: [0.5])
        ),
        .init(
            "shrink",
            Shrink(threshold: 1, bias: 0.75),
            [[.batch, 9]],
            elements: .uniform(-2...2, kinks: [-1, 1])
        ),
        .init("p-relu", PRelu(), [[.batch, 3, 4], [3, 1]], elements: kink),
        .init("p-relu-one-slope", PRelu(), [[.batch, 7], [1]], elements: kink),
        .init("p-relu-every-slope", PRelu(), [[.batch, 4], [.batch, 4]], elements: kink),
    ]

    private static let functions: [OperatorCase] = [
        .init("erf", Erf(), [[.batch, 7]]),
        .init("reciprocal", Reciprocal(), [[.batch, 7]], elements: positive),
        .init("reciprocal-of-negatives", Reciprocal(), [[.batch, 7]], elements: .uniform(-2 ... -0.5)),
        .init("sin", Sin(), [[.batch, 7]], elements: .uniform(-4...4)),
        .init("cos", Cos(), [[.batch, 7]], elements: .uniform(-4...4)),
        .init("tan", Tan(), [[.batch, 7]], elements: .uniform(-1...1)),
        .init("asin", Asin(), [[.batch, 7]], elements: .uniform(-0.75...0.75)),
        .init("acos", Acos(), [[.batch, 7]], elements: .uniform(-0.75...0.75)),
        .init("atan", Atan(), [[.batch, 7]]),
        .init("sinh", Sinh(), [[.batch, 7]]),
        .init("cosh", Cosh(), [[.batch, 7]]),
        .init("asinh", Asinh(), [[.batch, 7]]),
        .init("acosh", Acosh(), [[.batch, 7]], elements: .uniform(1.5...4)),
        .init("atanh", Atanh(), [[.batch, 7]], elements: .uniform(-0.75...0.75)),
    ]

    private static let halves = OperatorCase.Elements.uniform(-1.5...1.5, kinks: [-1.5, -0.5, 0.5, 1.5])
    private static let wholes = OperatorCase.Elements.uniform(-2...2, kinks: [-2, -1, 0, 1, 2])

    private static let steps: [OperatorCase] = [
        .init("ceil", Ceil(), [[.batch, 7]], elements: wholes),
        .init("floor", Floor(), [[.batch, 7]], elements: wholes),
        .init("round", Round(), [[.batch, 7]], elements: halves),
        .init("sign", Sign(), [[.batch, 7]], elements: kink),
    ]

    private static let extremes: [OperatorCase] = [
        .init("max", Max(), [[.batch, 3, 4], [3, 1]], elements: distinct),
        .init("max-of-three", Max(), [[.batch, 5], [5], [1]], elements: .uniform(-3...3)),
        .init("max-of-one", Max(), [[.batch, 3]]),
        .init("min", Min(), [[.batch, 3, 4], [1, 4]], elements: distinct),
        .init("min-of-three", Min(), [[.batch, 1, 5], [2, 1], []], elements: distinct),
        .init("reduce-max", ReduceMax(axes: [1]), [[.batch, 5, 2]], elements: distinct),
        .init(
            "reduce-max-dropped",
            ReduceMax(axes: [-1, 1], keepsAxes: false),
            [[.batch, 2, 3, 2]],
            elements: distinct
        ),
        .init(
            "reduce-max-of-batch",
            ReduceMax(axes: [0]),
            [[.batch, 3]],
            elements: distinct,
            isSampleWise: false
        ),
        .init("reduce-min", ReduceMin(axes: [2, 1]), [[.batch, 2, 3]], elements: distinct),
        .init(
            "reduce-min-dropped",
            ReduceMin(axes: [0, 1], keepsAxes: false),
            [[.batch, 3]],
            elements: distinct,
            isSampleWise: false
        ),
    ]

    private static let foldings: [OperatorCase] = [
        .init("reduce-prod", ReduceProd(axes: [1]), [[.batch, 4, 2]]),
        .init("reduce-prod-dropped", ReduceProd(axes: [-1, 1], keepsAxes: false), [[.batch, 2, 3]]),
        .init("reduce-l1", ReduceL1(axes: [1]), [[.batch, 4, 2]], elements: kink),
        .init(
            "reduce-l1-dropped",
            ReduceL1(axes: [1, 2], keepsAxes: false),
            [[.batch, 4, 2]],
            elements: kink
        ),
        .init("reduce-l2", ReduceL2(axes: [-1]), [[.batch, 4, 2]], elements: kink),
        .init("reduce-l2-of-batch", ReduceL2(axes: [0]), [[.batch, 3]], isSampleWise: false),
        .init("reduce-l2-dropped", ReduceL2(axes: [1, 3], keepsAxes: false), [[.batch, 3, 2, 2]]),
        .init("reduce-sum-square", ReduceSumSquare(axes: [1]), [[.batch, 4, 2]]),
        .init("reduce-sum-square-dropped", ReduceSumSquare(axes: [2], keepsAxes: false), [[.batch, 4, 2]]),
        .init("reduce-log-sum-exp", ReduceLogSumExp(axes: [1]), [[.batch, 4, 2]]),
        .init(
            "reduce-log-sum-exp-dropped",
            ReduceLogSumExp(axes: [2, 1], keepsAxes: false),
            [[.batch, 4, 2]]
        ),
        .init(
            "reduce-log-sum-exp-of-everything",
            ReduceLogSumExp(axes: [0, 1], keepsAxes: false),
            [[.batch, 4]],
            isSampleWise: false
        ),
        .init("lp-normalization", LpNormalization(), [[.batch, 2, 4]]),
        .init("lp-normalization-channels", LpNormalization(axis: 1), [[.batch, 4, 2]]),
        .init("lp-normalization-l1", LpNormalization(axis: 1, norm: .l1), [[.batch, 4, 2]], elements: kink),
        .init("mean-variance-normalization", MeanVarianceNormalization(axes: [2, 3]), [[.batch, 2, 3, 3]]),
        .init("mean-variance-normalization-of-rows", MeanVarianceNormalization(axes: [-1]), [[.batch, 6]]),
        .init(
            "mean-variance-normalization-of-batches",
            MeanVarianceNormalization(),
            [[.batch, 2, 2, 2]],
            isSampleWise: false
        ),
        .init("cum-sum", CumSum(axis: 1), [[.batch, 5, 2]]),
        .init("cum-sum-exclusive", CumSum(axis: -1, isExclusive: true), [[.batch, 2, 5]]),
        .init("cum-sum-reversed", CumSum(axis: 1, isReversed: true), [[.batch, 5]]),
        .init(
            "cum-sum-of-batch",
            CumSum(axis: 0, isExclusive: true, isReversed: true),
            [[.batch, 2]],
            isSampleWise: false
        ),
        .init("cum-prod", CumProd(axis: 1), [[.batch, 4, 2]]),
        .init("cum-prod-exclusive", CumProd(axis: -1, isExclusive: true), [[.batch, 2, 4]]),
        .init("cum-prod-reversed", CumProd(axis: 1, isReversed: true), [[.batch, 4]]),
        .init("cum-prod-both", CumProd(axis: 1, isExclusive: true, isReversed: true), [[.batch, 4]]),
    ]

    private static let positions: [OperatorCase] = [
        .init("arg-max", ArgMax(axis: 1), [[.batch, 5, 2]], elements: distinct),
        .init("arg-max-dropped", ArgMax(axis: -1, keepsAxis: false), [[.batch, 2, 5]], elements: distinct),
        .init("arg-min", ArgMin(axis: 2, selectsLast: true), [[.batch, 2, 5]], elements: distinct),
        .init("arg-min-of-batch", ArgMin(axis: 0), [[.batch, 3]], elements: distinct, isSampleWise: false),
        .init("top-k", TopK(count: 3), [[.batch, 5]], elements: distinct),
        .init("top-k-channels", TopK(count: 2, axis: 1), [[.batch, 4, 3]], elements: distinct),
        .init(
            "top-k-smallest",
            TopK(count: 3, axis: 1, choosesLargest: false),
            [[.batch, 3, 2]],
            elements: distinct
        ),
        .init(
            "top-k-indices",
            TopK(count: 3, axis: 1, output: .indices),
            [[.batch, 4, 2]],
            elements: distinct
        ),
        .init("hardmax", Hardmax(), [[.batch, 5]], elements: distinct),
        .init("hardmax-channels", Hardmax(axis: 1), [[.batch, 4, 2]], elements: distinct),
    ]

    private static let triangles: [OperatorCase] = [
        .init("trilu", Trilu(), [[.batch, 4, 4]]),
        .init("trilu-lower", Trilu(keepsUpper: false, diagonal: -1), [[.batch, 2, 3, 5]]),
        .init("trilu-above", Trilu(diagonal: 2), [[.batch, 3, 5]]),
        .init("det", Det(), [[.batch, 3, 3]]),
        .init("det-of-stacks", Det(), [[.batch, 2, 4, 4]]),
        .init("det-of-numbers", Det(), [[.batch, 1, 1]]),
    ]
}
