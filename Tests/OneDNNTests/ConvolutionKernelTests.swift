import BulwarkModels
import BulwarkOneDNN
import BulwarkTensors
import Testing

struct ConvolutionKernelTests {
    /// One convolution with all its sizes.
    struct Case: Sendable, CustomStringConvertible {
        var description: String
        var samples = 2
        var channels = 4
        var outputs = 6
        var group = 1
        var image = [7, 6]
        var kernel = [3, 3]
        var strides: [Int] = []
        var dilations: [Int] = []
        var padsBegin: [Int] = []
        var padsEnd: [Int] = []
        var hasBias = true

        func operation() -> Conv {
            func filled(_ list: [Int], _ value: Int) -> [Int] {
                list.isEmpty ? kernel.map { _ in value } : list
            }
            return Conv(
                group: group,
                strides: filled(strides, 1),
                dilations: filled(dilations, 1),
                padsBegin: filled(padsBegin, 0),
                padsEnd: filled(padsEnd, 0)
            )
        }

        func inputs(seed: UInt64 = 7) -> [Tensor] {
            var random = SeededRandom(seed: seed, stream: "convolution")
            let images = Tensor.random(Shape(trusted: [samples, channels] + image), &random)
            let weights = Tensor.random(Shape(trusted: [outputs, channels / group] + kernel), &random)
            let bias = Tensor.random([outputs], &random)
            return hasBias ? [images, weights, bias] : [images, weights]
        }
    }

    static let cases = [
        Case(description: "plain"),
        Case(description: "without bias", hasBias: false),
        Case(
            description: "one channel",
            channels: 1,
            outputs: 32,
            image: [28, 28],
            padsBegin: [1, 1],
            padsEnd: [1, 1]
        ),
        Case(description: "whole blocks of channels", channels: 32, outputs: 16),
        Case(description: "channels that fill no block", channels: 17, outputs: 19),
        Case(description: "one by one", channels: 8, kernel: [1, 1]),
        Case(
            description: "one by one with a stride",
            channels: 16,
            outputs: 16,
            kernel: [1, 1],
            strides: [2, 2]
        ),
        Case(description: "one output element", image: [3, 3]),
        Case(description: "strides", strides: [2, 3]),
        Case(description: "dilations", image: [9, 9], dilations: [2, 3]),
        Case(
            description: "strides, dilations, pads",
            image: [9, 8],
            strides: [2, 1],
            dilations: [1, 2],
            padsBegin: [1, 2],
            padsEnd: [2, 1]
        ),
        Case(description: "pads on one side", padsBegin: [0, 0], padsEnd: [1, 2]),
        Case(description: "pads on the other side", padsBegin: [2, 1], padsEnd: [0, 0]),
        Case(
            description: "kernel larger than the image",
            image: [2, 3],
            kernel: [5, 5],
            padsBegin: [2, 2],
            padsEnd: [2, 2]
        ),
        Case(
            description: "pads wider than the kernel",
            kernel: [2, 2],
            padsBegin: [3, 0],
            padsEnd: [0, 4]
        ),
        Case(
            description: "one element, seen by the middle of the kernel",
            channels: 16,
            outputs: 32,
            image: [1, 1],
            padsBegin: [1, 1],
            padsEnd: [1, 1]
        ),
        Case(
            description: "two elements, not seen by every tap",
            channels: 16,
            outputs: 16,
            image: [2, 1],
            strides: [2, 2],
            padsBegin: [1, 1],
            padsEnd: [1, 1]
        ),
        Case(
            description: "outer taps beyond a small image",
            group: 2,
            image: [3, 2],
            kernel: [5, 7],
            dilations: [2, 1],
            padsBegin: [4, 3],
            padsEnd: [4, 3]
        ),
        Case(
            description: "taps that step over the image",
            image: [3, 5],
            kernel: [2, 3],
            strides: [4, 5],
            dilations: [3, 4],
            padsBegin: [1, 3],
            padsEnd: [0, 4]
        ),
        Case(description: "groups", channels: 8, outputs: 12, group: 4),
        Case(description: "two groups of whole blocks", channels: 32, outputs: 32, group: 2),
        Case(
            description: "depthwise",
            channels: 16,
            outputs: 16,
            group: 16,
            padsBegin: [1, 1],
            padsEnd: [1, 1]
        ),
        Case(description: "depthwise with a multiplier", channels: 3, outputs: 6, group: 3),
        Case(
            description: "one dimension",
            image: [11],
            kernel: [4],
            strides: [2],
            padsBegin: [1],
            padsEnd: [2]
        ),
        Case(
            description: "three dimensions",
            image: [4, 5, 6],
            kernel: [2, 3, 2],
            padsBegin: [0, 1, 0],
            padsEnd: [1, 1, 0]
        ),
        Case(
            description: "large kernel",
            channels: 3,
            outputs: 8,
            image: [16, 16],
            kernel: [7, 7],
            strides: [2, 2],
            padsBegin: [3, 3],
            padsEnd: [3, 3]
        ),
        Case(description: "one sample", samples: 1),
    ]

    @Test(arguments: cases)
    func agreesWithTheReference(_ example: Case) throws {
        try NodeComparison.expectAgreement(
            example.operation(),
            example.inputs(),
            parameters: [1, 2],
            example.description
        )
    }

    @Test(arguments: cases)
    func agreesWithTheReferenceWhenWeightsAreInputs(_ example: Case) throws {
        try NodeComparison.expectAgreement(example.operation(), example.inputs(), example.description)
    }

    @Test(arguments: 0..<60)
    func agreesWithTheReferenceOnRandomSizes(_ seed: Int) throws {
        var random = SeededRandom(seed: UInt64(seed), stream: "sizes")
        let rank = Int.random(in: 1...2, using: &random)
        let group = [1, 1, 1, 2, 3].randomElement(using: &random) ?? 1
        func list(_ range: ClosedRange<Int>) -> [Int] {
            (0..<rank).map { _ in Int.random(in: range, using: &random) }
        }
        let kernel = list(1...4)
        let dilations = list(1...2)
        let before = kernel.map { Int.random(in: 0...$0, using: &random) }
        let after = kernel.map { Int.random(in: 0...$0, using: &random) }
        let image = (0..<rank).map { axis in
            let least = max(1, (kernel[axis] - 1) * dilations[axis] + 1 - before[axis] - after[axis])
            return least + Int.random(in: 0...9, using: &random)
        }
        let example = Case(
            description: "seed \(seed)",
            samples: Int.random(in: 1...3, using: &random),
            channels: group * Int.random(in: 1...18, using: &random),
            outputs: group * Int.random(in: 1...18, using: &random),
            group: group,
            image: image,
            kernel: kernel,
            strides: list(1...3),
            dilations: dilations,
            padsBegin: before,
            padsEnd: after,
            hasBias: Bool.random(using: &random)
        )
        try NodeComparison.expectAgreement(
            example.operation(),
            example.inputs(),
            parameters: [1, 2],
            "\(example)"
        )
    }

    @Test func runsOrdinarySizesOnOneDNN() throws {
        for example in Self.cases where example.description != "pads wider than the kernel" {
            let shapes = example.inputs().map(\.shape)
            let isFast = try NodeComparison.isFast(example.operation(), shapes, parameters: [1, 2])
            #expect(isFast, "\(example)")
        }
    }

    @Test func anEmptyBatchGivesAnEmptyResult() throws {
        let example = Case(description: "no samples", samples: 0)
        try NodeComparison.expectAgreement(example.operation(), example.inputs(), parameters: [1, 2])
    }
}
