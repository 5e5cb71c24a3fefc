import BulwarkTensors

/// Normalisation of each sample over its last axes (ONNX `LayerNormalization`).
///
/// Inputs: values, then a scale and optionally a bias of the shape of the axes from `axis` on. Ba, Kiros and
/// Hinton, "Layer normalization" (arXiv 1607.06450).
public struct LayerNormalization: Operator {
    /// The first axis that is normalised over; negative from the end.
    public let axis: Int
    /// What is added to the variance before its root is taken.
    public let epsilon: Float

    /// A normalisation.
    public init(axis: Int = -1, epsilon: Float = 1e-5) {
        self.axis = axis
        self.epsilon = epsilon
    }

    /// The shape of the values.
    public func outputShape(for inputs: [SymbolicShape]) throws(OperatorError) -> SymbolicShape {
        try inputs.expectCount(2...3)
        let first = try Axes.resolve(axis, rank: inputs[0].rank)
        let normalized = SymbolicShape(Array(inputs[0].dimensions[first...]))
        guard normalized.fixed != nil else {
            throw .shapes("an axis that is normalised over depends on the number of samples", inputs)
        }
        guard inputs.dropFirst().allSatisfy({ $0 == normalized }) else {
            throw .shapes("scale and bias have the shape of the normalised axes, \(normalized)", inputs)
        }
        return inputs[0]
    }

    /// `(x - mean) / √(variance + epsilon) · scale + bias`.
    public func value(of inputs: [Tensor], shape: Shape) -> Tensor {
        runs(inputs).value(inputs[0], scale: inputs[1], bias: inputs.count == 3 ? inputs[2] : nil)
    }

    /// The derivatives with respect to the values and the parameters.
    public func vjp(_ cotangent: Tensor, inputs: [Tensor], output: Tensor, needed: [Bool]) -> [Tensor?] {
        runs(inputs).vjp(cotangent, inputs[0], scale: inputs[1], needed: needed)
    }

    private func runs(_ inputs: [Tensor]) -> RunNormalization {
        RunNormalization(length: inputs[1].count, epsilon: epsilon, parameters: .ofPosition)
    }

    /// `LayerNormalization`.
    public var onnx: ONNXForm {
        ONNXForm("LayerNormalization", ["axis": .int(axis), "epsilon": .float(epsilon)])
    }
}

extension LayerNormalization {
    static func lower(_ node: ONNXNode, into lowering: inout ONNXLowering) throws -> [ImportedValue] {
        let (values, scale) = (try node.input(0), try node.input(1))
        let shape = lowering.shape(of: values)
        let (axis, normalized) = try node.normalizedAxes(of: shape)
        let epsilon = try node.float("epsilon") ?? 1e-5
        let operation = LayerNormalization(axis: axis, epsilon: epsilon)
        let bias = node.optionalInput(2)
        let fittedScale = try lowering.fit(scale, to: normalized, as: "scale", of: node)
        let fittedBias = try bias.flatMap { try lowering.fit($0, to: normalized, as: "bias", of: node) }
        var results: [ImportedValue]
        if let fittedScale, let fittedBias {
            results = [try lowering.apply(operation, values, fittedScale, fittedBias, of: node)]
        } else if let fittedScale, bias == nil {
            results = [try lowering.apply(operation, values, fittedScale, of: node)]
        } else {
            // Parameters that differ along the other axes, too.
            let ones = try lowering.constant(normalized, of: node) { _ in 1 }
            var result = try lowering.apply(operation, values, ones, as: "normalized", of: node)
            result = try lowering.apply(Mul(), result, scale, as: "scaled", of: node)
            if let bias { result = try lowering.apply(Add(), result, bias, as: "shifted", of: node) }
            results = [result]
        }
        if node.outputCount > 1 {
            results += try lowerMoments(node, values, Array(axis..<shape.rank), epsilon, into: &lowering)
        }
        return results
    }

    /// The mean, and one over the root of the variance and epsilon, as nodes of their own.
    private static func lowerMoments(
        _ node: ONNXNode,
        _ values: ImportedValue,
        _ axes: [Int],
        _ epsilon: Float,
        into lowering: inout ONNXLowering
    ) throws -> [ImportedValue] {
        let average = ReduceMean(axes: axes, keepsAxes: true)
        let mean = try lowering.apply(average, values, as: "mean", of: node)
        let centered = try lowering.apply(Sub(), values, mean, as: "centered", of: node)
        let squares = try lowering.apply(Mul(), centered, centered, as: "squares", of: node)
        let variance = try lowering.apply(average, squares, as: "variance", of: node)
        let raised = try lowering.apply(Add(), variance, .number(epsilon), as: "raised", of: node)
        let deviation = try lowering.apply(Sqrt(), raised, as: "deviation", of: node)
        return [mean, try lowering.apply(Div(), .number(1), deviation, as: "inverse", of: node)]
    }
}

extension ONNXNode {
    /// The first axis that a node normalises over, and the extents from there on.
    func normalizedAxes(of shape: SymbolicShape) throws(ONNXError) -> (axis: Int, extents: Shape) {
        let written = try int("axis") ?? -1
        let axis = try checked { () throws(OperatorError) in try Axes.resolve(written, rank: shape.rank) }
        let rest = SymbolicShape(Array(shape.dimensions[axis...]))
        return (axis, try fixed(rest, "an axis that is normalised over"))
    }
}

extension ONNXLowering {
    /// A parameter stretched to the shape it broadcasts to, or nil if it has extents beyond that.
    mutating func fit(
        _ parameter: ImportedValue,
        to target: Shape,
        as step: String,
        of node: ONNXNode
    ) throws -> ImportedValue? {
        let target = SymbolicShape(target)
        var own = shape(of: parameter).dimensions
        while own.count > target.rank, own.first == 1 { own.removeFirst() }
        guard own.count <= target.rank,
            (try? Broadcasting.shape(SymbolicShape(own), target)) == target
        else { return nil }
        let value = try reshape(parameter, to: own, as: "\(step)_reshaped", of: node)
        if SymbolicShape(own) == target { return value }
        return try apply(Expand(to: target), value, as: step, of: node)
    }
}
