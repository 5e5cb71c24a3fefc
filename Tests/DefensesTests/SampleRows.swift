import BulwarkTensors

/// Rows for the detectors' tests: some by a formula that any language can repeat, some at random.
enum SampleRows {
    /// Rows of exact binary fractions, some features correlated: what the reference values were computed
    /// from.
    static func byFormula(_ rows: Range<Int>, size: Int) -> Tensor {
        Tensor([rows.count, size]) { target in
            for (position, row) in rows.enumerated() {
                for column in 0..<size {
                    let sum = 7 * row + 13 * column + 3 * row * column + row * row
                    target[position * size + column] = Float(sum % 17) / 8 + Float(row % 5 * column) / 4
                }
            }
        }
    }

    static func normal(_ count: Int, size: Int, seed: UInt64) -> Tensor {
        var random = SeededRandom(seed: seed, stream: "rows")
        return Tensor([count, size], generating: { _ in random.normal() })
    }

    static func areClose(_ left: [Double], _ right: [Double], within tolerance: Double) -> Bool {
        left.count == right.count
            && zip(left, right).allSatisfy { abs($0 - $1) <= tolerance * max(1, abs($1)) }
    }
}
