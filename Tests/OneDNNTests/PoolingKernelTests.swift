import BulwarkModels
import BulwarkOneDNN
import BulwarkTensors
import Testing

struct PoolingKernelTests {
    /// A window of both kinds of pools.
    struct Window: Sendable, CustomStringConvertible {
        var description: String
        var image = [7, 8]
        var kernel = [2, 2]
        var strides: [Int] = []
        var dilations: [Int] = []
        var padsBegin: [Int] = []
        var padsEnd: [Int] = []
        var ceilMode = false

        private func filled(_ list: [Int], _ value: Int) -> [Int] {
            list.isEmpty ? kernel.map { _ in value } : list
        }

        var maximum: MaxPool {
            MaxPool(
                kernel: kernel,
                strides: filled(strides, 1),
                dilations: filled(dilations, 1),
                padsBegin: filled(padsBegin, 0),
                padsEnd: filled(padsEnd, 0),
                ceilMode: ceilMode
            )
        }

        func average(countsPadding: Bool) -> AveragePool {
            AveragePool(
                kernel: kernel,
                strides: filled(strides, 1),
                padsBegin: filled(padsBegin, 0),
                padsEnd: filled(padsEnd, 0),
                ceilMode: ceilMode,
                countsPadding: countsPadding
            )
        }
    }

    static let windows = [
        Window(description: "plain"),
        Window(description: "halving", strides: [2, 2]),
        Window(
            description: "overlapping",
            kernel: [3, 3],
            strides: [2, 2],
            padsBegin: [1, 1],
            padsEnd: [1, 1]
        ),
        Window(description: "gaps", kernel: [1, 2], strides: [3, 3]),
        Window(
            description: "asymmetric pads",
            kernel: [3, 2],
            strides: [2, 1],
            padsBegin: [2, 0],
            padsEnd: [0, 1]
        ),
        Window(description: "rounded up", strides: [2, 3], ceilMode: true),
        Window(
            description: "rounded up with pads",
            kernel: [3, 3],
            strides: [2, 2],
            padsBegin: [1, 1],
            padsEnd: [1, 1],
            ceilMode: true
        ),
        Window(
            description: "rounded up beyond the pads",
            image: [8, 8],
            kernel: [3, 3],
            strides: [2, 2],
            padsEnd: [0, 0],
            ceilMode: true
        ),
        Window(
            description: "rounded up, far beyond",
            image: [5, 9],
            kernel: [3, 4],
            strides: [3, 4],
            ceilMode: true
        ),
        Window(
            description: "one dimension",
            image: [9],
            kernel: [3],
            strides: [2],
            padsBegin: [1],
            padsEnd: [0]
        ),
        Window(description: "three dimensions", image: [4, 5, 3], kernel: [2, 2, 3], strides: [2, 1, 1]),
        Window(description: "whole image", image: [5, 4], kernel: [5, 4]),
        Window(description: "more than 256 taps", image: [18, 18], kernel: [17, 17]),
    ]

    @Test(arguments: windows, [1, 3, 16, 33])
    func maximaAgreeWithTheReference(_ window: Window, _ channels: Int) throws {
        var random = SeededRandom(seed: 3, stream: "pool")
        let images = Tensor.random(Shape(trusted: [2, channels] + window.image), &random)
        try NodeComparison.expectAgreement(window.maximum, [images], "\(window)")
    }

    @Test(arguments: windows, [false, true])
    func meansAgreeWithTheReference(_ window: Window, _ countsPadding: Bool) throws {
        var random = SeededRandom(seed: 4, stream: "pool")
        for channels in [1, 5, 16, 33] {
            let images = Tensor.random(Shape(trusted: [2, channels] + window.image), &random)
            try NodeComparison.expectAgreement(
                window.average(countsPadding: countsPadding),
                [images],
                "\(window)"
            )
        }
    }

    /// The gradient goes to the first of several equal elements, as the reference has it.
    @Test(arguments: windows, [1, 16, 33])
    func tiesGoToTheFirst(_ window: Window, _ channels: Int) throws {
        var random = SeededRandom(seed: 5, stream: "ties")
        let shape = Shape(trusted: [2, channels] + window.image)
        let few = Tensor(shape, generating: { _ in Float(Int.random(in: 0...1, using: &random)) })
        try NodeComparison.expectAgreement(window.maximum, [few], "\(window)")
        try NodeComparison.expectAgreement(window.maximum, [Tensor(shape)], "\(window), all zero")
        let signs = Tensor(shape, generating: { $0 % 3 == 0 ? 0 : -0.0 })
        try NodeComparison.expectAgreement(window.maximum, [signs], "\(window), zeros of both signs")
    }

    @Test(arguments: [Float.nan, .infinity, -.infinity])
    func elementsThatAreNotFiniteAgreeWithTheReference(_ element: Float) throws {
        var random = SeededRandom(seed: 6, stream: "pool")
        let image = Tensor.random([1, 16, 6, 6], &random)
        let window = Window(description: "halving", image: [6, 6], strides: [2, 2])
        let some = Tensor(image.shape, generating: { $0 % 7 == 0 ? element : image[$0] })
        try NodeComparison.expectAgreement(window.maximum, [some])
        try NodeComparison.expectAgreement(window.maximum, [Tensor(image.shape, repeating: element)])
        try NodeComparison.expectAgreement(window.average(countsPadding: true), [some])
    }

    @Test func dilatedWindowsAgreeWithTheReference() throws {
        var random = SeededRandom(seed: 8, stream: "pool")
        let image = Tensor.random([2, 3, 9, 9], &random)
        let window = Window(description: "dilated", kernel: [2, 3], dilations: [2, 3], padsBegin: [1, 0])
        try NodeComparison.expectAgreement(window.maximum, [image])
    }

    @Test(arguments: [[9], [7, 6], [3, 4, 5], [1, 1], [20, 20]])
    func poolsOverWholeImagesAgreeWithTheReference(_ image: [Int]) throws {
        var random = SeededRandom(seed: 9, stream: "pool")
        for channels in [1, 3, 32] {
            let images = Tensor.random(Shape(trusted: [3, channels] + image), &random)
            try NodeComparison.expectAgreement(GlobalAveragePool(), [images])
            try NodeComparison.expectAgreement(GlobalMaxPool(), [images])
        }
    }

    @Test func ordinaryWindowsAreFast() throws {
        func isFast(_ operation: any Operator, _ image: [Int]) throws -> Bool {
            try NodeComparison.isFast(operation, [Shape(trusted: [2, 3] + image)])
        }
        for window in Self.windows {
            if window.kernel.count < 3, window.kernel.reduce(1, *) < 256 {
                #expect(try isFast(window.maximum, window.image), "\(window)")
            }
            #expect(try isFast(window.average(countsPadding: false), window.image), "\(window)")
        }
        #expect(try isFast(GlobalAveragePool(), [7, 7]))
        #expect(try isFast(GlobalMaxPool(), [7, 7]))
        // What oneDNN would count as padding is not.
        let beyond = Window(
            description: "",
            image: [8, 8],
            kernel: [3, 3],
            strides: [2, 2],
            ceilMode: true
        )
        #expect(try !isFast(beyond.average(countsPadding: true), [8, 8]))
    }
}
