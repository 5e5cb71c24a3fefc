import BulwarkTensors

/// Stretches axes of extent 1 to a shape known at import (ONNX `Expand`).
public struct Expand: Operator {
    /// What the input is broadcast with; an extent of 1 leaves the input's.
    public let target: SymbolicShape

    /// An expansion.
    public init(to target: SymbolicShape) { self.target = target }

    /// The broadcast of the input's shape and the target.
    public func outputShape(for inputs: [SymbolicShape]) throws(OperatorError) -> SymbolicShape {
        try inputs.expectCount(1...1)
        return try Broadcasting.shape(inputs[0], target)
    }

    /// The input, repeated along the stretched axes.
    public func value(of inputs: [Tensor], shape: Shape) -> Tensor {
        Broadcasting.combine(inputs[0], Tensor(shape), shape) { element, _ in element }
    }

    /// The cotangent, summed over the stretched axes.
    public func vjp(_ cotangent: Tensor, inputs: [Tensor], output: Tensor, needed: [Bool]) -> [Tensor?] {
        [needed[0] ? Broadcasting.reduce(cotangent, to: inputs[0].shape) : nil]
    }

    /// `Expand`, with a shape that is computed if it depends on the number of samples.
    public var onnx: ONNXForm { ONNXForm("Expand", trailing: [.extents(target.dimensions)]) }

    static func lower(_ node: ONNXNode, into lowering: inout ONNXLowering) throws -> [ImportedValue] {
        guard let extents = try node.optionalIntegers(1), extents.shape.rank == 1 else {
            throw node.error("input 1 has to be a list of extents")
        }
        let target = SymbolicShape(extents.elements)
        let input = try node.input(0)
        let shape = try node.checked { () throws(OperatorError) in
            try Expand(to: target).outputShape(for: [lowering.shape(of: input)])
        }
        if shape == lowering.shape(of: input) { return [input] }
        if shape.fixed == nil {
            let argument = (input, name: "\(node.name).0")
            return [try lowering.emitAtRunTime(Expand(to: target), node, arguments: [argument])]
        }
        if case .integers(let array) = input {
            guard let fixed = shape.fixed, fixed.count <= IntegerFolding.maximumElements else {
                throw node.error(
                    "its integer result of shape \(shape) is too large or depends on the batch size"
                )
            }
            let index = Broadcasting.StridedIndex(array.shape, in: fixed)
            var elements: [Dimension] = []
            Broadcasting.forEachPair(index, index, fixed) { _, origin, _ in
                elements.append(array.elements[origin])
            }
            return [.integers(IntegerArray(shape: fixed, elements: elements))]
        }
        return [try lowering.emit(Expand(to: target), node, inputs: [0])]
    }
}
