import BulwarkTensors

/// The bits of numbers read as another type of the same width (ONNX `BitCast`, opset 26).
///
/// Elements are 32-bit floats or integers that floats carry; what no float carries gives NaN.
public struct BitCast: PointwiseOperator {
    /// The type whose bits are taken.
    public let source: ElementType
    /// The type that they are read as.
    public let target: ElementType

    /// A reading of bits; traps unless both types are 32-bit floats, or integers or truth values.
    public init(from source: ElementType, to target: ElementType) {
        precondition(Self.isReadable(ONNXElementType(source)), "bits are those of floats or integers")
        precondition(Self.isReadable(ONNXElementType(target)), "bits are read as floats or integers")
        self.source = source
        self.target = target
    }

    private static func isReadable(_ type: ONNXElementType) -> Bool { type == .float || !type.isFloat }

    /// The number that the same bits are in the other type.
    public func apply(_ x: Float) -> Float {
        if source == .float32, target == .float32 { return x }
        if source == .float32 {
            let read = ONNXElementType(target).wrapping(Int(x.bitPattern))
            return read.flatMap { ExactIntegers.contains($0) ? Float($0) : nil } ?? .nan
        }
        guard ExactIntegers.contains(x) else { return .nan }
        if target == .float32 { return Float(bitPattern: UInt32(truncatingIfNeeded: Int(x))) }
        let read = ONNXElementType(target).wrapping(Int(x))
        return read.flatMap { ExactIntegers.contains($0) ? Float($0) : nil } ?? .nan
    }
    /// 0: bits move in steps.
    public func derivative(_ x: Float, _ y: Float) -> Float { 0 }

    /// `piecewiseConstant`.
    public var sensitivity: Sensitivity { .piecewiseConstant }
    /// Whether the bits are read as integers.
    public var givesIntegers: Bool { target != .float32 }

    /// `BitCast`.
    public var onnx: ONNXForm {
        let number = Int(ONNXElementType(target).rawValue)
        return ONNXForm(
            "BitCast",
            ["to": .int(number)],
            opset: 26,
            inputTypes: source == .float32 ? [:] : [0: source],
            outputType: target
        )
    }

    static func lower(_ node: ONNXNode, into lowering: inout ONNXLowering) throws -> [ImportedValue] {
        guard node.has("to") else { throw node.error("attribute to is missing") }
        let (source, target) = (node.inputType(0), node.outputType)
        guard source.byteCount == target.byteCount else { throw node.error("reads \(source) as \(target)") }
        let input = try node.input(0)
        if source == target { return [input] }
        guard isReadable(source), isReadable(target) else {
            throw node.error("reads \(source) as \(target), of which not all bits are kept")
        }
        let cast = BitCast(from: source.elementType, to: target.elementType)
        switch input {
        case .integers(let array):
            guard let numbers = array.fixed else { throw node.error("reads the bits of the batch size") }
            if target == .float {
                let floats = numbers.map { Float(bitPattern: UInt32(truncatingIfNeeded: $0)) }
                return [.constant(Tensor(array.shape, floats))]
            }
            return [try integers(numbers, array.shape, target, node)]
        case .constant(let tensor) where tensor.shape.fits(IntegerFolding.maximumElements):
            return [try integers(tensor.elements.map { Int($0.bitPattern) }, tensor.shape, target, node)]
        default: return [try lowering.emit(cast, node, inputs: [0])]
        }
    }

    private static func integers(
        _ numbers: [Int],
        _ shape: Shape,
        _ target: ONNXElementType,
        _ node: ONNXNode
    ) throws -> ImportedValue {
        let read = numbers.compactMap { number in
            target.wrapping(number).map { Dimension(constant: $0) }
        }
        guard read.count == numbers.count else { throw node.error("gives integers beyond \(Int.max)") }
        return .integers(IntegerArray(shape: shape, elements: read))
    }
}
