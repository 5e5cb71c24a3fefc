import BulwarkTensors

/// A matrix inside the elements of a tensor, perhaps transposed.
struct MatrixView {
    let elements: Elements
    /// The position of the element in the first row and column.
    let offset: Int
    let rows: Int
    let columns: Int
    private let rowStride: Int
    private let columnStride: Int

    /// A row-major matrix that begins at `offset`.
    init(_ elements: Elements, offset: Int = 0, rows: Int, columns: Int) {
        self.init(elements, offset, rows, columns, rowStride: columns, columnStride: 1)
    }

    private init(
        _ elements: Elements,
        _ offset: Int,
        _ rows: Int,
        _ columns: Int,
        rowStride: Int,
        columnStride: Int
    ) {
        self.elements = elements
        self.offset = offset
        self.rows = rows
        self.columns = columns
        self.rowStride = rowStride
        self.columnStride = columnStride
    }

    /// The transpose, of the same elements.
    var transposed: MatrixView {
        MatrixView(elements, offset, columns, rows, rowStride: columnStride, columnStride: rowStride)
    }

    /// The matrix itself if its rows are contiguous, else a copy whose rows are.
    var rowMajor: MatrixView {
        if columnStride == 1 { return self }
        let copy = Tensor([rows, columns]) { target in
            for row in 0..<rows {
                for column in 0..<columns { target[row * columns + column] = self[row, column] }
            }
        }
        return MatrixView(copy.elements, rows: rows, columns: columns)
    }

    subscript(row: Int, column: Int) -> Float { elements[offset + row * rowStride + column * columnStride] }

    /// The position of the first element of a row.
    func start(ofRow row: Int) -> Int { offset + row * rowStride }
}

/// The product of two matrices, as plain as is fast enough.
enum MatrixProduct {
    /// Adds `scale · left · right` to the row-major matrix that begins at `offset` of `target`.
    static func add(
        _ left: MatrixView,
        _ right: MatrixView,
        scale: Float = 1,
        to target: MutableElements,
        at offset: Int = 0
    ) {
        let right = right.rowMajor
        let source = right.elements
        let columns = right.columns
        for row in 0..<left.rows {
            let targetStart = offset + row * columns
            for inner in 0..<left.columns {
                let factor = scale * left[row, inner]
                let sourceStart = right.start(ofRow: inner)
                for column in 0..<columns {
                    target[targetStart + column] += factor * source[sourceStart + column]
                }
            }
        }
    }
}
