import BulwarkTensors

/// The matrix product of the last two axes, with the axes before them broadcast (ONNX `MatMul`).
///
/// A vector on the left counts as a row, one on the right as a column; that axis is gone from the result.
public struct MatMul: Operator {
    /// A matrix product.
    public init() {}

    /// `[…, m, k] · […, k, n] = […, m, n]`.
    public func outputShape(for inputs: [SymbolicShape]) throws(OperatorError) -> SymbolicShape {
        try inputs.expectCount(2...2)
        guard inputs.allSatisfy({ $0.rank > 0 }) else {
            throw .shapes("a number has no matrix product", inputs)
        }
        let left = inputs[0].rank == 1 ? [1] + inputs[0].dimensions : inputs[0].dimensions
        let right = inputs[1].rank == 1 ? inputs[1].dimensions + [1] : inputs[1].dimensions
        guard left[left.count - 1] == right[right.count - 2] else {
            throw .shapes("the inner extents differ", inputs)
        }
        let batch = try Broadcasting.shape(SymbolicShape(left.dropLast(2)), SymbolicShape(right.dropLast(2)))
        var result = batch.dimensions
        if inputs[0].rank > 1 { result.append(left[left.count - 2]) }
        if inputs[1].rank > 1 { result.append(right[right.count - 1]) }
        return SymbolicShape(result)
    }

    /// The product of every pair of matrices.
    public func value(of inputs: [Tensor], shape: Shape) -> Tensor {
        let stacks = Stacks(inputs[0], inputs[1])
        return Tensor(shape) { target in
            stacks.forEachPair { position, left, right in
                MatrixProduct.add(left, right, to: target, at: position * left.rows * right.columns)
            }
        }
    }

    /// `cotangent · rightᵀ` and `leftᵀ · cotangent`, summed over broadcast axes.
    public func vjp(_ cotangent: Tensor, inputs: [Tensor], output: Tensor, needed: [Bool]) -> [Tensor?] {
        let stacks = Stacks(inputs[0], inputs[1])
        let gradient = cotangent.elements
        func outer(_ position: Int, _ left: MatrixView, _ right: MatrixView) -> MatrixView {
            let (rows, columns) = (left.rows, right.columns)
            return MatrixView(gradient, offset: position * rows * columns, rows: rows, columns: columns)
        }
        var gradients: [Tensor?] = [nil, nil]
        if needed[0] {
            gradients[0] = Tensor(inputs[0].shape) { target in
                stacks.forEachPair { position, left, right in
                    let cotangent = outer(position, left, right)
                    MatrixProduct.add(cotangent, right.transposed, to: target, at: left.offset)
                }
            }
        }
        if needed[1] {
            gradients[1] = Tensor(inputs[1].shape) { target in
                stacks.forEachPair { position, left, right in
                    let cotangent = outer(position, left, right)
                    MatrixProduct.add(left.transposed, cotangent, to: target, at: right.offset)
                }
            }
        }
        return gradients
    }

    /// `MatMul`.
    public var onnx: ONNXForm { ONNXForm("MatMul") }

    static func lower(_ node: ONNXNode, into lowering: inout ONNXLowering) throws -> [ImportedValue] {
        [try lowering.emit(MatMul(), node, inputs: [0, 1])]
    }
}

/// Both operands as stacks of matrices that broadcast against each other.
struct Stacks {
    private let left: Elements
    private let right: Elements
    private let rows: Int
    private let inner: Int
    private let columns: Int
    private let leftStack: Shape
    private let rightStack: Shape

    init(_ left: Tensor, _ right: Tensor) {
        self.left = left.elements
        self.right = right.elements
        inner = left.shape[left.shape.rank - 1]
        rows = left.shape.rank == 1 ? 1 : left.shape[left.shape.rank - 2]
        columns = right.shape.rank == 1 ? 1 : right.shape[right.shape.rank - 1]
        leftStack = Shape(trusted: left.shape.dimensions.dropLast(2))
        rightStack = Shape(trusted: right.shape.dimensions.dropLast(2))
    }

    /// Visits every pair of matrices with the number of its result.
    func forEachPair(_ body: (_ position: Int, _ left: MatrixView, _ right: MatrixView) -> Void) {
        let rank = max(leftStack.rank, rightStack.rank)
        let common = Shape(
            trusted: (0..<rank).map { axis in
                let first = axis < rank - leftStack.rank ? 1 : leftStack[axis - (rank - leftStack.rank)]
                let second = axis < rank - rightStack.rank ? 1 : rightStack[axis - (rank - rightStack.rank)]
                return first == 1 ? second : first
            }
        )
        let leftIndex = Broadcasting.StridedIndex(leftStack, in: common)
        let rightIndex = Broadcasting.StridedIndex(rightStack, in: common)
        Broadcasting.forEachPair(leftIndex, rightIndex, common) { position, first, second in
            body(
                position,
                MatrixView(left, offset: first * rows * inner, rows: rows, columns: inner),
                MatrixView(right, offset: second * inner * columns, rows: inner, columns: columns)
            )
        }
    }
}
