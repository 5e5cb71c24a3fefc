import BulwarkTensors

/// The mean of each channel over all spatial axes, which stay with extent 1 (ONNX `GlobalAveragePool`).
public struct GlobalAveragePool: Operator {
    /// A pool over whole images.
    public init() {}

    /// `[N, C, 1, …]`.
    public func outputShape(for inputs: [SymbolicShape]) throws(OperatorError) -> SymbolicShape {
        try inputs.globalPoolShape()
    }

    /// The mean of each channel.
    public func value(of inputs: [Tensor], shape: Shape) -> Tensor {
        let factor = Float(shape.count) / Float(inputs[0].count)
        return factor * Broadcasting.reduce(inputs[0], to: shape)
    }

    /// The cotangent over the number of elements, at every element.
    public func vjp(_ cotangent: Tensor, inputs: [Tensor], output: Tensor, needed: [Bool]) -> [Tensor?] {
        guard needed[0] else { return [nil] }
        let factor = Float(output.count) / Float(inputs[0].count)
        return [Broadcasting.stretch(factor * cotangent, to: inputs[0].shape)]
    }

    /// `GlobalAveragePool`.
    public var onnx: ONNXForm { ONNXForm("GlobalAveragePool") }

    static func lower(_ node: ONNXNode, into lowering: inout ONNXLowering) throws -> [ImportedValue] {
        [try lowering.emit(GlobalAveragePool(), node, inputs: [0])]
    }
}

extension [SymbolicShape] {
    /// `[N, C, 1, …]` for one input `[N, C, …]`.
    func globalPoolShape() throws(OperatorError) -> SymbolicShape {
        try expectCount(1...1)
        guard self[0].rank >= 3 else { throw .shapes("there is at least one spatial axis", self) }
        return SymbolicShape(self[0].dimensions[..<2] + self[0].dimensions.dropFirst(2).map { _ in 1 })
    }
}
