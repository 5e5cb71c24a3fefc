import BulwarkModels
import BulwarkTensors

/// Adds layers with random weights to a graph.
struct LayerBuilder {
    var builder = GraphBuilder()
    private var random = SeededRandom(seed: 11, stream: "layers")
    private var count = 0

    /// Applies an operator.
    mutating func apply(_ operation: any Operator, _ inputs: ValueID...) throws -> ValueID {
        try builder.apply(operation, to: inputs)
    }

    /// A constant with elements between `from` − 1 and `from` + 1.
    mutating func parameter(_ shape: Shape, from middle: Float = 0, scale: Float = 1) throws -> ValueID {
        count += 1
        let spread: Float = middle == 0 ? 1 : 0.5
        let elements = (0..<shape.count).map { _ in middle + scale * random.uniform(-spread, spread) }
        return try builder.parameter("constant\(count)", Tensor(shape, elements))
    }

    /// A convolution that keeps the extents of an image if it has steps of 1.
    mutating func conv(
        _ value: ValueID,
        outputs: Int,
        kernel: [Int] = [2, 3],
        group: Int = 1,
        strides: [Int] = [1, 1],
        dilations: [Int] = [1, 1]
    ) throws -> ValueID {
        let inputs = (builder.shape(of: value)[1].fixed ?? 0) / group
        let operation = Conv(
            group: group,
            strides: strides,
            dilations: dilations,
            padsBegin: kernel.map { ($0 - 1) / 2 },
            padsEnd: kernel.map { $0 / 2 }
        )
        let scale = 2 / Float(inputs * kernel[0] * kernel[1]).squareRoot()
        let weights = try parameter(Shape(trusted: [outputs, inputs] + kernel), scale: scale)
        return try apply(operation, value, weights, parameter(Shape(trusted: [outputs]), scale: 0.3))
    }

    mutating func relu(_ value: ValueID) throws -> ValueID { try apply(Relu(), value) }

    mutating func maxPool(_ value: ValueID) throws -> ValueID {
        let pool = MaxPool(
            kernel: [2, 2],
            strides: [2, 2],
            dilations: [1, 1],
            padsBegin: [0, 0],
            padsEnd: [0, 0]
        )
        return try apply(pool, value)
    }

    mutating func normalization(_ value: ValueID) throws -> ValueID {
        let shape = Shape(trusted: [builder.shape(of: value)[1].fixed ?? 0])
        return try apply(
            BatchNormalization(),
            value,
            parameter(shape),
            parameter(shape),
            parameter(shape),
            parameter(shape, from: 1)
        )
    }

    /// Images as one row of features a channel.
    mutating func rows(_ image: ValueID) throws -> ValueID {
        let shape = builder.shape(of: image)
        let plane = shape.dimensions.dropFirst(2).reduce(1) { $0 * ($1.fixed ?? 0) }
        return try apply(Reshape(to: [shape[0], shape[1], Dimension(constant: plane)]), image)
    }

    /// A last layer with three scores.
    mutating func finish(_ value: ValueID) throws -> ClassifierGraph {
        var flat = value
        if builder.shape(of: value).rank > 2 { flat = try apply(Flatten(), value) }
        let inputs = builder.shape(of: flat)[1].fixed ?? 0
        let weights = try parameter([inputs, 3], scale: 2 / Float(inputs).squareRoot())
        let scores = try apply(Gemm(), flat, weights, parameter([3]))
        return try ClassifierGraph(builder.graph(outputs: [scores]))
    }
}
