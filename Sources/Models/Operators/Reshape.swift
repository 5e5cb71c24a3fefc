import BulwarkTensors

/// An operator that keeps the elements in order and gives them another shape.
protocol ReshapingOperator: Operator {}

extension ReshapingOperator {
    /// The elements of the one input under the output's shape.
    public func value(of inputs: [Tensor], shape: Shape) -> Tensor { inputs[0].reshaped(to: shape) }

    /// The elements of the cotangent under the input's shape.
    public func vjp(_ cotangent: Tensor, inputs: [Tensor], output: Tensor, needed: [Bool]) -> [Tensor?] {
        [needed[0] ? cotangent.reshaped(to: inputs[0].shape) : nil]
    }

    /// Applies the operator to the first input of a node; integers known at import stay integers.
    func lowered(_ node: ONNXNode, into lowering: inout ONNXLowering) throws -> [ImportedValue] {
        guard case .integers(let array) = try node.input(0) else {
            return [try lowering.emit(self, node, inputs: [0])]
        }
        let shape = try node.checked { () throws(OperatorError) in
            try outputShape(for: [SymbolicShape(array.shape)])
        }
        guard let fixed = shape.fixed, fixed.count == array.elements.count else {
            throw node.error("its integers do not have the shape \(shape)")
        }
        return [.integers(IntegerArray(shape: fixed, elements: array.elements))]
    }
}

/// The same elements under another shape (ONNX `Reshape` with a target known at import).
public struct Reshape: ReshapingOperator {
    /// The new shape, without the 0 and -1 that ONNX has for "as before" and "what is left".
    public let target: SymbolicShape

    /// A change of shape.
    public init(to target: SymbolicShape) { self.target = target }

    /// The target, if it has as many elements as the input at every batch size.
    public func outputShape(for inputs: [SymbolicShape]) throws(OperatorError) -> SymbolicShape {
        try inputs.expectCount(1...1)
        guard let count = inputs[0].count, target.count == count else {
            throw .shapes("the elements do not fit the shape \(target)", inputs)
        }
        return target
    }

    /// `Reshape`, where -1 stands for the one extent that depends on the batch.
    public var onnx: ONNXForm {
        let sizes = target.dimensions.map { $0.fixed ?? -1 }
        return ONNXForm("Reshape", sizes.contains(0) ? ["allowzero": .int(1)] : [:], trailing: [.ints(sizes)])
    }

    static func lower(_ node: ONNXNode, into lowering: inout ONNXLowering) throws -> [ImportedValue] {
        guard let written = try node.optionalIntegers(1), written.shape.rank == 1 else {
            throw node.error("input 1 has to be a list of extents")
        }
        let shape = try lowering.shape(of: node.input(0))
        let keepsZeros = try node.int("allowzero") ?? 0 != 0
        var target: [Dimension] = []
        var unknown: Int?
        for (axis, dimension) in written.elements.enumerated() {
            // An exporter that saw one sample wrote its count into the target.
            if axis == 0, dimension == 1, lowering.firstAxisGrows, shape.dimensions.first == .batch {
                target.append(.batch)
                continue
            }
            switch dimension.fixed {
            case 0 where !keepsZeros:
                guard axis < shape.rank else {
                    throw node.error("extent \(axis) is 0, but its input has no such axis")
                }
                target.append(shape[axis])
            case -1:
                guard unknown == nil else { throw node.error("two extents are -1") }
                unknown = axis
                target.append(1)
            case .some(..<0): throw node.error("extent \(dimension) is negative")
            default: target.append(dimension)
            }
        }
        if let unknown {
            guard let rest = SymbolicShape(target).count, let extent = shape.count?.divided(by: rest) else {
                throw node.error("the elements of \(shape) do not fill the shape \(written.elements)")
            }
            target[unknown] = extent
        }
        return try Reshape(to: SymbolicShape(target)).lowered(node, into: &lowering)
    }
}
