import BulwarkTensors
import RealModule

/// The directions that SimBA tries, one after the other: they are orthonormal, and together they reach every
/// point.
package struct DirectionBasis {
    private let basis: SimBA.Basis
    private let layout: ImageLayout

    package init(_ basis: SimBA.Basis, _ layout: ImageLayout) {
        self.basis = basis
        self.layout = layout
    }

    /// The number of directions.
    package var count: Int { layout.count }

    /// The numbers of all directions in the order of a pass: at random, but low frequencies before higher ones.
    ///
    /// The first block of frequencies is an eighth of the height and width, and every further one adds a 32nd:
    /// for images of 224 × 224 the 28 and 7 of the publication.
    package func order(_ random: inout SeededRandom) -> [Int] {
        let shuffled = random.permutation(of: count)
        guard basis == .cosines else { return shuffled }
        var blocks: [[Int]] = []
        for direction in shuffled {
            let block = block(of: direction)
            while blocks.count <= block { blocks.append([]) }
            blocks[block].append(direction)
        }
        return blocks.flatMap(\.self)
    }

    /// The point moved along a direction.
    package func moved(_ point: [Float], along direction: Int, by length: Float) -> [Float] {
        var result = point
        let (channel, row, column) = place(of: direction)
        guard basis == .cosines else {
            result[layout.position(channel, row, column)] += length
            return result
        }
        let down = Self.wave(row, layout.rows)
        let across = Self.wave(column, layout.columns).map { Double(length) * $0 }
        for (row, height) in down.enumerated() {
            for (column, width) in across.enumerated() {
                result[layout.position(channel, row, column)] += Float(height * width)
            }
        }
        return result
    }

    /// One function of the orthonormal discrete cosine transform (DCT-II) of a length: α·cos(π·k·(2i + 1)/2n)
    /// with α = √(2/n), or √(1/n) for k = 0.
    static func wave(_ frequency: Int, _ length: Int) -> [Double] {
        let scale = Double.sqrt((frequency == 0 ? 1 : 2) / Double(length))
        return (0..<length).map {
            scale * .cos(.pi * Double(frequency * (2 * $0 + 1)) / Double(2 * length))
        }
    }

    private func place(of direction: Int) -> (channel: Int, row: Int, column: Int) {
        let (channel, rest) = direction.quotientAndRemainder(dividingBy: layout.rows * layout.columns)
        return (channel, rest / layout.columns, rest % layout.columns)
    }

    private func block(of direction: Int) -> Int {
        func block(_ frequency: Int, _ length: Int) -> Int {
            let (first, further) = (max((length + 4) / 8, 1), max((length + 16) / 32, 1))
            return frequency < first ? 0 : 1 + (frequency - first) / further
        }
        let (_, row, column) = place(of: direction)
        return max(block(row, layout.rows), block(column, layout.columns))
    }
}
