import BulwarkTensors

/// Arithmetic on two integers with broadcasting (ONNX `Add`, `Sub`, `Mul`, `Div` and `Pow` on integer types).
///
/// It differs from that on floats: quotients are rounded towards zero, and small types wrap around.
public struct IntegerArithmetic: Operator {
    /// What is computed; raw values are ONNX's names.
    public enum Operation: String, Sendable, CaseIterable {
        /// The sum.
        case add = "Add"
        /// The difference.
        case subtract = "Sub"
        /// The product.
        case multiply = "Mul"
        /// The quotient, rounded towards zero.
        case divide = "Div"
        /// The power.
        case power = "Pow"
    }

    /// What is computed.
    public let operation: Operation
    /// The type of both operands and the result.
    public let type: ElementType

    /// An operation on integers of a type; traps if it is no type of integers.
    public init(_ operation: Operation, type: ElementType) {
        precondition(ONNXElementType(type).isInteger, "integer arithmetic is for integers")
        self.operation = operation
        self.type = type
    }

    /// The broadcast shape of both operands.
    public func outputShape(for inputs: [SymbolicShape]) throws(OperatorError) -> SymbolicShape {
        try inputs.expectCount(2...2)
        return try Broadcasting.shape(inputs[0], inputs[1])
    }

    /// The results modulo 2 to the number of bits of the type; NaN where there is none or it is too large.
    public func value(of inputs: [Tensor], shape: Shape) -> Tensor {
        Broadcasting.combine(inputs[0], inputs[1], shape) { left, right in
            // The executable has checked both; this only keeps a conversion from trapping.
            guard ExactIntegers.contains(left), ExactIntegers.contains(right),
                let result = operation.applied(Int(left), Int(right), ONNXElementType(type))
            else { return .nan }
            return Float(result)
        }
    }

    /// Zeros: integers move in steps.
    public func vjp(_ cotangent: Tensor, inputs: [Tensor], output: Tensor, needed: [Bool]) -> [Tensor?] {
        zip(inputs, needed).map { $1 ? Tensor($0.shape) : nil }
    }

    /// `piecewiseConstant`.
    public var sensitivity: Sensitivity { .piecewiseConstant }

    /// `true`.
    public var givesIntegers: Bool { true }

    /// The operator of that name, on integers.
    public var onnx: ONNXForm {
        ONNXForm(operation.rawValue, inputTypes: [0: type, 1: type], outputType: type)
    }
}

extension IntegerArithmetic.Operation {
    /// The result as the type holds it, or nil if there is none.
    func applied(_ left: Int, _ right: Int, _ type: ONNXElementType) -> Int? {
        switch self {
        case .add: exact(left.addingReportingOverflow(right), type)
        case .subtract: exact(left.subtractingReportingOverflow(right), type)
        case .multiply: exact(left.multipliedReportingOverflow(by: right), type)
        case .divide: right == 0 ? nil : exact(left.dividedReportingOverflow(by: right), type)
        case .power: power(left, right, type)
        }
    }

    /// What overflows `Int` is refused: a model that does it computes nothing that was meant.
    private func exact(_ result: (partialValue: Int, overflow: Bool), _ type: ONNXElementType) -> Int? {
        result.overflow ? nil : type.wrapping(result.partialValue)
    }

    private func power(_ base: Int, _ exponent: Int, _ type: ONNXElementType) -> Int? {
        // Fractions are cut off: only 1 and -1 have a reciprocal that is a whole number.
        if exponent < 0 {
            return base == 0 ? nil : [-1, 1].contains(base) ? exponent % 2 == 0 ? 1 : base : 0
        }
        var (result, square, rest) = (1, base, exponent)
        while rest > 0 {
            if rest & 1 == 1 {
                let (product, overflow) = result.multipliedReportingOverflow(by: square)
                if overflow { return nil }
                result = product
            }
            rest >>= 1
            if rest == 0 { break }
            let (next, overflow) = square.multipliedReportingOverflow(by: square)
            if overflow { return nil }
            square = next
        }
        return type.wrapping(result)
    }
}

extension IntegerArithmetic {
    /// Lowers a node on integers of one type, or gives nil if its operands are no integers.
    ///
    /// - Throws: `ONNXError` if a result that is known at import does not exist or is not affine in the
    ///   number of samples.
    static func lower(
        _ operation: Operation,
        _ node: ONNXNode,
        into lowering: inout ONNXLowering
    ) throws -> [ImportedValue]? {
        let type = node.inputType(0)
        guard type.isInteger else { return nil }
        guard node.inputType(1) == type else {
            throw node.error("computes with \(type) and \(node.inputType(1))")
        }
        let folded = try IntegerFolding.combine(node) { left, right in
            if let left = left.fixed, let right = right.fixed {
                return operation.applied(left, right, type).map { Dimension(constant: $0) }
            }
            return operation.applied(left, right)
        }
        if let folded { return [folded] }
        let arithmetic = IntegerArithmetic(operation, type: type.elementType)
        return [try lowering.emit(arithmetic, node, inputs: [0, 1])]
    }
}

extension IntegerArithmetic.Operation {
    /// The result for extents that depend on the number of samples, or nil if it is none.
    fileprivate func applied(_ left: Dimension, _ right: Dimension) -> Dimension? {
        switch self {
        case .add: left.adding(right)
        case .subtract: right.multiplied(by: -1).flatMap { left.adding($0) }
        case .multiply: left.multiplied(by: right)
        // What depends on the batch has to divide evenly.
        case .divide: left.divided(by: right)
        case .power: right == 1 ? left : nil
        }
    }
}
