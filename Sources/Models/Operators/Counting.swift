import BulwarkTensors

/// Whole numbers at equal distances, as many as the number of samples says (ONNX `Range`).
///
/// Reads nothing.
public struct Counting: Operator {
    /// The first number.
    public let start: Int
    /// The distance of neighbours.
    public let step: Int
    /// How many numbers there are.
    public let count: Dimension

    /// The numbers `start`, `start + step`, ….
    public init(from start: Int, by step: Int = 1, count: Dimension) {
        self.start = start
        self.step = step
        self.count = count
    }

    /// One axis.
    public func outputShape(for inputs: [SymbolicShape]) throws(OperatorError) -> SymbolicShape {
        try inputs.expectCount(0...0)
        guard step != 0, start.magnitude < 1 << 31, step.magnitude < 1 << 31 else {
            throw .attribute(name: "step", problem: "\(start) and steps of \(step) lead nowhere")
        }
        return [count]
    }

    /// The numbers.
    public func value(of inputs: [Tensor], shape: Shape) -> Tensor {
        Tensor(shape, generating: { Float(start + $0 * step) })
    }

    /// Nothing: there are no inputs.
    public func vjp(_ cotangent: Tensor, inputs: [Tensor], output: Tensor, needed: [Bool]) -> [Tensor?] { [] }

    /// `piecewiseConstant`.
    public var sensitivity: Sensitivity { .piecewiseConstant }

    /// `true`.
    public var givesIntegers: Bool { true }

    /// `Range`, on integers.
    public var onnx: ONNXForm {
        let limit = count.multiplied(by: Dimension(constant: step))?.adding(Dimension(constant: start))
        return ONNXForm(
            "Range",
            trailing: [.int(start), .extent(limit ?? Dimension(constant: start)), .int(step)],
            outputType: .int64
        )
    }

    /// Lowers a `Range` of integers whose limit depends on the number of samples, or gives nil if it does
    /// not.
    ///
    /// - Throws: `ONNXError` if its extent is not affine in the number of samples.
    static func lower(_ node: ONNXNode, into lowering: inout ONNXLowering) throws -> [ImportedValue]? {
        guard case .integers(let limit)? = node.optionalInput(1), limit.fixed == nil else { return nil }
        guard let start = try node.optionalFixedIntegers(0), let step = try node.optionalFixedIntegers(2),
            start.count == 1, step.count == 1, limit.elements.count == 1,
            let negative = Dimension(constant: start[0]).multiplied(by: -1),
            let count = limit.elements[0].adding(negative)?.divided(by: Dimension(constant: step[0])),
            count.constant >= 0, count.batchMultiple > 0
        else { throw node.error("counts to the number of samples in a way that is not supported") }
        let counting = Counting(from: start[0], by: step[0], count: count)
        return [try lowering.emitAtRunTime(counting, node, arguments: [])]
    }
}
