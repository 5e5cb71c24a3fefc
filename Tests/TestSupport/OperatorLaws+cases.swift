import BulwarkModels

extension OperatorLaws {
    /// Every operator with shapes it accepts: small and uneven, so that a swapped axis shows.
    ///
    /// A new operator adds rows.
    public static let cases: [OperatorCase] =
        elementwise + products + convolutions + pools + normalizations + rearrangements + reductions + carried
        + pointwiseCases + layerCases + indexingCases + numericCases + classicalCases

    private static let kink = OperatorCase.Elements.uniform(-2...2, kinks: [0])
    private static let positive = OperatorCase.Elements.uniform(0.5...2)
    private static let distinct = OperatorCase.Elements.distinct(-3...3)

    private static let elementwise: [OperatorCase] = [
        .init("add", Add(), [[.batch, 3, 4], [.batch, 3, 4]]),
        .init("add-broadcast", Add(), [[.batch, 1, 4], [5, 1]]),
        .init("add-higher-rank", Add(), [[.batch, 4], [2, 1, 4]], isSampleWise: false),
        .init("sub", Sub(), [[.batch, 3, 2, 2], [3, 1, 1]]),
        .init("sub-from-row", Sub(), [[5], [.batch, 5]]),
        .init("mul", Mul(), [[.batch, 3, 2], [3, 1]]),
        .init("mul-scalar", Mul(), [[.batch, 3, 2], []]),
        .init("mul-both-stretched", Mul(), [[.batch, 1, 2], [1, 3, 1]]),
        .init("div", Div(), [[.batch, 3], [.batch, 3]], elements: positive),
        .init("div-broadcast", Div(), [[.batch, 3, 2], [3, 1]], elements: positive),
        .init("div-number", Div(), [[], [.batch, 4]], elements: positive),
        .init("relu", Relu(), [[.batch, 7]], elements: kink),
        .init("leaky-relu", LeakyRelu(slope: 0.2), [[.batch, 7]], elements: kink),
        .init("sigmoid", Sigmoid(), [[.batch, 7]]),
        .init("tanh", Tanh(), [[.batch, 7]]),
        .init("exp", Exp(), [[.batch, 7]]),
        .init("log", Log(), [[.batch, 7]], elements: positive),
        .init("sqrt", Sqrt(), [[.batch, 7]], elements: positive),
        .init("neg", Neg(), [[.batch, 7]]),
        .init("abs", Abs(), [[.batch, 7]], elements: kink),
        .init("pow-square", Pow(exponent: 2), [[.batch, 7]]),
        .init("pow-cube", Pow(exponent: 3), [[.batch, 7]]),
        .init("pow-fraction", Pow(exponent: 1.5), [[.batch, 7]], elements: positive),
        .init("pow-reciprocal", Pow(exponent: -1), [[.batch, 7]], elements: positive),
        .init(
            "clip",
            Clip(lower: -1, upper: 0.5),
            [[.batch, 9]],
            elements: .uniform(-2...2, kinks: [-1, 0.5])
        ),
        .init("clip-below", Clip(lower: 0, upper: nil), [[.batch, 9]], elements: kink),
        .init("clip-above", Clip(lower: nil, upper: 0), [[.batch, 9]], elements: kink),
    ]

    /// What integers, truth values and limits that are computed are carried as.
    private static let carried: [OperatorCase] =
        IntegerArithmetic.Operation.allCases.map { operation in
            OperatorCase(
                "integers-\(operation.rawValue.lowercased())",
                IntegerArithmetic(operation, type: .int32),
                [[.batch, 1, 4], [3, 1]],
                elements: .each([.integers(-5...5), .integers(1...3)])
            )
        } + [
            .init("cast-to-integers", Cast(to: .int32), [[.batch, 7]]),
            .init("cast-to-truth", Cast(to: .bool), [[.batch, 7]]),
            .init("cast-to-half", Cast(to: .float16), [[.batch, 7]]),
            .init(
                "cast-to-bytes",
                Cast(from: .int32, to: .uint8),
                [[.batch, 7]],
                elements: .integers(-300...300)
            ),
            .init(
                "clip-to-values",
                ClipToValues(),
                [[.batch, 5], [], [1]],
                elements: .each([
                    .uniform(-2...2, kinks: [-1, 1]), .uniform(-1...(-1)), .uniform(1...1),
                ])
            ),
            .init("power", Power(), [[.batch, 3, 2], [3, 1]], elements: positive),
            .init("power-of-numbers", Power(), [[4], [.batch, 4]], elements: positive),
            .init(
                "pad-with-value",
                PadWithValue(begin: [0, 1, -1], end: [0, 0, 2]),
                [[.batch, 2, 3], []]
            ),
            .init("pad-wrap", Pad(begin: [0, 1, 7], end: [0, 4, 2], mode: .wrap), [[.batch, 2, 3]]),
            .init(
                "pad-wrap-and-cut",
                Pad(begin: [0, -1, 2], end: [0, 2, -1], mode: .wrap),
                [[.batch, 3, 4]]
            ),
            .init("expand-to-batch", Expand(to: [.batch, 2, 3]), [[.batch, 1, 3]]),
        ]

