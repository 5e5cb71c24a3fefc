import BulwarkModels
import BulwarkTensors

/// Small networks with random layers, extents and weights: what a backend is compared with the reference on.
public struct RandomGraphs {
    private var random: SeededRandom
    private var builder = GraphBuilder()
    private let isSmooth: Bool

    /// A classifier of small images; the same seed gives the same network.
    ///
    /// A smooth one has nothing with kinks, so that its derivatives can be measured by differences.
    public static func network(seed: UInt64, isSmooth: Bool = false) throws -> Graph {
        var maker = RandomGraphs(
            random: SeededRandom(seed: seed, stream: "random-graphs"),
            isSmooth: isSmooth
        )
        return try maker.network()
    }

    /// Inputs for a graph, between -1 and 1.
    public static func inputs(for graph: Graph, batchSize: Int, seed: UInt64) throws -> [Tensor] {
        try graph.inputs.enumerated().map { index, id in
            var random = SeededRandom(seed: seed, stream: "random-inputs", sample: index)
            let shape = try graph[id].shape.resolved(batchSize: batchSize)
            return Tensor(shape, (0..<shape.count).map { _ in random.uniform(-1, 1) })
        }
    }

    private init(random: SeededRandom, isSmooth: Bool) {
        self.random = random
        self.isSmooth = isSmooth
    }

    private mutating func network() throws -> Graph {
        let image: SymbolicShape = [
            .batch, Dimension(constant: 1 + number(below: 3)), Dimension(constant: 6 + number(below: 5)),
            Dimension(constant: 6 + number(below: 5)),
        ]
        var value = try builder.input("image", image)
        for _ in 0..<2 + number(below: 4) { value = try imageLayer(value) }
        if number(below: 2) == 0 { value = try builder.apply(GlobalAveragePool(), to: [value]) }
        value = try builder.apply(Flatten(), to: [value])
        for _ in 0..<number(below: 2) {
            value = try dense(value, outputs: 4 + number(below: 8))
            value = try activation(value)
        }
        value = try dense(value, outputs: 3 + number(below: 5))
        if number(below: 3) == 0 { value = try builder.apply(Softmax(), to: [value]) }
        return builder.graph(outputs: [value])
    }

    private mutating func imageLayer(_ value: ValueID) throws -> ValueID {
        switch number(below: 8) {
        case 0, 1, 2: try activation(convolution(value))
        case 3: try activation(normalization(convolution(value)))
        case 4: try residual(value)
        case 5: try pool(value)
        case 6:
            try builder.apply(
                Concat(axis: 1),
                to: [value, convolution(value, channels: 2, keepsExtent: true)]
            )
        default: try builder.apply(Mul(), to: [value, parameter([channels(value), 1, 1], scale: 1)])
        }
    }

    private mutating func convolution(
        _ value: ValueID,
        channels outputs: Int? = nil,
        keepsExtent: Bool = false
    ) throws -> ValueID {
        let inputs = channels(value)
        let group = outputs == nil && inputs % 2 == 0 && number(below: 2) == 0 ? 2 : 1
        let outputs = outputs ?? group * (1 + number(below: 4))
        let kernel = [2 * number(below: 2) + 1, 2 * number(below: 2) + 1]
        let strides = keepsExtent ? [1, 1] : [1 + number(below: 2), 1 + number(below: 2)]
        let pads = kernel.map { $0 / 2 }
        let conv = Conv(
            group: group,
            strides: strides,
            dilations: [1, 1],
            padsBegin: pads,
            padsEnd: pads
        )
        let taps = inputs / group * kernel[0] * kernel[1]
        var arguments = [
            value, try parameter([outputs, inputs / group] + kernel, scale: 1 / Float(taps).squareRoot()),
        ]
        if number(below: 2) == 0 { arguments.append(try parameter([outputs], scale: 0.3)) }
        return try builder.apply(conv, to: arguments)
    }

    private mutating func residual(_ value: ValueID) throws -> ValueID {
        let branch = try activation(convolution(value, channels: channels(value), keepsExtent: true))
        return try builder.apply(Add(), to: [value, branch])
    }

    private mutating func normalization(_ value: ValueID) throws -> ValueID {
        let shape = [channels(value)]
        let variance = Tensor([shape[0]], (0..<shape[0]).map { _ in random.uniform(0.5, 2) })
        let arguments = [
            value, try parameter(shape, scale: 1), try parameter(shape, scale: 0.3),
            try parameter(shape, scale: 0.3),
            try builder.parameter("variance", variance),
        ]
        return try builder.apply(BatchNormalization(), to: arguments)
    }

    private mutating func pool(_ value: ValueID) throws -> ValueID {
        let extents = builder.shape(of: value).dimensions.dropFirst(2).compactMap(\.fixed)
        let kernel = extents.map { min($0, 2 + number(below: 2)) }
        let strides = [1 + number(below: 2), 2]
        let pads = kernel.map { _ in number(below: 2) }
        guard isSmooth || number(below: 2) == 0 else {
            let max = MaxPool(
                kernel: kernel,
                strides: strides,
                dilations: [1, 1],
                padsBegin: pads,
                padsEnd: pads
            )
            return try builder.apply(max, to: [value])
        }
        let average = AveragePool(
            kernel: kernel,
            strides: strides,
            padsBegin: kernel.map { min($0 - 1, 1) },
            padsEnd: [0, 0],
            countsPadding: number(below: 2) == 0
        )
        return try builder.apply(average, to: [value])
    }

    private mutating func activation(_ value: ValueID) throws -> ValueID {
        let smooth: [any Operator] = [Sigmoid(), Tanh()]
        let all: [any Operator] = smooth + [Relu(), Relu(), Relu(), LeakyRelu(), Clip(lower: 0, upper: 1)]
        let choices = isSmooth ? smooth : all
        return try builder.apply(choices[number(below: choices.count)], to: [value])
    }

    private mutating func dense(_ value: ValueID, outputs: Int) throws -> ValueID {
        let inputs = builder.shape(of: value)[1].constant
        let scale = 1 / Float(inputs).squareRoot()
        if number(below: 2) == 0 {
            let product = try builder.apply(
                MatMul(),
                to: [value, parameter([inputs, outputs], scale: scale)]
            )
            return try builder.apply(Add(), to: [product, parameter([outputs], scale: 0.3)])
        }
        let weights = [try parameter([outputs, inputs], scale: scale), try parameter([outputs], scale: 0.3)]
        return try builder.apply(Gemm(transposesRight: true), to: [value] + weights)
    }

    private mutating func parameter(_ dimensions: [Int], scale: Float) throws -> ValueID {
        let shape = try Shape(dimensions)
        let tensor = Tensor(shape, (0..<shape.count).map { _ in scale * random.normal() })
        return try builder.parameter("weight", tensor, isTrainable: true)
    }

    private func channels(_ value: ValueID) -> Int { builder.shape(of: value)[1].constant }

    private mutating func number(below bound: Int) -> Int {
        Int(random.next().multipliedFullWidth(by: UInt64(bound)).high)
    }
}
