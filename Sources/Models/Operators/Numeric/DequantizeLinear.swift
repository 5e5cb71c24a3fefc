import BulwarkTensors

/// Integers turned back into the numbers they stand for (ONNX `DequantizeLinear`).
///
/// Inputs: the integers, the scales, and optionally the zero points.
public struct DequantizeLinear: Operator {
    /// The axis along which scales differ; negative from the end.
    public let axis: Int
    /// How many neighbours along the axis share a scale, or 0 for one scale for each coordinate or for all.
    public let blockSize: Int
    /// The type of the integers and of their zero points.
    public let type: ElementType

    /// A scaling of integers.
    public init(axis: Int = 1, blockSize: Int = 0, type: ElementType = .uint8) {
        self.axis = axis
        self.blockSize = blockSize
        self.type = type
    }

    private var grid: QuantizationGrid { QuantizationGrid(axis: axis, blockSize: blockSize) }

    /// The shape of the integers.
    public func outputShape(for inputs: [SymbolicShape]) throws(OperatorError) -> SymbolicShape {
        try inputs.expectCount(2...3)
        for parameter in inputs.dropFirst() { try grid.check(inputs[0], parameter) }
        guard inputs.count == 2 || inputs[1].count == inputs[2].count else {
            throw .shapes("there are as many zero points as scales", inputs)
        }
        return inputs[0]
    }

    /// `(x - zero) · scale`.
    public func value(of inputs: [Tensor], shape: Shape) -> Tensor {
        distances(inputs).combined(with: grid.spread(inputs[1], over: shape), *)
    }

    /// The cotangent times the scale, and its sums for scales and zero points.
    public func vjp(_ cotangent: Tensor, inputs: [Tensor], output: Tensor, needed: [Bool]) -> [Tensor?] {
        let slopes = cotangent.combined(with: grid.spread(inputs[1], over: output.shape), *)
        var gradients: [Tensor?] = [needed[0] ? slopes : nil, nil]
        if needed[1] { gradients[1] = grid.collect(cotangent * distances(inputs), to: inputs[1].shape) }
        if inputs.count == 3 {
            gradients.append(needed[2] ? grid.collect(slopes.map { -$0 }, to: inputs[2].shape) : nil)
        }
        return gradients
    }

    private func distances(_ inputs: [Tensor]) -> Tensor {
        inputs.count == 2 ? inputs[0] : inputs[0] - grid.spread(inputs[2], over: inputs[0].shape)
    }

    /// `DequantizeLinear`.
    public var onnx: ONNXForm {
        var attributes: [String: ONNXForm.Attribute] = ["axis": .int(axis)]
        if blockSize != 0 { attributes["block_size"] = .int(blockSize) }
        let isOld = blockSize == 0 && (type == .uint8 || type == .int8 || type == .int32)
        return ONNXForm(
            "DequantizeLinear",
            attributes,
            opset: isOld ? 17 : 21,
            inputTypes: [0: type, 2: type]
        )
    }

    static func lower(_ node: ONNXNode, into lowering: inout ONNXLowering) throws -> [ImportedValue] {
        let grid = try QuantizationGrid.reading(node)
        let type = node.inputType(0)
        guard type.isInteger else { throw node.error("takes \(type) for integers") }
        let dequantize = DequantizeLinear(
            axis: grid.axis,
            blockSize: grid.blockSize,
            type: type.elementType
        )
        let inputs = node.optionalInput(2) == nil ? [0, 1] : [0, 1, 2]
        return [try lowering.emit(dequantize, node, inputs: inputs)]
    }
}
