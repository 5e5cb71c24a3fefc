import BulwarkModels

extension OperatorLaws {
    /// Layers of neural networks.
    static let layerCases: [OperatorCase] =
        layerNormalizations + transposedConvolutions + resizings + samplings + specialPools

    private static let numbers = OperatorCase.Elements.uniform(-2...2)
    private static let distinct = OperatorCase.Elements.distinct(-3...3)

    private static let layerNormalizations: [OperatorCase] = [
        .init("layer-normalization", LayerNormalization(), [[.batch, 3, 5], [5], [5]]),
        .init("layer-normalization-without-bias", LayerNormalization(epsilon: 0.1), [[.batch, 6], [6]]),
        .init(
            "layer-normalization-of-images",
            LayerNormalization(axis: 1),
            [[.batch, 2, 3, 2], [2, 3, 2], [2, 3, 2]]
        ),
        .init(
            "layer-normalization-of-everything",
            LayerNormalization(axis: 0),
            [[3, 4], [3, 4], [3, 4]],
            isSampleWise: false
        ),
        .init("instance-normalization", InstanceNormalization(), [[.batch, 3, 4, 2], [3], [3]]),
        .init("instance-normalization-1d", InstanceNormalization(epsilon: 0.1), [[.batch, 2, 7], [2], [2]]),
    ]

    private static func transposed(
        _ group: Int = 1,
        strides: [Int],
        dilations: [Int]? = nil,
        pads: [Int]? = nil,
        extra: [Int]? = nil
    ) -> ConvTranspose {
        let pads = pads ?? strides.map { _ in 0 } + strides.map { _ in 0 }
        return ConvTranspose(
            group: group,
            strides: strides,
            dilations: dilations ?? strides.map { _ in 1 },
            padsBegin: Array(pads[..<strides.count]),
            padsEnd: Array(pads[strides.count...]),
            outputPadding: extra ?? strides.map { _ in 0 }
        )
    }

    private static let transposedConvolutions: [OperatorCase] = [
        .init("conv-transpose", transposed(strides: [1, 1]), [[.batch, 2, 3, 4], [2, 3, 2, 3]]),
        .init(
            "conv-transpose-strided",
            transposed(strides: [2, 3], pads: [1, 0, 0, 2], extra: [1, 2]),
            [[.batch, 2, 3, 4], [2, 3, 3, 2], [3]]
        ),
        .init(
            "conv-transpose-groups",
            transposed(2, strides: [2, 1], dilations: [1, 2]),
            [[.batch, 4, 3, 2], [4, 3, 2, 2], [6]]
        ),
        .init(
            "conv-transpose-1d",
            transposed(strides: [2], dilations: [2], pads: [2, 1]),
            [[.batch, 3, 5], [3, 2, 3], [2]]
        ),
        .init(
            "conv-transpose-3d",
            transposed(strides: [1, 2, 1], extra: [0, 1, 0]),
            [[.batch, 2, 2, 2, 3], [2, 2, 2, 1, 2]]
        ),
    ]

    private static func resizing(
        _ scales: [Float],
        _ interpolation: Resize.Interpolation,
        _ coordinates: Resize.Coordinates = .halfPixel,
        excludesOutside: Bool = false
    ) -> Resize {
        Resize(
            target: .scales([1, 1] + scales),
            coordinates: coordinates,
            interpolation: interpolation,
            excludesOutside: excludesOutside
        )
    }

    private static let image: [SymbolicShape] = [[.batch, 2, 4, 5]]

    private static let resizings: [OperatorCase] = [
        .init("resize-nearest", resizing([2, 1.5], .nearest(.half(prefersCeiling: false))), image),
        .init("resize-nearest-ceil", resizing([0.5, 0.6], .nearest(.half(prefersCeiling: true))), image),
        .init("resize-nearest-floor", resizing([2, 3], .nearest(.floor), .asymmetric), image),
        .init("resize-nearest-up", resizing([0.7, 2], .nearest(.ceiling), .asymmetric), image),
        .init("resize-linear", resizing([2, 1.7], .linear()), image),
        .init("resize-linear-corners", resizing([1.5, 0.6], .linear(), .alignCorners), image),
        .init("resize-linear-one", resizing([0.25, 0.2], .linear(), .pytorchHalfPixel), image),
        .init("resize-linear-symmetric", resizing([0.6, 0.7], .linear(), .halfPixelSymmetric), image),
        .init("resize-linear-smooth", resizing([0.5, 0.4], .linear(antialiases: true)), image),
        .init("resize-cubic", resizing([1.5, 0.8], .cubic()), image),
        .init("resize-cubic-inside", resizing([2, 0.6], .cubic(), excludesOutside: true), image),
        .init(
            "resize-cubic-smooth",
            resizing([0.5, 0.6], .cubic(coefficient: -0.5, antialiases: true)),
            image
        ),
        .init(
            "resize-sizes",
            Resize(axes: [3, 2], target: .sizes([7, 3], .stretch), interpolation: .linear()),
            image
        ),
        .init(
            "resize-not-larger",
            Resize(axes: [2, 3], target: .sizes([3, 7], .notLarger), interpolation: .cubic()),
            image
        ),
        .init(
            "resize-not-smaller",
            Resize(axes: [2, 3], target: .sizes([6, 6], .notSmaller), interpolation: .linear()),
            image
        ),
        .init(
            "resize-region",
            Resize(
                axes: [2, 3],
                target: .sizes([3, 4], .stretch),
                coordinates: .cropAndResize,
                interpolation: .linear(),
                region: [0.1, -0.2, 0.8, 1.3],
                extrapolation: 0.5
            ),
            image
        ),
    ]

