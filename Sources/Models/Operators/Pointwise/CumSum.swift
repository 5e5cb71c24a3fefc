import BulwarkTensors

/// The sum of all elements up to each one along an axis (ONNX `CumSum`), taken in double precision.
public struct CumSum: Operator {
    private let fold: CumulativeFold

    /// Sums along an axis, which may leave out the element itself, or run from the last element.
    public init(
        axis: Int,
        isExclusive: Bool = false,
        isReversed: Bool = false
    ) {
        fold = CumulativeFold(axis: axis, isExclusive: isExclusive, isReversed: isReversed)
    }

    /// The axis; negative from the end.
    public var axis: Int { fold.axis }
    /// Whether each sum leaves out the element itself.
    public var isExclusive: Bool { fold.isExclusive }
    /// Whether sums run from the last element.
    public var isReversed: Bool { fold.isReversed }

    /// The shape of the one input.
    public func outputShape(for inputs: [SymbolicShape]) throws(OperatorError) -> SymbolicShape {
        try fold.outputShape(for: inputs)
    }

    /// The sums.
    public func value(of inputs: [Tensor], shape: Shape) -> Tensor { sums(inputs[0], fold) }

    /// The sums of the cotangent from the other end.
    public func vjp(_ cotangent: Tensor, inputs: [Tensor], output: Tensor, needed: [Bool]) -> [Tensor?] {
        [needed[0] ? sums(cotangent, fold.backwards) : nil]
    }

    private func sums(_ tensor: Tensor, _ fold: CumulativeFold) -> Tensor {
        let source = tensor.elements
        return Tensor(tensor.shape) { target in
            fold.forEachLine(tensor.shape) { line in
                var sum = 0.0
                for position in line {
                    let next = sum + Double(source[position])
                    target[position] = Float(fold.isExclusive ? sum : next)
                    sum = next
                }
            }
        }
    }

    /// `CumSum` with its axis as a constant.
    public var onnx: ONNXForm { fold.onnx("CumSum", opset: 17) }

    static func lower(_ node: ONNXNode, into lowering: inout ONNXLowering) throws -> [ImportedValue] {
        let fold = try CumulativeFold.reading(node)
        let operation = CumSum(axis: fold.axis, isExclusive: fold.isExclusive, isReversed: fold.isReversed)
        return [try lowering.emit(operation, node, inputs: [0])]
    }
}
