/// The lower triangle of a square matrix in double precision, rows one after another in blocks of eight.
///
/// A row ends with the block that holds its diagonal element; what lies right of the diagonal in that block
/// is unused.
package struct LowerTriangle: Sendable {
    package typealias Block = SIMD8<Double>

    /// The number of rows.
    package let size: Int
    /// The blocks of all rows.
    package var blocks: [Block]

    /// A triangle of zeros.
    package init(size: Int) {
        precondition(size >= 0, "a matrix has no negative size")
        self.size = size
        blocks = Array(repeating: .zero, count: Self.start(of: size))
    }

    /// The position of the first block of a row.
    package static func start(of row: Int) -> Int {
        let (whole, rest) = (row / 8, row % 8)
        return 4 * whole * (whole + 1) + rest * (whole + 1)
    }

    /// An element on or below the diagonal.
    package subscript(row: Int, column: Int) -> Double {
        get {
            precondition(column <= row, "the element lies in the lower triangle")
            return blocks[Self.start(of: row) + column / 8][column % 8]
        }
        set {
            precondition(column <= row, "the element lies in the lower triangle")
            blocks[Self.start(of: row) + column / 8][column % 8] = newValue
        }
    }
}