    /// The borders between the pixels of images with extents 2 and 4, where places have no derivative.
    private static let places = OperatorCase.Elements.uniform(
        -1.6...1.6,
        kinks: [-1.5, -1.25, -1, -0.75, -0.5, -0.25, 0, 0.25, 0.5, 0.75, 1, 1.25, 1.5]
    )

    private static func sampling(_ operation: GridSample, _ name: String) -> OperatorCase {
        .init(
            "grid-sample-\(name)",
            operation,
            [[.batch, 3, 4, 2], [.batch, 2, 3, 2]],
            elements: .each([numbers, places])
        )
    }

    private static let samplings: [OperatorCase] = [
        sampling(GridSample(), "linear"),
        sampling(GridSample(padding: .border), "border"),
        sampling(GridSample(padding: .reflection), "reflection"),
        sampling(GridSample(interpolation: .nearest), "nearest"),
        sampling(GridSample(interpolation: .cubic), "cubic"),
        sampling(GridSample(interpolation: .cubic, padding: .border), "cubic-border"),
        sampling(GridSample(interpolation: .cubic, padding: .reflection), "cubic-reflection"),
        .init(
            "grid-sample-corners",
            GridSample(padding: .reflection, alignsCorners: true),
            [[.batch, 2, 3, 2], [.batch, 2, 3, 2]],
            elements: .each([numbers, places])
        ),
        .init(
            "grid-sample-3d",
            GridSample(axes: 3),
            [[.batch, 2, 2, 4, 2], [.batch, 2, 1, 3, 3]],
            elements: .each([numbers, places])
        ),
        .init(
            "grid-sample-1d",
            GridSample(padding: .border, axes: 1),
            [[.batch, 2, 4], [.batch, 5, 1]],
            elements: .each([numbers, places])
        ),
        .init(
            "roi-align",
            RoiAlign(extents: [1, 2], samplingRatio: 1),
            [[2, 3, 6, 7], [.batch, 4], [.batch]],
            elements: .each([numbers, .uniform(0.55...5.45), .integers(0...1)])
        ),
        .init(
            "roi-align-stretched",
            RoiAlign(extents: [2, 1], samplingRatio: 1, spatialScale: 0.5, isHalfPixel: false),
            [[2, 3, 6, 7], [.batch, 4], [.batch]],
            elements: .each([numbers, .uniform(0.55...5.45), .integers(0...1)])
        ),
        .init(
            "roi-align-maximum",
            RoiAlign(extents: [1, 2], samplingRatio: 1, mode: .maximum),
            [[2, 3, 6, 7], [2, 4], [2]],
            elements: .each([.uniform(0.5...2), .uniform(0.55...5.45), .integers(0...1)]),
            isSampleWise: false
        ),
    ]

    private static func lpPool(
        _ p: Int,
        _ kernel: [Int],
        _ strides: [Int],
        _ pads: [Int],
        ceil: Bool = false
    )
        -> LpPool
    {
        LpPool(
            p: p,
            kernel: kernel,
            strides: strides,
            dilations: kernel.map { _ in 1 },
            padsBegin: Array(pads[..<kernel.count]),
            padsEnd: Array(pads[kernel.count...]),
            ceilMode: ceil
        )
    }

    private static let kink = OperatorCase.Elements.uniform(-2...2, kinks: [0])

    private static let specialPools: [OperatorCase] = [
        .init("lp-pool", lpPool(2, [2, 3], [2, 1], [0, 1, 1, 1]), [[.batch, 2, 5, 4]], elements: kink),
        .init("lp-pool-1", lpPool(1, [3], [2], [1, 0]), [[.batch, 2, 7]], elements: kink),
        .init(
            "lp-pool-3",
            lpPool(3, [2, 2], [2, 2], [0, 0, 0, 0], ceil: true),
            [[.batch, 2, 5, 5]],
            elements: kink
        ),
        .init(
            "lp-pool-dilated",
            LpPool(
                kernel: [2, 2],
                strides: [1, 1],
                dilations: [2, 1],
                padsBegin: [1, 0],
                padsEnd: [0, 0]
            ),
            [[.batch, 1, 4, 4]],
            elements: kink
        ),
        .init(
            "max-pool-indices",
            MaxPoolIndices(
                MaxPool(
                    kernel: [2, 2],
                    strides: [2, 1],
                    dilations: [1, 1],
                    padsBegin: [1, 0],
                    padsEnd: [0, 0]
                ),
                isColumnMajor: true
            ),
            [[.batch, 2, 3, 4]],
            elements: distinct,
            isSampleWise: false
        ),
        .init(
            "max-unpool",
            MaxUnpool(kernel: [2, 2], strides: [2, 2], padsBegin: [0, 0], padsEnd: [0, 0]),
            [[.batch, 2, 3, 2], [.batch, 2, 3, 2]],
            elements: .each([numbers, .integers(0...47)]),
            isSampleWise: false
        ),
    ]
}
