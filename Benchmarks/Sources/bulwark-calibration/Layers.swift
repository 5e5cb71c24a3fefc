import BulwarkModels
import BulwarkTensors

/// Networks in the usual words, layer by layer, with weights drawn by seed.
struct Layers {
    var builder = GraphBuilder()
    /// The seed of the weights.
    let seed: UInt64

    /// What stands behind each hidden layer.
    typealias Activation = (inout Layers, ValueID) throws -> ValueID

    init(seed: UInt64) { self.seed = seed }

    mutating func input(_ shape: Shape) throws -> ValueID {
        try builder.input("input", SymbolicShape([.batch] + shape.dimensions.map { Dimension(constant: $0) }))
    }

    mutating func flatten(_ value: ValueID) throws -> ValueID {
        builder.shape(of: value).rank == 2 ? value : try builder.apply(Flatten(axis: 1), to: [value])
    }

    mutating func relu(_ value: ValueID) throws -> ValueID { try builder.apply(Relu(), to: [value]) }

    mutating func constant(_ name: String, _ tensor: Tensor) throws -> ValueID {
        try builder.parameter(name, tensor)
    }

    mutating func times(_ value: ValueID, _ factor: Float) throws -> ValueID {
        try builder.apply(Mul(), to: [value, constant("factor", Tensor(scalar: factor))])
    }

    mutating func plus(_ value: ValueID, _ summand: Float) throws -> ValueID {
        try builder.apply(Add(), to: [value, constant("summand", Tensor(scalar: summand))])
    }

    mutating func dense(_ value: ValueID, _ width: Int, _ name: String) throws -> ValueID {
        let flat = try flatten(value)
        let inputs = builder.shape(of: flat)[1].constant
        let weight = try weights("\(name).weight", [width, inputs], fanIn: inputs)
        let bias = try builder.parameter("\(name).bias", Tensor([width]), isTrainable: true)
        return try builder.apply(Gemm(transposesRight: true), to: [flat, weight, bias], name: name)
    }

    mutating func convolution(_ value: ValueID, _ channels: Int, _ name: String) throws -> ValueID {
        let inputs = builder.shape(of: value)[1].constant
        let weight = try weights("\(name).weight", [channels, inputs, 3, 3], fanIn: inputs * 9)
        let bias = try builder.parameter("\(name).bias", Tensor([channels]), isTrainable: true)
        let operation = Conv(strides: [1, 1], dilations: [1, 1], padsBegin: [1, 1], padsEnd: [1, 1])
        return try builder.apply(operation, to: [value, weight, bias], name: name)
    }

    mutating func pool(_ value: ValueID) throws -> ValueID {
        let operation = MaxPool(
            kernel: [2, 2],
            strides: [2, 2],
            dilations: [1, 1],
            padsBegin: [0, 0],
            padsEnd: [0, 0]
        )
        return try builder.apply(operation, to: [value])
    }

    /// A network with two hidden layers.
    mutating func perceptron(
        _ value: ValueID,
        classes: Int,
        width: Int = 128,
        activation: Activation = { try $0.relu($1) }
    ) throws -> ValueID {
        let first = try dense(value, width, "hidden1")
        let second = try dense(activation(&self, first), width, "hidden2")
        return try dense(activation(&self, second), classes, "output")
    }

    /// Two blocks of 3×3 convolution, rectifier and pooling, then a hidden layer; the prefix tells several of
    /// them in one graph apart.
    mutating func convolutional(_ value: ValueID, classes: Int, prefix: String = "") throws -> ValueID {
        var value = try pool(relu(convolution(value, 16, "\(prefix)conv1")))
        value = try pool(relu(convolution(value, 32, "\(prefix)conv2")))
        value = try relu(dense(value, 64, "\(prefix)hidden"))
        return try dense(value, classes, "\(prefix)output")
    }

    /// The same with its input and its first block in 256 steps, which gradients pass straight through.
    mutating func quantizedConvolutional(_ value: ValueID, classes: Int) throws -> ValueID {
        let input = try quantize(value, step: 1 / 255)
        var value = try quantize(pool(relu(convolution(input, 16, "conv1"))), step: 1 / 64)
        value = try pool(relu(convolution(value, 32, "conv2")))
        value = try relu(dense(value, 64, "hidden"))
        return try dense(value, classes, "output")
    }

    private mutating func quantize(_ value: ValueID, step: Float) throws -> ValueID {
        let scale = try constant("scale", Tensor(scalar: step))
        let steps = try builder.apply(QuantizeLinear(hasZeroPoints: false), to: [value, scale])
        return try builder.apply(Mul(), to: [steps, scale])
    }

    /// Batch normalisation, whose running statistics training follows.
    mutating func normalize(_ value: ValueID, _ name: String) throws -> ValueID {
        let channels = builder.shape(of: value)[1].constant
        let scale = try builder.parameter(
            "\(name).scale",
            Tensor([channels], repeating: 1),
            isTrainable: true
        )
        let bias = try builder.parameter("\(name).bias", Tensor([channels]), isTrainable: true)
        let mean = try constant("\(name).mean", Tensor([channels]))
        let variance = try constant("\(name).variance", Tensor([channels], repeating: 1))
        return try builder.apply(BatchNormalization(), to: [value, scale, bias, mean, variance])
    }

    /// Normal weights with variance 2 / fan-in: He, Zhang, Ren and Sun, "Delving deep into rectifiers" (ICCV
    /// 2015), section 2.2.
    private mutating func weights(_ name: String, _ shape: Shape, fanIn: Int) throws -> ValueID {
        var random = SeededRandom(seed: seed, stream: "initial weights: \(name)")
        let deviation = (2 / Float(fanIn)).squareRoot()
        let tensor = Tensor(shape, generating: { _ in deviation * random.normal() })
        return try builder.parameter(name, tensor, isTrainable: true)
    }
}
