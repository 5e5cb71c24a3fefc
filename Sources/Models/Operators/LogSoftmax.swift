import BulwarkTensors
import RealModule

/// The logarithm of the softmax along one axis (ONNX `LogSoftmax` since opset 13).
public struct LogSoftmax: Operator {
    /// The axis along which the exponentials of the results add up to 1; negative from the end.
    public let axis: Int

    /// A logarithmic softmax along an axis.
    public init(axis: Int = -1) { self.axis = axis }

    /// The shape of the one input.
    public func outputShape(for inputs: [SymbolicShape]) throws(OperatorError) -> SymbolicShape {
        try inputs.expectCount(1...1)
        _ = try Axes.resolve(axis, rank: inputs[0].rank)
        return inputs[0]
    }

    /// `x - max - log Σ exp(x - max)` along the axis.
    public func value(of inputs: [Tensor], shape: Shape) -> Tensor {
        let source = inputs[0].elements
        let lines = AxisBlocks(shape, axis: axis)
        return Tensor(shape) { target in
            lines.forEachLine { start in
                let line = stride(from: start, to: start + lines.length * lines.inner, by: lines.inner)
                var largest = -Float.infinity
                for position in line { largest = max(largest, source[position]) }
                var sum = 0.0
                for position in line { sum += Double(Float.exp(source[position] - largest)) }
                let logarithm = Float(Double.log(sum))
                for position in line { target[position] = source[position] - largest - logarithm }
            }
        }
    }

    /// `g - exp(y) · Σ g` along the axis, for the cotangent `g`.
    public func vjp(_ cotangent: Tensor, inputs: [Tensor], output: Tensor, needed: [Bool]) -> [Tensor?] {
        guard needed[0] else { return [nil] }
        let (y, gradient) = (output.elements, cotangent.elements)
        let lines = AxisBlocks(output.shape, axis: axis)
        let result = Tensor(output.shape) { target in
            lines.forEachLine { start in
                let line = stride(from: start, to: start + lines.length * lines.inner, by: lines.inner)
                var sum = 0.0
                for position in line { sum += Double(gradient[position]) }
                for position in line {
                    target[position] = gradient[position] - .exp(y[position]) * Float(sum)
                }
            }
        }
        return [result]
    }

    /// `LogSoftmax`.
    public var onnx: ONNXForm { ONNXForm("LogSoftmax", ["axis": .int(axis)]) }

    static func lower(_ node: ONNXNode, into lowering: inout ONNXLowering) throws -> [ImportedValue] {
        try Softmax.lower(node, into: &lowering) { LogSoftmax(axis: $0) }
    }
}
