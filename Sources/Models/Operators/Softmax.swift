import BulwarkTensors
import RealModule

/// Exponentials along one axis, divided by their sum (ONNX `Softmax` since opset 13).
public struct Softmax: Operator {
    /// The axis along which the results add up to 1; negative from the end.
    public let axis: Int

    /// A softmax along an axis.
    public init(axis: Int = -1) { self.axis = axis }

    /// The shape of the one input.
    public func outputShape(for inputs: [SymbolicShape]) throws(OperatorError) -> SymbolicShape {
        try inputs.expectCount(1...1)
        _ = try Axes.resolve(axis, rank: inputs[0].rank)
        return inputs[0]
    }

    /// `exp(x - max) / Σ exp(x - max)` along the axis.
    public func value(of inputs: [Tensor], shape: Shape) -> Tensor {
        let source = inputs[0].elements
        let lines = AxisBlocks(shape, axis: axis)
        return Tensor(shape) { target in
            lines.forEachLine { start in
                let line = stride(from: start, to: start + lines.length * lines.inner, by: lines.inner)
                var largest = -Float.infinity
                for position in line { largest = max(largest, source[position]) }
                var sum = 0.0
                for position in line {
                    target[position] = .exp(source[position] - largest)
                    sum += Double(target[position])
                }
                for position in line { target[position] = Float(Double(target[position]) / sum) }
            }
        }
    }

    /// `y · (g - Σ g · y)` along the axis, for the cotangent `g`.
    public func vjp(_ cotangent: Tensor, inputs: [Tensor], output: Tensor, needed: [Bool]) -> [Tensor?] {
        guard needed[0] else { return [nil] }
        let (y, gradient) = (output.elements, cotangent.elements)
        let lines = AxisBlocks(output.shape, axis: axis)
        let result = Tensor(output.shape) { target in
            lines.forEachLine { start in
                let line = stride(from: start, to: start + lines.length * lines.inner, by: lines.inner)
                var sum = 0.0
                for position in line { sum += Double(gradient[position]) * Double(y[position]) }
                for position in line { target[position] = y[position] * (gradient[position] - Float(sum)) }
            }
        }
        return [result]
    }

    /// `Softmax`.
    public var onnx: ONNXForm { ONNXForm("Softmax", ["axis": .int(axis)]) }

    static func lower(_ node: ONNXNode, into lowering: inout ONNXLowering) throws -> [ImportedValue] {
        try lower(node, into: &lowering) { Softmax(axis: $0) }
    }

    /// Lowers a node whose axis means one axis since opset 13, and "this axis and all after it, as one"
    /// before.
    static func lower(
        _ node: ONNXNode,
        into lowering: inout ONNXLowering,
        operation: (_ axis: Int) -> some Operator
    ) throws -> [ImportedValue] {
        let input = try node.input(0)
        let shape = lowering.shape(of: input)
        let written = try node.int("axis") ?? (node.opset < 13 ? 1 : -1)
        let axis = try node.checked { () throws(OperatorError) in try Axes.resolve(written, rank: shape.rank)
        }
        if node.opset >= 13 || axis == shape.rank - 1 {
            return [try lowering.emit(operation(axis), node, inputs: [0])]
        }
        guard let trailing = SymbolicShape(Array(shape.dimensions[axis...])).count else {
            throw node.error("normalises over more elements than can be counted")
        }
        let flat = Reshape(to: SymbolicShape(shape.dimensions[..<axis] + [trailing]))
        let flattened = try lowering.emit(flat, node.step("flattened"), inputs: [0])
        let normalized = try lowering.emit(
            operation(-1),
            node.step("normalized"),
            arguments: [(flattened, name: "\(node.name).0")]
        )
        return [
            try lowering.emit(Reshape(to: shape), node, arguments: [(normalized, name: "\(node.name).0")])
        ]
    }
}