    private static let products: [OperatorCase] = [
        .init("matmul", MatMul(), [[.batch, 4], [4, 5]]),
        .init("matmul-stacks", MatMul(), [[.batch, 3, 4], [.batch, 4, 2]]),
        .init("matmul-stack-by-matrix", MatMul(), [[.batch, 3, 4], [4, 2]]),
        .init("matmul-matrix-by-stack", MatMul(), [[3, 4], [.batch, 4, 2]]),
        .init("matmul-broadcast-stacks", MatMul(), [[.batch, 1, 3, 4], [2, 4, 2]]),
        .init("matmul-vector-right", MatMul(), [[.batch, 3, 4], [4]]),
        .init("matmul-vector-left", MatMul(), [[4], [.batch, 4, 2]]),
        .init("matmul-vectors", MatMul(), [[6], [6]], isSampleWise: false),
        .init("gemm", Gemm(), [[.batch, 4], [4, 5]]),
        .init("gemm-linear-layer", Gemm(transposesRight: true), [[.batch, 4], [5, 4], [5]]),
        .init("gemm-scaled", Gemm(alpha: 0.5, beta: -1.5), [[.batch, 4], [4, 5], [1, 5]]),
        .init("gemm-scalar-summand", Gemm(beta: 2), [[.batch, 4], [4, 5], []]),
        .init("gemm-full-summand", Gemm(), [[.batch, 4], [4, 5], [.batch, 5]]),
        .init(
            "gemm-transposed-left",
            Gemm(transposesLeft: true),
            [[4, 3], [4, 5], [3, 1]],
            isSampleWise: false
        ),
        .init(
            "gemm-transposed-both",
            Gemm(alpha: 2, transposesLeft: true, transposesRight: true),
            [[4, 3], [5, 4]],
            isSampleWise: false
        ),
    ]

    private static func conv(
        _ group: Int = 1,
        strides: [Int] = [1, 1],
        dilations: [Int] = [1, 1],
        pads: [Int] = [0, 0, 0, 0]
    ) -> Conv {
        Conv(
            group: group,
            strides: strides,
            dilations: dilations,
            padsBegin: Array(pads[..<strides.count]),
            padsEnd: Array(pads[strides.count...])
        )
    }

    private static let convolutions: [OperatorCase] = [
        .init(
            "conv-1d",
            conv(strides: [2], dilations: [2], pads: [1, 2]),
            [[.batch, 2, 9], [3, 2, 3], [3]]
        ),
        .init("conv", conv(), [[.batch, 3, 5, 4], [4, 3, 3, 2]]),
        .init("conv-same", conv(pads: [1, 1, 1, 1]), [[.batch, 2, 5, 4], [3, 2, 3, 3], [3]]),
        .init(
            "conv-uneven",
            conv(strides: [2, 1], dilations: [1, 3], pads: [0, 1, 2, 3]),
            [[.batch, 2, 7, 6], [3, 2, 3, 2], [3]]
        ),
        .init("conv-pointwise", conv(strides: [2, 3]), [[.batch, 3, 5, 6], [4, 3, 1, 1], [4]]),
        .init("conv-wide-padding", conv(pads: [3, 2, 1, 4]), [[.batch, 1, 3, 3], [2, 1, 2, 2]]),
        .init("conv-groups", conv(2, pads: [1, 1, 1, 1]), [[.batch, 4, 4, 5], [6, 2, 3, 3], [6]]),
        .init("conv-depthwise", conv(3, strides: [2, 2]), [[.batch, 3, 5, 6], [6, 1, 3, 3], [6]]),
        .init(
            "conv-3d",
            conv(2, strides: [2, 1, 2], dilations: [1, 1, 1], pads: [1, 0, 1, 1, 1, 0]),
            [[.batch, 4, 3, 4, 4], [4, 2, 2, 3, 2], [4]]
        ),
    ]

