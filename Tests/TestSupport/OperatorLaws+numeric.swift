import BulwarkModels

extension OperatorLaws {
    /// Integer, quantised and signal-processing operators.
    static let numericCases: [OperatorCase] = remainders + bits + quantisations + transforms

    private static let numbers = OperatorCase.Elements.uniform(-2...2)
    private static let bytes = OperatorCase.Elements.integers(0...255)
    private static let scales = OperatorCase.Elements.uniform(0.25...0.75)

    private static let remainders: [OperatorCase] = [
        // No quotient is close to a whole number: both grids keep apart.
        .init("fmod", Mod(truncates: true), [[.batch, 4, 1], [5]], elements: .distinct(2...3.5)),
        .init(
            "fmod-of-negatives",
            Mod(truncates: true),
            [[.batch, 4, 1], [5]],
            elements: .each([.distinct(-3.5 ... -2), .distinct(2...3.5)])
        ),
        .init(
            "mod-of-floats-rounded-down",
            Mod(truncates: false, givesIntegers: true),
            [[.batch, 5], [5]],
            elements: .each([.integers(-9...9), .integers(1...5)])
        ),
    ]

    private static let bits: [OperatorCase] = [
        .init(
            "bits-and",
            BitwiseLogic(.and, type: .int32),
            [[.batch, 5], [5]],
            elements: .integers(-99...99)
        ),
        .init("bits-or", BitwiseLogic(.or, type: .int8), [[.batch, 5], [5]], elements: .integers(-99...99)),
        .init("bits-xor", BitwiseLogic(.xor, type: .uint8), [[.batch, 5], []], elements: bytes),
        .init(
            "shift-left",
            BitwiseLogic(.shiftLeft, type: .uint8),
            [[.batch, 5], [5]],
            elements: .each([bytes, .integers(0...9)])
        ),
        .init(
            "shift-right",
            BitwiseLogic(.shiftRight, type: .uint16),
            [[.batch, 5], [5]],
            elements: .each([bytes, .integers(0...9)])
        ),
        .init("bits-not", BitwiseNot(type: .uint8), [[.batch, 5]], elements: bytes),
        .init("bits-not-signed", BitwiseNot(type: .int16), [[.batch, 5]], elements: .integers(-99...99)),
        .init("bit-cast", BitCast(from: .uint8, to: .int8), [[.batch, 5]], elements: bytes),
        .init(
            "bit-cast-back",
            BitCast(from: .int16, to: .uint16),
            [[.batch, 5]],
            elements: .integers(-9...9)
        ),
    ]

    private static let quantisations: [OperatorCase] = [
        .init(
            "quantize",
            QuantizeLinear(),
            [[.batch, 7], [], []],
            elements: .each([.uniform(-60...60), scales, .integers(0...200)])
        ),
        .init(
            "quantize-channels",
            QuantizeLinear(axis: 1, type: .int8),
            [[.batch, 3, 4], [3], [3]],
            elements: .each([.uniform(-60...60), scales, .integers(-20...20)])
        ),
        .init(
            "quantize-without-zeros",
            QuantizeLinear(hasZeroPoints: false),
            [[.batch, 7], [1]],
            elements: .each([.uniform(-9...9), scales])
        ),
        .init(
            "quantize-blocks",
            QuantizeLinear(axis: -1, blockSize: 2, type: .int16, hasZeroPoints: false),
            [[.batch, 2, 5], [.batch, 2, 3]],
            elements: .each([.uniform(-9...9), scales])
        ),
        .init(
            "dequantize",
            DequantizeLinear(),
            [[.batch, 7], [], []],
            elements: .each([bytes, scales, bytes])
        ),
        .init(
            "dequantize-channels",
            DequantizeLinear(axis: 1, type: .int8),
            [[.batch, 3, 4], [3], [3]],
            elements: .each([.integers(-9...9), scales, .integers(-9...9)])
        ),
        .init(
            "dequantize-rows",
            DequantizeLinear(axis: -1, type: .int32),
            [[.batch, 3], [3]],
            elements: .each([.integers(-9...9), scales])
        ),
        .init(
            "dequantize-blocks",
            DequantizeLinear(axis: 1, blockSize: 3, type: .int16),
            [[.batch, 4, 2], [.batch, 2, 2], [.batch, 2, 2]],
            elements: .each([.integers(-9...9), scales, .integers(-9...9)])
        ),
    ]

    private static let transforms: [OperatorCase] = [
        .init("fourier-real", FourierTransform(axis: 1), [[.batch, 6, 1]]),
        .init("fourier-complex", FourierTransform(axis: 1), [[.batch, 5, 3, 2]]),
        .init("fourier-inverse", FourierTransform(axis: -2, isInverse: true), [[.batch, 2, 7, 2]]),
        .init("fourier-inverse-of-real", FourierTransform(axis: 1, isInverse: true), [[.batch, 4, 1]]),
        .init("fourier-one-sided", FourierTransform(axis: 1, form: .oneSided), [[.batch, 6, 2, 1]]),
        .init("fourier-one-sided-odd", FourierTransform(axis: 1, form: .oneSided), [[.batch, 5, 1]]),
        .init(
            "fourier-real-series",
            FourierTransform(axis: 1, isInverse: true, form: .realSeries(length: 6)),
            [[.batch, 4, 2]]
        ),
        .init(
            "fourier-real-series-odd",
            FourierTransform(axis: 1, isInverse: true, form: .realSeries(length: 7)),
            [[.batch, 4, 2, 2]]
        ),
        .init(
            "term-counts",
            TermCounts(
                terms: [
                    .init(sequence: [1], column: 2, weight: 0.5), .init(sequence: [2, 3], column: 0),
                    .init(sequence: [3, 1], column: 1, weight: 2),
                ],
                lengths: 1...2,
                maximumSkips: 1
            ),
            [[.batch, 8]],
            elements: .integers(1...3)
        ),
    ]
}
