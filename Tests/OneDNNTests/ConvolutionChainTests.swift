import BulwarkModels
import BulwarkOneDNN
import BulwarkTensors
import Testing

/// Convolutions with what a plan computes together with them.
struct ConvolutionChainTests {
    /// A convolution of 3×3 between so many channels on images of one size.
    struct Layer: Sendable, CustomStringConvertible {
        var channels: Int
        var outputs: Int
        var image: [Int]
        var kernel = 3
        var stride = 1
        var pad = 1

        var description: String {
            "\(channels) to \(outputs) channels on \(image), pad \(pad), stride \(stride)"
        }

        func apply(_ builder: inout GraphBuilder, _ value: ValueID, isTrained: Bool) throws -> ValueID {
            var random = SeededRandom(seed: 11, stream: "layer")
            let shape = Shape(trusted: [outputs, channels, kernel, kernel])
            let weights = try builder.parameter("w", .random(shape, &random), isTrainable: isTrained)
            let bias = try builder.parameter("b", .random([outputs], &random), isTrainable: isTrained)
            let operation = Conv(
                strides: [stride, stride],
                dilations: [1, 1],
                padsBegin: [pad, pad],
                padsEnd: [pad, pad]
            )
            return try builder.apply(operation, to: [value, weights, bias])
        }
    }

    static let layers = [
        Layer(channels: 1, outputs: 20, image: [28, 28]),
        Layer(channels: 3, outputs: 16, image: [17, 9], kernel: 7, stride: 2, pad: 3),
        Layer(channels: 2, outputs: 33, image: [6, 13], pad: 0),
        Layer(channels: 16, outputs: 16, image: [14, 14]),
        Layer(channels: 20, outputs: 35, image: [9, 11]),
        Layer(channels: 33, outputs: 17, image: [8, 7], pad: 2),
        Layer(channels: 64, outputs: 64, image: [6, 6], pad: 0),
        Layer(channels: 18, outputs: 18, image: [9, 9], kernel: 5, stride: 2, pad: 1),
    ]

    enum Pool: String, CaseIterable {
        case halving, overlapping, uneven

        var operation: MaxPool {
            let (kernel, stride, pad) =
                switch self {
                case .halving: ([2, 2], [2, 2], [0, 0])
                case .overlapping: ([3, 3], [2, 2], [1, 1])
                case .uneven: ([2, 3], [3, 1], [0, 1])
                }
            return MaxPool(
                kernel: kernel,
                strides: stride,
                dilations: [1, 1],
                padsBegin: pad,
                padsEnd: pad,
                ceilMode: false
            )
        }
    }

    enum Rectifier: String, CaseIterable { case none, before, after }

    @Test(arguments: layers, Pool.allCases)
    func maximaOverConvolutionsAgreeWithTheReference(_ layer: Layer, _ pool: Pool) throws {
        for rectifier in Rectifier.allCases {
            for isTrained in [false, true] {
                var builder = GraphBuilder()
                var value = try builder.input(
                    "x",
                    SymbolicShape([.batch] + ([layer.channels] + layer.image).map { Dimension(constant: $0) })
                )
                value = try layer.apply(&builder, value, isTrained: isTrained)
                if rectifier == .before { value = try builder.apply(Relu(), to: [value]) }
                value = try builder.apply(pool.operation, to: [value])
                if rectifier == .after { value = try builder.apply(Relu(), to: [value]) }
                try expectAgreement(builder.graph(outputs: [value]), "\(layer), \(pool), \(rectifier)")
            }
        }
    }

    @Test(arguments: layers)
    func sumsAndRectifiersAgreeWithTheReference(_ layer: Layer) throws {
        for isTrained in [false, true] {
            var builder = GraphBuilder()
            let image = SymbolicShape(
                [.batch] + ([layer.channels] + layer.image).map { Dimension(constant: $0) }
            )
            let input = try builder.input("x", image)
            let one = try layer.apply(&builder, input, isTrained: isTrained)
            let other = try builder.apply(Tanh(), to: [layer.apply(&builder, input, isTrained: false)])
            let sum = try builder.apply(Add(), to: [one, other])
            let output = try builder.apply(Relu(), to: [sum])
            try expectAgreement(builder.graph(outputs: [output]), "\(layer)")
        }
    }

    /// The convolution's own output is wanted as well, so nothing can be computed together.
    @Test func aConvolutionThatIsAnOutputKeepsItsValue() throws {
        for layer in Self.layers {
            var builder = GraphBuilder()
            let image = SymbolicShape(
                [.batch] + ([layer.channels] + layer.image).map { Dimension(constant: $0) }
            )
            let value = try layer.apply(&builder, try builder.input("x", image), isTrained: true)
            let pooled = try builder.apply(Pool.halving.operation, to: [value])
            let rectified = try builder.apply(Relu(), to: [pooled])
            try expectAgreement(builder.graph(outputs: [rectified, value]), "\(layer)")
        }
    }

    private func expectAgreement(_ graph: Graph, _ label: String) throws {
        var random = SeededRandom(seed: 12, stream: "images")
        // With five samples no block of tiles is full.
        let shape = try graph[graph.inputs[0]].shape.resolved(batchSize: 5)
        try NodeComparison.expectAgreement(graph, [.random(shape, &random)], batchSize: 5, label)
    }
}
