import BulwarkTensors

/// The upper or lower triangle of every matrix, and zeros for the rest (ONNX `Trilu`).
public struct Trilu: Operator {
    /// Whether the upper triangle stays, or the lower one.
    public let keepsUpper: Bool
    /// The diagonal that the triangle begins at and includes: 0 for the main one, above it positive.
    public let diagonal: Int

    /// A triangle.
    public init(keepsUpper: Bool = true, diagonal: Int = 0) {
        self.keepsUpper = keepsUpper
        self.diagonal = diagonal
    }

    /// The shape of the one input, `[…, rows, columns]`.
    public func outputShape(for inputs: [SymbolicShape]) throws(OperatorError) -> SymbolicShape {
        try inputs.expectCount(1...1)
        guard inputs[0].rank >= 2 else { throw .shapes("a triangle is part of a matrix", inputs) }
        return inputs[0]
    }

    /// The elements of the triangle.
    public func value(of inputs: [Tensor], shape: Shape) -> Tensor { triangle(inputs[0]) }

    /// The cotangent inside the triangle.
    public func vjp(_ cotangent: Tensor, inputs: [Tensor], output: Tensor, needed: [Bool]) -> [Tensor?] {
        [needed[0] ? triangle(cotangent) : nil]
    }

    private func triangle(_ tensor: Tensor) -> Tensor {
        let source = tensor.elements
        return Tensor(tensor.shape) { target in
            forEachKeptRange(tensor.shape) { range in
                for position in range { target[position] = source[position] }
            }
        }
    }

    /// Visits the part of every row that stays.
    private func forEachKeptRange(_ shape: Shape, _ body: (Range<Int>) -> Void) {
        let (rows, columns) = (shape[shape.rank - 2], shape[shape.rank - 1])
        guard shape.count > 0 else { return }
        // Beyond the corners it makes no difference how far away the diagonal is.
        let diagonal = min(max(self.diagonal, -rows), columns)
        for row in 0..<shape.count / columns {
            let crossing = row % rows + diagonal
            let (start, end) = (row * columns, (row + 1) * columns)
            if keepsUpper {
                body(start + min(max(crossing, 0), columns)..<end)
            } else {
                body(start..<start + min(max(crossing + 1, 0), columns))
            }
        }
    }

    /// `Trilu` with its diagonal as a constant.
    public var onnx: ONNXForm {
        ONNXForm("Trilu", ["upper": .int(keepsUpper ? 1 : 0)], trailing: [.int(diagonal)])
    }

    static func lower(_ node: ONNXNode, into lowering: inout ONNXLowering) throws -> [ImportedValue] {
        let diagonals = try node.optionalFixedIntegers(1) ?? [0]
        guard diagonals.count == 1 else { throw node.error("input 1 is not one diagonal") }
        let operation = Trilu(keepsUpper: try node.flag("upper", default: true), diagonal: diagonals[0])
        return [try lowering.emit(operation, node, inputs: [0])]
    }
}
