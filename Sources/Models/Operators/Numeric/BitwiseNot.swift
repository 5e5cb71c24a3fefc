import BulwarkTensors

/// Integers with every bit turned over (ONNX `BitwiseNot`).
///
/// What is no integer gives NaN.
public struct BitwiseNot: PointwiseOperator {
    /// The type of the integers.
    public let type: ElementType
    /// What an integer and its opposite add up to: all bits of an unsigned type, or -1 in two's complement.
    private let sum: Int

    /// A turning over of the bits of a type; traps if it is no type of integers.
    public init(type: ElementType) {
        guard let range = ONNXElementType(type).range else { preconditionFailure("only integers have bits") }
        self.type = type
        sum = range.lowerBound == 0 ? range.upperBound : -1
    }

    /// `2ⁿ - 1 - x` for an unsigned type of n bits, or `-1 - x` in two's complement.
    public func apply(_ x: Float) -> Float { Float(sum) - x }
    /// 0: bits move in steps.
    public func derivative(_ x: Float, _ y: Float) -> Float { 0 }

    /// `piecewiseConstant`.
    public var sensitivity: Sensitivity { .piecewiseConstant }
    /// True.
    public var givesIntegers: Bool { true }
    /// `BitwiseNot`, of opset 18.
    public var onnx: ONNXForm { ONNXForm("BitwiseNot", opset: 18, inputTypes: [0: type], outputType: type) }

    static func lower(_ node: ONNXNode, into lowering: inout ONNXLowering) throws -> [ImportedValue] {
        let type = node.inputType(0)
        guard type.isInteger, type != .uint64 else { throw node.error("turns over the bits of \(type)") }
        let not = BitwiseNot(type: type.elementType)
        guard case .integers(let array) = try node.input(0) else {
            return [try lowering.emit(not, node, inputs: [0])]
        }
        guard let numbers = array.fixed else { throw node.error("turns over the bits of the batch size") }
        let turned = numbers.map { Dimension(constant: not.sum - $0) }
        return [.integers(IntegerArray(shape: array.shape, elements: turned))]
    }
}
