import BulwarkTensors

/// Two truth values combined element by element, with broadcasting (ONNX `And`, `Or`, `Xor`).
///
/// 0 is false and all else true; the result is 0 or 1.
public struct Logic: Operator {
    /// A connective of two truth values.
    public enum Connective: String, Sendable, CaseIterable {
        /// Both.
        case and = "And"
        /// One or both.
        case or = "Or"
        /// One, but not both.
        case xor = "Xor"
    }

    /// How the operands are combined.
    public let connective: Connective

    /// A combination.
    public init(_ connective: Connective) { self.connective = connective }

    /// The broadcast shape of both operands.
    public func outputShape(for inputs: [SymbolicShape]) throws(OperatorError) -> SymbolicShape {
        try inputs.expectCount(2...2)
        return try Broadcasting.shape(inputs[0], inputs[1])
    }

    /// 1 where the combination holds.
    public func value(of inputs: [Tensor], shape: Shape) -> Tensor {
        let (left, right) = (inputs[0], inputs[1])
        return switch connective {
        case .and: Broadcasting.combine(left, right, shape) { $0 != 0 && $1 != 0 ? 1 : 0 }
        case .or: Broadcasting.combine(left, right, shape) { $0 != 0 || $1 != 0 ? 1 : 0 }
        case .xor: Broadcasting.combine(left, right, shape) { ($0 != 0) != ($1 != 0) ? 1 : 0 }
        }
    }

    /// Zero: truth values move in steps.
    public func vjp(_ cotangent: Tensor, inputs: [Tensor], output: Tensor, needed: [Bool]) -> [Tensor?] {
        inputs.indices.map { needed[$0] ? Tensor(inputs[$0].shape) : nil }
    }

    /// `piecewiseConstant`.
    public var sensitivity: Sensitivity { .piecewiseConstant }
    /// True.
    public var givesIntegers: Bool { true }
    /// The connective's ONNX operator.
    public var onnx: ONNXForm {
        ONNXForm(connective.rawValue, inputTypes: [0: .bool, 1: .bool], outputType: .bool)
    }

    /// The lowering of one connective.
    static func lower(_ connective: Connective) -> OperatorTable.Lowering {
        { node, lowering in
            try node.refuseOldBroadcasting()
            let folded = try IntegerFolding.combine(node) { left, right in
                guard let left = left.fixed, let right = right.fixed else { return nil }
                let holds =
                    switch connective {
                    case .and: left != 0 && right != 0
                    case .or: left != 0 || right != 0
                    case .xor: (left != 0) != (right != 0)
                    }
                return Dimension(constant: holds ? 1 : 0)
            }
            if let folded { return [folded] }
            return [try lowering.emit(Logic(connective), node, inputs: [0, 1])]
        }
    }
}
