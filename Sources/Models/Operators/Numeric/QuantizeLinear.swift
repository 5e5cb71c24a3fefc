import BulwarkTensors

/// Numbers rounded to the steps of a scale and cut off at the ends of an integer type (ONNX
/// `QuantizeLinear`).
///
/// Inputs: the data, the scales, and optionally the zero points.
public struct QuantizeLinear: Operator {
    /// The axis along which scales differ; negative from the end.
    public let axis: Int
    /// How many neighbours along the axis share a scale, or 0 for one scale for each coordinate or for all.
    public let blockSize: Int
    /// The type of integers that the result is of.
    public let type: ElementType
    /// Whether there is an input of zero points.
    public let hasZeroPoints: Bool
    /// The integers of that type.
    private let range: ClosedRange<Float>

    /// A quantisation; traps if the type is none of integers.
    public init(axis: Int = 1, blockSize: Int = 0, type: ElementType = .uint8, hasZeroPoints: Bool = true) {
        guard let range = ONNXElementType(type).range else { preconditionFailure("the type is of integers") }
        self.axis = axis
        self.blockSize = blockSize
        self.type = type
        self.hasZeroPoints = hasZeroPoints
        self.range = Float(range.lowerBound)...Float(range.upperBound)
    }

    private var grid: QuantizationGrid { QuantizationGrid(axis: axis, blockSize: blockSize) }

    /// The shape of the data.
    public func outputShape(for inputs: [SymbolicShape]) throws(OperatorError) -> SymbolicShape {
        try inputs.expectCount(hasZeroPoints ? 3...3 : 2...2)
        for parameter in inputs.dropFirst() { try grid.check(inputs[0], parameter) }
        guard inputs.count == 2 || inputs[1].count == inputs[2].count else {
            throw .shapes("there are as many zero points as scales", inputs)
        }
        return inputs[0]
    }

    /// `clip(round(x / scale) + zero)`, where a half is rounded to the even neighbour.
    public func value(of inputs: [Tensor], shape: Shape) -> Tensor {
        let (lower, upper) = (range.lowerBound, range.upperBound)
        return levels(inputs).map { $0 < lower ? lower : $0 > upper ? upper : $0 }
    }

    /// The straight-through estimate: as if nothing was rounded, and zero for what was cut off.
    ///
    /// This is what is usual for fake quantisation: Jacob et al., "Quantization and Training of Neural
    /// Networks for Efficient Integer-Arithmetic-Only Inference" (arXiv 1712.05877), section 3.
    public func vjp(_ cotangent: Tensor, inputs: [Tensor], output: Tensor, needed: [Bool]) -> [Tensor?] {
        let (lower, upper) = (range.lowerBound, range.upperBound)
        let levels = levels(inputs).elements
        let source = cotangent.elements
        let passed = Tensor(
            output.shape,
            generating: { levels[$0] >= lower && levels[$0] <= upper ? source[$0] : 0 }
        )
        let scales = grid.spread(inputs[1], over: output.shape)
        let slopes = passed.combined(with: scales, /)
        var gradients: [Tensor?] = [needed[0] ? slopes : nil, nil]
        if needed[1] {
            let turned = slopes.combined(with: inputs[0].combined(with: scales, /)) { -$0 * $1 }
            gradients[1] = grid.collect(turned, to: inputs[1].shape)
        }
        if inputs.count == 3 { gradients.append(needed[2] ? grid.collect(passed, to: inputs[2].shape) : nil) }
        return gradients
    }

    /// The rounded numbers before they are cut off.
    private func levels(_ inputs: [Tensor]) -> Tensor {
        let shape = inputs[0].shape
        let steps = inputs[0].combined(with: grid.spread(inputs[1], over: shape)) {
            ($0 / $1).rounded(.toNearestOrEven)
        }
        return inputs.count == 2 ? steps : steps + grid.spread(inputs[2], over: shape)
    }

    /// `straightThrough`.
    public var sensitivity: Sensitivity { .straightThrough }
    /// True.
    public var givesIntegers: Bool { true }

    /// `QuantizeLinear`.
    public var onnx: ONNXForm {
        var attributes: [String: ONNXForm.Attribute] = ["axis": .int(axis)]
        if blockSize != 0 { attributes["block_size"] = .int(blockSize) }
        // Without a zero point to name the type it takes an attribute, which came with opset 21.
        let isNamed = !hasZeroPoints && type != .uint8
        if isNamed { attributes["output_dtype"] = .int(Int(ONNXElementType(type).rawValue)) }
        let isOld = !isNamed && blockSize == 0 && (type == .uint8 || type == .int8)
        return ONNXForm(
            "QuantizeLinear",
            attributes,
            opset: isOld ? 17 : 21,
            inputTypes: [2: type],
            outputType: type
        )
    }

    static func lower(_ node: ONNXNode, into lowering: inout ONNXLowering) throws -> [ImportedValue] {
        let grid = try QuantizationGrid.reading(node)
        // The type is that of the zero point, or an attribute's, or else of a byte.
        let type = node.outputType
        guard type.isInteger, type.byteCount <= 2 else { throw node.error("quantises to \(type)") }
        let quantize = QuantizeLinear(
            axis: grid.axis,
            blockSize: grid.blockSize,
            type: type.elementType,
            hasZeroPoints: node.optionalInput(2) != nil
        )
        return [
            try lowering.emit(quantize, node, inputs: node.optionalInput(2) == nil ? [0, 1] : [0, 1, 2])
        ]
    }
}
