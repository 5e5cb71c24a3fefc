import BulwarkTensors

/// How two operands compare, element by element, with broadcasting: 1 for true and 0 for false (ONNX
/// `Equal`, `Greater`, `GreaterOrEqual`, `Less`, `LessOrEqual`).
public struct Comparison: Operator {
    /// A relation of two numbers.
    public enum Relation: String, Sendable, CaseIterable {
        /// `left == right`.
        case equal = "Equal"
        /// `left > right`.
        case greater = "Greater"
        /// `left >= right`.
        case greaterOrEqual = "GreaterOrEqual"
        /// `left < right`.
        case less = "Less"
        /// `left <= right`.
        case lessOrEqual = "LessOrEqual"
    }

    /// What is asked.
    public let relation: Relation

    /// A comparison.
    public init(_ relation: Relation) { self.relation = relation }

    /// The broadcast shape of both operands.
    public func outputShape(for inputs: [SymbolicShape]) throws(OperatorError) -> SymbolicShape {
        try inputs.expectCount(2...2)
        return try Broadcasting.shape(inputs[0], inputs[1])
    }

    /// 1 where the relation holds; nothing holds of NaN.
    public func value(of inputs: [Tensor], shape: Shape) -> Tensor {
        let (left, right) = (inputs[0], inputs[1])
        return switch relation {
        case .equal: Broadcasting.combine(left, right, shape) { $0 == $1 ? 1 : 0 }
        case .greater: Broadcasting.combine(left, right, shape) { $0 > $1 ? 1 : 0 }
        case .greaterOrEqual: Broadcasting.combine(left, right, shape) { $0 >= $1 ? 1 : 0 }
        case .less: Broadcasting.combine(left, right, shape) { $0 < $1 ? 1 : 0 }
        case .lessOrEqual: Broadcasting.combine(left, right, shape) { $0 <= $1 ? 1 : 0 }
        }
    }

    /// Zero: a comparison moves in steps.
    public func vjp(_ cotangent: Tensor, inputs: [Tensor], output: Tensor, needed: [Bool]) -> [Tensor?] {
        inputs.indices.map { needed[$0] ? Tensor(inputs[$0].shape) : nil }
    }

    /// `piecewiseConstant`.
    public var sensitivity: Sensitivity { .piecewiseConstant }
    /// True.
    public var givesIntegers: Bool { true }
    /// The relation's ONNX operator.
    public var onnx: ONNXForm { ONNXForm(relation.rawValue, outputType: .bool) }

    /// The lowering of one relation.
    static func lower(_ relation: Relation) -> OperatorTable.Lowering {
        { node, lowering in
            try node.refuseOldBroadcasting()
            let comparison = Comparison(relation)
            if let folded = try IntegerFolding.combine(node, comparison.known) { return [folded] }
            return [try lowering.emit(comparison, node, inputs: [0, 1])]
        }
    }

    /// Whether the relation holds at every batch size, or nil if that depends on it.
    private func known(_ left: Dimension, _ right: Dimension) -> Dimension? {
        let answers = [Dimension(constant: 0), Dimension(constant: 1)]
        guard let order = Self.order(left, right) else {
            // Different at every batch size is enough to know that they are not equal.
            return relation == .equal && Self.differ(left, right) ? answers[0] : nil
        }
        let holds =
            switch relation {
            case .equal: order == 0
            case .greater: order > 0
            case .greaterOrEqual: order >= 0
            case .less: order < 0
            case .lessOrEqual: order <= 0
            }
        return answers[holds ? 1 : 0]
    }

    /// The sign of `left - right` if it is the same for every number of samples from 1 up.
    private static func order(_ left: Dimension, _ right: Dimension) -> Int? {
        if let one = left.fixed, let other = right.fixed { return one == other ? 0 : one < other ? -1 : 1 }
        guard let difference = right.multiplied(by: -1).flatMap({ left.adding($0) }) else { return nil }
        if difference.batchMultiple == 0 { return difference.constant.signum() }
        let (atOne, overflow) = difference.constant.addingReportingOverflow(difference.batchMultiple)
        // A line that leaves from one side of zero, or from zero itself, never comes back.
        guard !overflow, atOne.signum() == difference.batchMultiple.signum() else { return nil }
        return atOne.signum()
    }

    /// Whether two extents differ for every number of samples from 1 up.
    private static func differ(_ left: Dimension, _ right: Dimension) -> Bool {
        guard let difference = right.multiplied(by: -1).flatMap({ left.adding($0) }),
            difference.batchMultiple != 0, difference.batchMultiple != -1
        else { return false }
        return difference.constant % difference.batchMultiple != 0
    }
}
