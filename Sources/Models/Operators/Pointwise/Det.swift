import BulwarkTensors

/// The determinant of every square matrix (ONNX `Det`), computed in double precision.
public struct Det: Operator {
    /// A determinant.
    public init() {}

    /// `[…, M, M]` gives `[…]`.
    public func outputShape(for inputs: [SymbolicShape]) throws(OperatorError) -> SymbolicShape {
        try inputs.expectCount(1...1)
        let (shape, rank) = (inputs[0], inputs[0].rank)
        guard rank >= 2, shape[rank - 2] == shape[rank - 1] else {
            throw .shapes("only square matrices have a determinant", inputs)
        }
        return SymbolicShape(shape.dimensions.dropLast(2))
    }

    /// The product of the pivots of each matrix.
    public func value(of inputs: [Tensor], shape: Shape) -> Tensor {
        Tensor(shape, generating: { Float(PivotedFactors(inputs[0], matrix: $0).determinant) })
    }

    /// The cotangent times the matrix of cofactors, which exists for singular matrices, too.
    public func vjp(_ cotangent: Tensor, inputs: [Tensor], output: Tensor, needed: [Bool]) -> [Tensor?] {
        guard needed[0] else { return [nil] }
        let gradient = cotangent.elements
        let result = Tensor(inputs[0].shape) { target in
            for matrix in gradient.indices {
                let cofactors = PivotedFactors(inputs[0], matrix: matrix).cofactors()
                for (position, cofactor) in cofactors.enumerated() {
                    target[matrix * cofactors.count + position] = Float(Double(gradient[matrix]) * cofactor)
                }
            }
        }
        return [result]
    }

    /// `Det`.
    public var onnx: ONNXForm { ONNXForm("Det") }

    static func lower(_ node: ONNXNode, into lowering: inout ONNXLowering) throws -> [ImportedValue] {
        [try lowering.emit(Det(), node, inputs: [0])]
    }
}

extension Det: HeavyOperator {
    func stepsPerElement(_ inputs: [Tensor]) -> Int {
        let size = inputs[0].shape.dimensions.last ?? 1
        return size * size * size
    }
}

/// A square matrix as `P · L · U · Q`: complete pivoting with row and column swaps `P` and `Q`, ones on the
/// diagonal of `L`, and pivots on that of `U`, of falling magnitude.
///
/// Golub and Van Loan, Matrix Computations, section 3.4.
private struct PivotedFactors {
    /// `U` on and above the diagonal, `L` below it, row by row.
    private var elements: [Double]
    private let size: Int
    /// Which row and which column of the matrix each row and column of the factors is.
    private var rows: [Int]
    private var columns: [Int]
    private var sign = 1.0

    init(_ tensor: Tensor, matrix: Int) {
        size = tensor.shape[tensor.shape.rank - 1]
        let source = tensor.elements
        let start = matrix * size * size
        elements = (start..<start + size * size).map { Double(source[$0]) }
        rows = Array(0..<size)
        columns = rows
        for step in 0..<size { eliminate(step) }
    }

    private mutating func eliminate(_ step: Int) {
        var (best, row, column) = (-1.0, step, step)
        for candidate in step..<size {
            for other in step..<size {
                let magnitude = abs(elements[candidate * size + other])
                if magnitude > best || magnitude.isNaN { (best, row, column) = (magnitude, candidate, other) }
            }
        }
        if row != step {
            for other in 0..<size { elements.swapAt(row * size + other, step * size + other) }
            rows.swapAt(row, step)
            sign = -sign
        }
        if column != step {
            for other in 0..<size { elements.swapAt(other * size + column, other * size + step) }
            columns.swapAt(column, step)
            sign = -sign
        }
        let pivot = elements[step * size + step]
        guard pivot != 0 else { return }
        for row in step + 1..<max(size, step + 1) {
            let factor = elements[row * size + step] / pivot
            elements[row * size + step] = factor
            guard factor != 0 else { continue }
            for column in step + 1..<size {
                elements[row * size + column] -= factor * elements[step * size + column]
            }
        }
    }

    /// The product of the first pivots with the sign of the swaps.
    private func product(ofPivots count: Int) -> Double {
        (0..<count).reduce(sign) { $0 * elements[$1 * size + $1] }
    }

    var determinant: Double { product(ofPivots: size) }

    /// The matrix of cofactors, row by row: the derivative of the determinant by each element.
    ///
    /// Only the last pivot may be 0, or all cofactors are. With `U = [[V, u], [0, p]]` the adjugate of `U` is
    /// `det V · [[p V⁻¹, -V⁻¹ u], [0, 1]]`, which asks for no division by `p`; that of `L` is `L⁻¹`.
    func cofactors() -> [Double] {
        var result = [Double](repeating: 0, count: size * size)
        guard size > 0 else { return result }
        let scale = product(ofPivots: size - 1)
        guard scale != 0 else { return result }
        let last = elements[size * size - 1]
        for column in 0..<size {
            // Column `column` of adj(U) · L⁻¹, solved for from a unit vector.
            var solution = [Double](repeating: 0, count: size)
            solution[column] = 1
            for row in column..<size {
                for other in column..<row { solution[row] -= elements[row * size + other] * solution[other] }
            }
            let end = solution[size - 1]
            for row in 0..<size - 1 {
                solution[row] = last * solution[row] - elements[row * size + size - 1] * end
            }
            for row in stride(from: size - 2, through: 0, by: -1) {
                for other in row + 1..<max(size - 1, row + 1) {
                    solution[row] -= elements[row * size + other] * solution[other]
                }
                solution[row] /= elements[row * size + row]
            }
            for row in 0..<size {
                result[rows[column] * size + columns[row]] = scale * solution[row]
            }
        }
        return result
    }
}
