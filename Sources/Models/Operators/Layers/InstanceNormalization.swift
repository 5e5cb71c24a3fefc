import BulwarkTensors

/// Normalisation of each channel of each sample (ONNX `InstanceNormalization`).
///
/// Inputs: values `[N, C, …]`, then scale and bias `[C]`. Ulyanov, Vedaldi and Lempitsky, "Instance
/// normalization" (arXiv 1607.08022).
public struct InstanceNormalization: Operator {
    /// What is added to the variance before its root is taken.
    public let epsilon: Float

    /// A normalisation.
    public init(epsilon: Float = 1e-5) { self.epsilon = epsilon }

    /// The shape of the values.
    public func outputShape(for inputs: [SymbolicShape]) throws(OperatorError) -> SymbolicShape {
        try inputs.expectCount(3...3)
        guard inputs[0].rank >= 3, inputs[0].dimensions.dropFirst().allSatisfy({ $0.fixed != nil }) else {
            throw .shapes("the values are [N, C, …], with one spatial axis or more", inputs)
        }
        let channels: SymbolicShape = [inputs[0][1]]
        guard inputs[1] == channels, inputs[2] == channels else {
            throw .shapes("scale and bias have one element a channel", inputs)
        }
        return inputs[0]
    }

    /// `(x - mean) / √(variance + epsilon) · scale + bias`.
    public func value(of inputs: [Tensor], shape: Shape) -> Tensor {
        runs(inputs).value(inputs[0], scale: inputs[1], bias: inputs[2])
    }

    /// The derivatives with respect to the values and the parameters.
    public func vjp(_ cotangent: Tensor, inputs: [Tensor], output: Tensor, needed: [Bool]) -> [Tensor?] {
        runs(inputs).vjp(cotangent, inputs[0], scale: inputs[1], needed: needed)
    }

    private func runs(_ inputs: [Tensor]) -> RunNormalization {
        RunNormalization(
            length: inputs[0].shape.dimensions.dropFirst(2).reduce(1, *),
            epsilon: epsilon,
            parameters: .ofRun(count: inputs[1].count)
        )
    }

    /// `InstanceNormalization`.
    public var onnx: ONNXForm { ONNXForm("InstanceNormalization", ["epsilon": .float(epsilon)]) }

    static func lower(_ node: ONNXNode, into lowering: inout ONNXLowering) throws -> [ImportedValue] {
        let epsilon = try node.float("epsilon") ?? 1e-5
        return [try lowering.emit(InstanceNormalization(epsilon: epsilon), node, inputs: [0, 1, 2])]
    }
}
