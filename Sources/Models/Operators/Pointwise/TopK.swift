import BulwarkTensors

/// The largest or smallest elements along one axis, in order, or where they were (ONNX `TopK`).
///
/// Among equals the one that comes first goes first. NaN counts as larger than any number.
public struct TopK: Operator {
    /// Which of the two outputs of the ONNX operator is computed.
    public enum Output: Sendable, Equatable {
        /// The elements.
        case values
        /// Their positions along the axis, from 0.
        case indices
    }

    /// How many elements of each line are chosen.
    public let count: Int
    /// The axis; negative from the end.
    public let axis: Int
    /// Whether the largest are chosen, or the smallest.
    public let choosesLargest: Bool
    /// What comes out.
    public let output: Output

    /// A choice of `count` elements of each line.
    public init(count: Int, axis: Int = -1, choosesLargest: Bool = true, output: Output = .values) {
        self.count = count
        self.axis = axis
        self.choosesLargest = choosesLargest
        self.output = output
    }

    /// The input's shape with the count along the axis.
    ///
    /// - Throws: `OperatorError` if a line has fewer elements, or a number of them that depends on the batch.
    public func outputShape(for inputs: [SymbolicShape]) throws(OperatorError) -> SymbolicShape {
        try inputs.expectCount(1...1)
        let resolved = try Axes.resolve(axis, rank: inputs[0].rank)
        var dimensions = inputs[0].dimensions
        guard let extent = dimensions[resolved].fixed else {
            throw .shapes("axis \(axis) depends on the number of samples", inputs)
        }
        guard count >= 0, count <= extent else {
            throw .attribute(name: "k", problem: "there are no \(count) among \(extent) elements")
        }
        dimensions[resolved] = Dimension(constant: count)
        return SymbolicShape(dimensions)
    }

    /// The chosen elements of each line, or their positions.
    public func value(of inputs: [Tensor], shape: Shape) -> Tensor {
        let source = inputs[0].elements
        return Tensor(shape) { target in
            forEachChoice(inputs[0], shape) { output, input, index in
                target[output] = self.output == .values ? source[input] : Float(index)
            }
        }
    }

    /// The cotangent at the chosen elements, and zero elsewhere; zeros for positions.
    public func vjp(_ cotangent: Tensor, inputs: [Tensor], output: Tensor, needed: [Bool]) -> [Tensor?] {
        guard needed[0] else { return [nil] }
        guard self.output == .values else { return [Tensor(inputs[0].shape)] }
        let gradient = cotangent.elements
        let result = Tensor(inputs[0].shape) { target in
            forEachChoice(inputs[0], output.shape) { output, input, _ in target[input] = gradient[output] }
        }
        return [result]
    }

    /// Visits the chosen elements with their places in the output and the input, and along the axis.
    private func forEachChoice(
        _ input: Tensor,
        _ shape: Shape,
        _ body: (_ output: Int, _ input: Int, _ index: Int) -> Void
    ) {
        guard shape.count > 0 else { return }
        let source = input.elements
        let lines = AxisBlocks(input.shape, axis: axis)
        var line = 0
        lines.forEachLine { start in
            func goesFirst(_ one: Int, _ other: Int) -> Bool {
                let (left, right) = (source[start + one * lines.inner], source[start + other * lines.inner])
                if isBeyond(left, right) { return true }
                return !isBeyond(right, left) && one < other
            }
            let order = (0..<lines.length).sorted(by: goesFirst)
            let first = line / lines.inner * count * lines.inner + line % lines.inner
            for (rank, index) in order.prefix(count).enumerated() {
                body(first + rank * lines.inner, start + index * lines.inner, index)
            }
            line += 1
        }
    }

    private func isBeyond(_ one: Float, _ other: Float) -> Bool {
        choosesLargest
            ? one > other || one.isNaN && !other.isNaN : one < other || other.isNaN && !one.isNaN
    }

    /// Values do; positions move in steps.
    public var sensitivity: Sensitivity { output == .values ? .differentiable : .piecewiseConstant }
    /// Positions are integers.
    public var givesIntegers: Bool { output == .indices }

    /// `TopK` with the count as a constant.
    public var onnx: ONNXForm {
        ONNXForm(
            "TopK",
            ["axis": .int(axis), "largest": .int(choosesLargest ? 1 : 0), "sorted": .int(1)],
            trailing: [.ints([count])],
            output: output == .values ? 0 : 1,
            outputCount: 2,
            outputType: output == .values ? .float32 : .int64
        )
    }

    static func lower(_ node: ONNXNode, into lowering: inout ONNXLowering) throws -> [ImportedValue] {
        // An attribute before operator set 10, an input since.
        guard let counts = try node.int("k").map({ [$0] }) ?? node.optionalFixedIntegers(1),
            counts.count == 1
        else {
            throw node.error("the number of elements to choose is missing")
        }
        // An order that the definition leaves open is as good sorted.
        let (axis, largest) = (try node.int("axis") ?? -1, try node.flag("largest", default: true))
        func choice(_ output: Output) -> TopK {
            TopK(count: counts[0], axis: axis, choosesLargest: largest, output: output)
        }
        let values = try lowering.emit(choice(.values), node, inputs: [0])
        if node.outputCount < 2 { return [values] }
        return [values, try lowering.emit(choice(.indices), node.step("indices"), inputs: [0])]
    }
}

extension TopK: HeavyOperator {
    func stepsPerElement(_ inputs: [Tensor]) -> Int {
        let length = inputs[0].shape[Axes.index(axis, rank: inputs[0].shape.rank)]
        let comparisons = length * (Int.bitWidth - length.leadingZeroBitCount)
        return comparisons / max(count, 1)
    }
}
