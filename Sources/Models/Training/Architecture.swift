import BulwarkTensors
import RealModule

/// A network that can be built and trained here.
public enum Architecture: String, Sendable, CaseIterable {
    /// Two hidden layers of rectified units; takes inputs of any shape.
    case mlp
    /// Two blocks of 3×3 convolution, rectifier and 2×2 max pooling, then a hidden layer; takes images `[C,
    /// H, W]`.
    case cnn

    /// Why an architecture does not fit the data.
    public enum Failure: Error, Equatable, CustomStringConvertible {
        /// The input is no image of at least 4×4 pixels.
        case notAnImage(Shape)

        /// The fault in words.
        public var description: String {
            switch self {
            case .notAnImage(let shape):
                "inputs of shape \(shape) are not images [channels, height, width] of at least 4 by 4 pixels; use mlp"
            }
        }
    }

    /// An untrained network that ends in logits.
    ///
    /// Weights are drawn as in He, Zhang, Ren and Sun, "Delving deep into rectifiers" (ICCV 2015), section
    /// 2.2: normal with variance 2 / fan-in; biases are zero.
    ///
    /// - Parameters:
    ///   - inputShape: The shape of one sample.
    ///   - classCount: The number of classes.
    ///   - width: The units of the first hidden layer of the MLP, or the channels of the CNN's first block.
    ///   - seed: The seed of the weights.
    /// - Returns: A graph from `[N, …inputShape]` to `[N, classCount]` whose weights are trainable.
    /// - Throws: `Architecture.Failure`, or `GraphError` if the network is too large.
    public func graph(inputShape: Shape, classCount: Int, width: Int? = nil, seed: UInt64) throws -> Graph {
        precondition(classCount >= 2, "a classifier tells at least two classes apart")
        var network = NetworkBuilder(seed: seed)
        var value = try network.input(inputShape)
        switch self {
        case .mlp:
            let width = width ?? 128
            value = try network.flatten(value)
            value = try network.relu(network.dense(value, width, "hidden1"))
            value = try network.relu(network.dense(value, width, "hidden2"))
        case .cnn:
            guard inputShape.rank == 3, inputShape[1] >= 4, inputShape[2] >= 4 else {
                throw Failure.notAnImage(inputShape)
            }
            let width = width ?? 16
            value = try network.pool(network.relu(network.convolution(value, width, "conv1")))
            value = try network.pool(network.relu(network.convolution(value, 2 * width, "conv2")))
            value = try network.flatten(value)
            value = try network.relu(network.dense(value, 4 * width, "hidden"))
        }
        let logits = try network.dense(value, classCount, "output")
        return network.finish(logits)
    }
}

/// Layers in the usual words.
private struct NetworkBuilder {
    private var builder = GraphBuilder()
    private let seed: UInt64

    init(seed: UInt64) { self.seed = seed }

    mutating func input(_ shape: Shape) throws -> ValueID {
        try builder.input("input", SymbolicShape([.batch] + shape.dimensions.map { Dimension(constant: $0) }))
    }

    mutating func flatten(_ value: ValueID) throws -> ValueID {
        builder.shape(of: value).rank == 2
            ? value : try builder.apply(Flatten(axis: 1), to: [value], name: "flatten")
    }

    mutating func relu(_ value: ValueID) throws -> ValueID { try builder.apply(Relu(), to: [value]) }

    mutating func pool(_ value: ValueID) throws -> ValueID {
        try builder.apply(
            MaxPool(
                kernel: [2, 2],
                strides: [2, 2],
                dilations: [1, 1],
                padsBegin: [0, 0],
                padsEnd: [0, 0]
            ),
            to: [value]
        )
    }

    mutating func dense(_ value: ValueID, _ width: Int, _ name: String) throws -> ValueID {
        let inputs = builder.shape(of: value)[1].constant
        let weight = try weights("\(name).weight", [width, inputs], fanIn: inputs)
        let bias = try builder.parameter("\(name).bias", Tensor(Shape(trusted: [width])), isTrainable: true)
        return try builder.apply(Gemm(transposesRight: true), to: [value, weight, bias], name: name)
    }

    mutating func convolution(_ value: ValueID, _ channels: Int, _ name: String) throws -> ValueID {
        let inputs = builder.shape(of: value)[1].constant
        let weight = try weights("\(name).weight", [channels, inputs, 3, 3], fanIn: inputs * 9)
        let bias = try builder.parameter(
            "\(name).bias",
            Tensor(Shape(trusted: [channels])),
            isTrainable: true
        )
        let operation = Conv(strides: [1, 1], dilations: [1, 1], padsBegin: [1, 1], padsEnd: [1, 1])
        return try builder.apply(operation, to: [value, weight, bias], name: name)
    }

    func finish(_ logits: ValueID) -> Graph { builder.graph(outputs: [logits]) }

    private mutating func weights(_ name: String, _ shape: [Int], fanIn: Int) throws -> ValueID {
        var random = SeededRandom(seed: seed, stream: "initial weights: \(name)")
        let deviation = Float.sqrt(2 / Float(max(fanIn, 1)))
        let tensor = Tensor(Shape(trusted: shape), generating: { _ in deviation * random.normal() })
        return try builder.parameter(name, tensor, isTrainable: true)
    }
}