    private static func maxPool(
        _ kernel: [Int],
        strides: [Int],
        dilations: [Int]? = nil,
        pads: [Int]? = nil,
        ceil: Bool = false
    ) -> MaxPool {
        let pads = pads ?? kernel.map { _ in 0 } + kernel.map { _ in 0 }
        return MaxPool(
            kernel: kernel,
            strides: strides,
            dilations: dilations ?? kernel.map { _ in 1 },
            padsBegin: Array(pads[..<kernel.count]),
            padsEnd: Array(pads[kernel.count...]),
            ceilMode: ceil
        )
    }

    private static func averagePool(
        _ kernel: [Int],
        strides: [Int],
        pads: [Int]? = nil,
        ceil: Bool = false,
        countsPadding: Bool = false
    ) -> AveragePool {
        let pads = pads ?? kernel.map { _ in 0 } + kernel.map { _ in 0 }
        return AveragePool(
            kernel: kernel,
            strides: strides,
            padsBegin: Array(pads[..<kernel.count]),
            padsEnd: Array(pads[kernel.count...]),
            ceilMode: ceil,
            countsPadding: countsPadding
        )
    }

    private static let pools: [OperatorCase] = [
        .init(
            "max-pool-1d",
            maxPool([3], strides: [2], pads: [1, 0]),
            [[.batch, 2, 9]],
            elements: distinct
        ),
        .init("max-pool", maxPool([2, 2], strides: [2, 2]), [[.batch, 2, 4, 6]], elements: distinct),
        .init(
            "max-pool-overlap",
            maxPool([3, 3], strides: [2, 1], pads: [1, 1, 1, 1]),
            [[.batch, 2, 5, 4]],
            elements: distinct
        ),
        .init(
            "max-pool-dilated",
            maxPool([3, 2], strides: [1, 2], dilations: [2, 3]),
            [[.batch, 1, 7, 6]],
            elements: distinct
        ),
        .init(
            "max-pool-ceil",
            maxPool([3, 3], strides: [2, 2], ceil: true),
            [[.batch, 2, 6, 5]],
            elements: distinct
        ),
        .init(
            "max-pool-3d",
            maxPool([2, 2, 3], strides: [2, 2, 1]),
            [[.batch, 1, 4, 5, 4]],
            elements: distinct
        ),
        .init("average-pool-1d", averagePool([3], strides: [2], pads: [1, 1]), [[.batch, 2, 9]]),
        .init("average-pool", averagePool([2, 2], strides: [2, 2]), [[.batch, 2, 4, 6]]),
        .init("average-pool-overlap", averagePool([3, 2], strides: [1, 1]), [[.batch, 2, 5, 4]]),
        .init(
            "average-pool-uneven",
            averagePool([3, 2], strides: [2, 1], pads: [0, 1, 2, 0]),
            [[.batch, 2, 7, 6]]
        ),
        .init(
            "average-pool-counting-padding",
            averagePool([3, 3], strides: [2, 2], pads: [1, 1, 1, 1], countsPadding: true),
            [[.batch, 2, 7, 6]]
        ),
        .init("average-pool-ceil", averagePool([3, 3], strides: [2, 2], ceil: true), [[.batch, 2, 6, 6]]),
        .init(
            "average-pool-ceil-counting-padding",
            averagePool([3, 3], strides: [2, 2], pads: [1, 1, 1, 1], ceil: true, countsPadding: true),
            [[.batch, 2, 6, 6]]
        ),
        .init("average-pool-3d", averagePool([2, 2, 3], strides: [2, 2, 1]), [[.batch, 1, 4, 5, 4]]),
        .init("global-average-pool", GlobalAveragePool(), [[.batch, 3, 4, 5]]),
        .init("global-average-pool-1d", GlobalAveragePool(), [[.batch, 3, 5]]),
        .init("global-max-pool", GlobalMaxPool(), [[.batch, 3, 4, 2]], elements: distinct),
    ]

