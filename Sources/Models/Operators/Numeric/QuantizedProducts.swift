import BulwarkTensors

/// Products of integers, and of the numbers that quantised integers stand for.
///
/// They become subtractions of the zero points, a product whose sums are exact, and scalings. Gradients are
/// those of the numbers: what is rounded at the end passes them on as if it was not.
enum QuantizedProducts {
    /// `MatMulInteger`: inputs `A`, `B`, and their zero points.
    static func lowerMatMulInteger(
        _ node: ONNXNode,
        into lowering: inout ONNXLowering
    ) throws -> [ImportedValue] {
        var steps = try bytes(0, 1, node, lowering)
        let (left, right) = try (node.input(0), node.input(1))
        let leftZero = try node.optionalInput(2).map {
            try steps.alongRows($0, rank: lowering.shape(of: left).rank)
        }
        let (one, other) = try (
            steps.centered(left, zero: leftZero), steps.centered(right, zero: node.optionalInput(3))
        )
        let result = try matrixProduct(one, other, &steps, givesIntegers: true) {
            try $0.finish($1, [one, other])
        }
        lowering = steps.lowering
        return [result]
    }

    /// `ConvInteger`: inputs `x`, `w`, and their zero points.
    static func lowerConvInteger(
        _ node: ONNXNode,
        into lowering: inout ONNXLowering
    ) throws -> [ImportedValue] {
        var steps = try bytes(0, 1, node, lowering)
        let (images, weights) = try (node.input(0), node.input(1))
        let rank = lowering.shape(of: weights).rank
        let zero = try node.optionalInput(3).map { try steps.alongChannels($0, axis: 0, rank: rank) }
        let one = try steps.centered(images, zero: node.optionalInput(2))
        let other = try steps.centered(weights, zero: zero)
        let convolution = try Conv.reading(
            node,
            images: lowering.shape(of: images),
            weights: lowering.shape(of: weights)
        )
        let isExact = steps.staysExact(other, isSummedUp: (0..<rank).map { $0 > 0 })
        let result =
            isExact
            ? try steps.finish(convolution, [one, other])
            : try steps.finish(ExactConv(convolution, givesIntegers: true), [one, other])
        lowering = steps.lowering
        return [result]
    }

    /// `QLinearMatMul`: inputs `a`, its scale and zero point, `b`, its scale and zero point, and the scale
    /// and zero point of the result.
    static func lowerQLinearMatMul(
        _ node: ONNXNode,
        into lowering: inout ONNXLowering
    ) throws -> [ImportedValue] {
        var steps = try bytes(0, 3, node, lowering)
        let inputs = try (0..<8).map { try node.input($0) }
        let rank = lowering.shape(of: inputs[0]).rank
        let one = try steps.centered(inputs[0], zero: steps.alongRows(inputs[2], rank: rank))
        let other = try steps.centered(inputs[3], zero: inputs[5])
        let product = try matrixProduct(one, other, &steps, givesIntegers: false) {
            try $0.apply($1, [one, other])
        }
        let result = try requantized(
            product,
            scales: (steps.alongRows(inputs[1], rank: rank), inputs[4], inputs[6]),
            zero: 7,
            &steps
        )
        lowering = steps.lowering
        return [result]
    }

    /// `QLinearConv`: inputs `x`, its scale and zero point, `w`, its scale and zero point, the scale and zero
    /// point of the result, and optionally a bias.
    static func lowerQLinearConv(
        _ node: ONNXNode,
        into lowering: inout ONNXLowering
    ) throws -> [ImportedValue] {
        var steps = try bytes(0, 3, node, lowering)
        let inputs = try (0..<8).map { try node.input($0) }
        let rank = lowering.shape(of: inputs[3]).rank
        let one = try steps.centered(inputs[0], zero: inputs[2])
        let zero = try steps.alongChannels(inputs[5], axis: 0, rank: rank)
        let other = try steps.centered(inputs[3], zero: zero)
        let convolution = try Conv.reading(
            node,
            images: lowering.shape(of: inputs[0]),
            weights: lowering.shape(of: inputs[3])
        )
        let bias = node.optionalInput(8).map { [$0] } ?? []
        // A bias may be as large as it likes; without one the weights bound every sum.
        let isExact = bias.isEmpty && steps.staysExact(other, isSummedUp: (0..<rank).map { $0 > 0 })
        let product =
            isExact
            ? try steps.apply(convolution, [one, other])
            : try steps.apply(ExactConv(convolution, givesIntegers: false), [one, other] + bias)
        let scale = try steps.alongChannels(inputs[4], axis: 1, rank: rank)
        let result = try requantized(product, scales: (inputs[1], scale, inputs[6]), zero: 7, &steps)
        lowering = steps.lowering
        return [result]
    }

    /// The steps of a node two of whose inputs have to be of a type of one byte.
    private static func bytes(
        _ left: Int,
        _ right: Int,
        _ node: ONNXNode,
        _ lowering: ONNXLowering
    ) throws -> LoweringSteps {
        for index in [left, right]
        where !(node.inputType(index).isInteger && node.inputType(index).byteCount == 1) {
            throw node.error("multiplies \(node.inputType(index))")
        }
        return LoweringSteps(node, lowering)
    }

    /// A matrix product, in single precision where that is known to be exact.
    private static func matrixProduct(
        _ left: ImportedValue,
        _ right: ImportedValue,
        _ steps: inout LoweringSteps,
        givesIntegers: Bool,
        _ emit: (inout LoweringSteps, any Operator) throws -> ImportedValue
    ) throws -> ImportedValue {
        let rank = steps.lowering.shape(of: right).rank
        let isSummedUp = (0..<rank).map { $0 == max(rank - 2, 0) }
        return steps.staysExact(right, isSummedUp: isSummedUp)
            ? try emit(&steps, MatMul()) : try emit(&steps, ExactMatMul(givesIntegers: givesIntegers))
    }

    /// A product of integers scaled and rounded to the integers of the type of a zero point.
    private static func requantized(
        _ product: ImportedValue,
        scales: (left: ImportedValue, right: ImportedValue, result: ImportedValue),
        zero: Int,
        _ steps: inout LoweringSteps
    ) throws -> ImportedValue {
        let type = steps.node.inputType(zero)
        guard type == .uint8 || type == .int8 else { throw steps.node.error("quantises to \(type)") }
        let scale = try steps.apply(Mul(), [scales.left, scales.right])
        let factor = try steps.apply(Div(), [scale, scales.result])
        let scaled = try steps.apply(Mul(), [product, factor])
        guard steps.lowering.shape(of: scaled) == steps.lowering.shape(of: product) else {
            throw steps.node.error("its scales do not fit its operands")
        }
        let quantize = QuantizeLinear(type: type.elementType)
        return try steps.finish(
            quantize,
            [scaled, .constant(Tensor(scalar: 1)), try steps.node.input(zero)]
        )
    }
}
