import BulwarkTensors

/// Two integers combined bit by bit, with broadcasting (ONNX `BitwiseAnd`, `BitwiseOr`, `BitwiseXor`,
/// `BitShift`).
///
/// Negative integers are in two's complement. What is no integer that a float carries gives NaN.
public struct BitwiseLogic: Operator {
    /// What is done with the bits.
    public enum Combination: Sendable, Hashable, CaseIterable {
        /// The bits that both have.
        case and
        /// The bits that one or both have.
        case or
        /// The bits that only one has.
        case xor
        /// The bits of the left operand moved towards the high ones; those that leave the type are lost.
        case shiftLeft
        /// The bits of the left operand moved towards the low ones.
        case shiftRight
    }

    /// What is done with the bits.
    public let combination: Combination
    /// The type of the integers; shifts are for unsigned ones.
    public let type: ElementType

    /// A combination of bits; traps if the type is none of integers.
    public init(_ combination: Combination, type: ElementType) {
        precondition(ONNXElementType(type).isInteger, "only integers have bits")
        self.combination = combination
        self.type = type
    }

    /// The broadcast shape of both operands.
    public func outputShape(for inputs: [SymbolicShape]) throws(OperatorError) -> SymbolicShape {
        try inputs.expectCount(2...2)
        return try Broadcasting.shape(inputs[0], inputs[1])
    }

    /// The combinations of the integers that the elements carry.
    public func value(of inputs: [Tensor], shape: Shape) -> Tensor {
        Broadcasting.combine(inputs[0], inputs[1], shape) { left, right in
            guard ExactIntegers.contains(left), ExactIntegers.contains(right),
                let result = apply(Int(left), Int(right)), ExactIntegers.contains(result)
            else { return .nan }
            return Float(result)
        }
    }

    /// The combination of two integers, or nil if they cannot be shifted.
    private func apply(_ left: Int, _ right: Int) -> Int? {
        switch combination {
        case .and: return left & right
        case .or: return left | right
        case .xor: return left ^ right
        case .shiftRight: return left < 0 || right < 0 ? nil : right >= 64 ? 0 : left >> right
        case .shiftLeft:
            guard left >= 0, right >= 0 else { return nil }
            guard right < 63 else { return left == 0 ? 0 : nil }
            let shifted = left << right
            // Of the widest type the bits that are lost may still be there.
            return type == .uint64 && shifted >> right != left ? nil : ONNXElementType(type).wrapping(shifted)
        }
    }

    /// Zero: bits move in steps.
    public func vjp(_ cotangent: Tensor, inputs: [Tensor], output: Tensor, needed: [Bool]) -> [Tensor?] {
        inputs.indices.map { needed[$0] ? Tensor(inputs[$0].shape) : nil }
    }

    /// `piecewiseConstant`.
    public var sensitivity: Sensitivity { .piecewiseConstant }
    /// True.
    public var givesIntegers: Bool { true }

    /// The combination's ONNX operator, of opset 18; shifts are older.
    public var onnx: ONNXForm {
        let (name, direction) =
            switch combination {
            case .and: ("BitwiseAnd", "")
            case .or: ("BitwiseOr", "")
            case .xor: ("BitwiseXor", "")
            case .shiftLeft: ("BitShift", "LEFT")
            case .shiftRight: ("BitShift", "RIGHT")
            }
        return ONNXForm(
            name,
            direction.isEmpty ? [:] : ["direction": .string(direction)],
            opset: direction.isEmpty ? 18 : 17,
            inputTypes: [0: type, 1: type],
            outputType: type
        )
    }

    /// The lowering of one combination.
    static func lower(_ combination: Combination) -> OperatorTable.Lowering {
        { node, lowering in try lower(combination, node, into: &lowering) }
    }

    /// `BitShift`, whose direction is an attribute and whose operands are of an unsigned type.
    static func lowerShift(_ node: ONNXNode, into lowering: inout ONNXLowering) throws -> [ImportedValue] {
        guard node.inputType(0).range?.lowerBound == 0 else { throw node.error("shifts signed integers") }
        switch try node.string("direction") {
        case "RIGHT": return try lower(.shiftRight, node, into: &lowering)
        case "LEFT": return try lower(.shiftLeft, node, into: &lowering)
        default: throw node.error("attribute direction is neither LEFT nor RIGHT")
        }
    }

    private static func lower(
        _ combination: Combination,
        _ node: ONNXNode,
        into lowering: inout ONNXLowering
    ) throws -> [ImportedValue] {
        let type = node.inputType(0)
        guard type.isInteger, node.inputType(1) == type else {
            throw node.error("combines the bits of \(type) and \(node.inputType(1))")
        }
        let logic = BitwiseLogic(combination, type: type.elementType)
        let folded = try IntegerFolding.combine(node) { left, right in
            guard let left = left.fixed, let right = right.fixed else { return nil }
            return logic.apply(left, right).map { Dimension(constant: $0) }
        }
        if let folded { return [folded] }
        return [try lowering.emit(logic, node, inputs: [0, 1])]
    }
}
