import BulwarkTensors

/// The largest element of each channel over all spatial axes, which stay with extent 1 (ONNX
/// `GlobalMaxPool`).
public struct GlobalMaxPool: Operator {
    /// A pool over whole images.
    public init() {}

    /// `[N, C, 1, …]`; images without elements have no maximum.
    public func outputShape(for inputs: [SymbolicShape]) throws(OperatorError) -> SymbolicShape {
        let shape = try inputs.globalPoolShape()
        guard inputs[0].dimensions.dropFirst(2).allSatisfy({ $0.fixed.map { $0 > 0 } ?? false }) else {
            throw .shapes("the spatial extents are positive numbers", inputs)
        }
        return shape
    }

    /// The largest element of each channel; NaN counts as the largest.
    public func value(of inputs: [Tensor], shape: Shape) -> Tensor {
        let source = inputs[0].elements
        return Tensor(shape) { target in
            for channel in target.indices {
                target[channel] = source[maximum(source, channel, of: shape.count)]
            }
        }
    }

    /// The cotangent of each channel at its first maximum.
    public func vjp(_ cotangent: Tensor, inputs: [Tensor], output: Tensor, needed: [Bool]) -> [Tensor?] {
        guard needed[0] else { return [nil] }
        let (source, gradient) = (inputs[0].elements, cotangent.elements)
        let result = Tensor(inputs[0].shape) { target in
            for channel in 0..<output.count {
                target[maximum(source, channel, of: output.count)] = gradient[channel]
            }
        }
        return [result]
    }

    private func maximum(_ source: Elements, _ channel: Int, of channels: Int) -> Int {
        let size = source.count / channels
        var best = channel * size
        for position in best..<best + size {
            let element = source[position]
            if element > source[best] || (element.isNaN && !source[best].isNaN) { best = position }
        }
        return best
    }

    /// `GlobalMaxPool`.
    public var onnx: ONNXForm { ONNXForm("GlobalMaxPool") }

    static func lower(_ node: ONNXNode, into lowering: inout ONNXLowering) throws -> [ImportedValue] {
        [try lowering.emit(GlobalMaxPool(), node, inputs: [0])]
    }
}