    private static let normalizations: [OperatorCase] = [
        .init(
            "batch-normalization",
            BatchNormalization(),
            [[.batch, 4, 3, 2], [4], [4], [4], [4]],
            elements: positive
        ),
        .init(
            "batch-normalization-of-rows",
            BatchNormalization(epsilon: 1e-2),
            [[.batch, 4], [4], [4], [4], [4]],
            elements: positive
        ),
        .init("softmax", Softmax(), [[.batch, 5]]),
        .init("softmax-channels", Softmax(axis: 1), [[.batch, 4, 3]]),
        .init("softmax-across", Softmax(axis: 0), [[4, 3]], isSampleWise: false),
        .init("log-softmax", LogSoftmax(), [[.batch, 5]]),
        .init("log-softmax-channels", LogSoftmax(axis: -2), [[.batch, 4, 3]]),
    ]

    private static let rearrangements: [OperatorCase] = [
        .init("reshape", Reshape(to: [.batch, 4, 3]), [[.batch, 2, 6]]),
        .init(
            "reshape-merging",
            Reshape(to: [Dimension(constant: 0, batchMultiple: 2), 6]),
            [[.batch, 3, 4]]
        ),
        .init("flatten", Flatten(), [[.batch, 2, 3, 2]]),
        .init("flatten-later", Flatten(axis: 2), [[.batch, 2, 3, 2]]),
        .init("flatten-everything", Flatten(axis: 0), [[.batch, 2, 3]], isSampleWise: false),
        .init("squeeze", Squeeze(axes: [1, -1]), [[.batch, 1, 4, 1]]),
        .init("unsqueeze", Unsqueeze(axes: [1, -1]), [[.batch, 4]]),
        .init("transpose", Transpose(permutation: [0, 3, 1, 2]), [[.batch, 2, 3, 4]]),
        .init("transpose-batch", Transpose(permutation: [2, 0, 1]), [[.batch, 2, 3]], isSampleWise: false),
        .init("concat", Concat(axis: 1), [[.batch, 3, 2], [.batch, 1, 2], [.batch, 2, 2]]),
        .init("concat-last", Concat(axis: -1), [[.batch, 3, 2], [.batch, 3, 1]]),
        .init("concat-batches", Concat(axis: 0), [[.batch, 3], [2, 3]], isSampleWise: false),
        .init(
            "pad",
            Pad(begin: [0, 0, 1, 2], end: [0, 0, 3, 0], mode: .constant(0.5)),
            [[.batch, 2, 3, 4]]
        ),
        .init("pad-and-cut", Pad(begin: [0, -1, 2], end: [0, 1, -2]), [[.batch, 3, 4]]),
        .init("pad-edge", Pad(begin: [0, 0, 2], end: [0, 1, 3], mode: .edge), [[.batch, 2, 4]]),
        .init("pad-edge-and-cut", Pad(begin: [0, -1, 2], end: [0, 2, -1], mode: .edge), [[.batch, 3, 4]]),
        .init("pad-reflect", Pad(begin: [0, 1, 2], end: [0, 1, 3], mode: .reflect), [[.batch, 2, 4]]),
        .init(
            "pad-reflect-and-cut",
            Pad(begin: [0, 0, -1], end: [0, 0, 2], mode: .reflect),
            [[.batch, 2, 4]]
        ),
        .init(
            "slice",
            Slice([.init(axis: 1, start: 1, count: 2), .init(axis: 2, start: 0, count: 2, step: 3)]),
            [[.batch, 3, 5]]
        ),
        .init("slice-reversed", Slice([.init(axis: 1, start: 4, count: 3, step: -2)]), [[.batch, 5, 2]]),
        .init("gather", Gather(axis: 1, indices: [2, 0, -1, 2]), [[.batch, 4, 2]]),
        .init("gather-last", Gather(axis: -1, indices: [1]), [[.batch, 2, 3]]),
    ]

    private static let reductions: [OperatorCase] = [
        .init("reduce-mean", ReduceMean(axes: [2, 3]), [[.batch, 2, 3, 4]]),
        .init("reduce-mean-dropped", ReduceMean(axes: [-1, 1], keepsAxes: false), [[.batch, 2, 3, 4]]),
        .init(
            "reduce-mean-of-everything",
            ReduceMean(axes: [0, 1], keepsAxes: false),
            [[.batch, 3]],
            isSampleWise: false
        ),
        .init("reduce-sum", ReduceSum(axes: [1]), [[.batch, 2, 3]]),
        .init("reduce-sum-dropped", ReduceSum(axes: [1, 2], keepsAxes: false), [[.batch, 2, 3]]),
        .init("reduce-sum-of-batch", ReduceSum(axes: [0]), [[.batch, 3]], isSampleWise: false),
    ]
}
