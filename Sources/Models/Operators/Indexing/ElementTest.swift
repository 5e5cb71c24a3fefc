import BulwarkTensors

/// A question about every element on its own, answered with 1 or 0 (ONNX `Not`, `IsNaN`, `IsInf`).
public struct ElementTest: PointwiseOperator {
    /// What is asked of an element.
    public enum Question: Sendable, Hashable {
        /// Whether it is 0, which stands for false.
        case isFalse
        /// Whether it is not a number.
        case isNaN
        /// Whether it is infinite, with one of the signs that count.
        case isInfinite(positive: Bool, negative: Bool)
    }

    /// What is asked.
    public let question: Question

    /// A question about every element.
    public init(_ question: Question) { self.question = question }

    /// 1 for yes and 0 for no.
    public func apply(_ x: Float) -> Float {
        switch question {
        case .isFalse: x == 0 ? 1 : 0
        case .isNaN: x.isNaN ? 1 : 0
        case .isInfinite(let positive, let negative):
            x == .infinity && positive || x == -.infinity && negative ? 1 : 0
        }
    }
    /// 0: answers move in steps.
    public func derivative(_ x: Float, _ y: Float) -> Float { 0 }

    /// `piecewiseConstant`.
    public var sensitivity: Sensitivity { .piecewiseConstant }
    /// True.
    public var givesIntegers: Bool { true }

    /// `Not`, `IsNaN` or `IsInf`.
    public var onnx: ONNXForm {
        switch question {
        case .isFalse: ONNXForm("Not", inputTypes: [0: .bool], outputType: .bool)
        case .isNaN: ONNXForm("IsNaN", outputType: .bool)
        case .isInfinite(let positive, let negative):
            ONNXForm(
                "IsInf",
                ["detect_positive": .int(positive ? 1 : 0), "detect_negative": .int(negative ? 1 : 0)],
                outputType: .bool
            )
        }
    }

    static func lowerNot(_ node: ONNXNode, into lowering: inout ONNXLowering) throws -> [ImportedValue] {
        try lower(.isFalse, node, into: &lowering)
    }

    static func lowerIsNaN(_ node: ONNXNode, into lowering: inout ONNXLowering) throws -> [ImportedValue] {
        try lower(.isNaN, node, into: &lowering)
    }

    static func lowerIsInf(_ node: ONNXNode, into lowering: inout ONNXLowering) throws -> [ImportedValue] {
        let positive = try node.int("detect_positive") ?? 1 != 0
        let negative = try node.int("detect_negative") ?? 1 != 0
        return try lower(.isInfinite(positive: positive, negative: negative), node, into: &lowering)
    }

    private static func lower(
        _ question: Question,
        _ node: ONNXNode,
        into lowering: inout ONNXLowering
    ) throws -> [ImportedValue] {
        guard case .integers(let array) = try node.input(0) else {
            return [try lowering.emit(ElementTest(question), node, inputs: [0])]
        }
        let answers = try array.elements.map { element in
            guard question == .isFalse else { return Dimension(constant: 0) }
            guard let number = element.fixed else { throw node.error("asks whether the batch size is 0") }
            return Dimension(constant: number == 0 ? 1 : 0)
        }
        return [.integers(IntegerArray(shape: array.shape, elements: answers))]
    }
}
