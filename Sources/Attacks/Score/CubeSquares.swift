import BulwarkTensors

/// The moves of the Square Attack for Linf: every element lies at one of its two ends, and a square sends all
/// elements of a channel to the same end.
///
/// Andriushchenko et al. (ECCV 2020), algorithm 2: the change ±2ε, projected on the ball and the box, leads to
/// one of the ends from wherever the element is.
struct CubeSquares: SquareMoves {
    private let layout: ImageLayout
    private let ends: BallAndBox

    /// How often a square that would change nothing is drawn again, at most: an element whose ends coincide
    /// cannot change.
    private static let maximumDraws = 10

    init(_ oracle: some LabelOracle) {
        layout = ImageLayout(oracle.shape)
        ends = BallAndBox(oracle)
    }

    /// Vertical stripes: in each channel every column goes to an end of its own.
    func start(_ random: inout SeededRandom) -> [Float] {
        var point = ends.lower
        for channel in 0..<layout.channels {
            for column in 0..<layout.columns where random.flip() {
                for row in 0..<layout.rows {
                    let position = layout.position(channel, row, column)
                    point[position] = ends.upper[position]
                }
            }
        }
        return point
    }

    func move(from best: [Float], share: Double, _ random: inout SeededRandom) -> [Float] {
        let window = layout.window(layout.sides(share: share), &random)
        var point = best
        var draws = 1
        while !paint(window, on: &point, &random), draws < Self.maximumDraws { draws += 1 }
        return point
    }

    func accept() {}

    /// Sends a square to random ends; false if nothing has changed.
    private func paint(_ window: Window, on point: inout [Float], _ random: inout SeededRandom) -> Bool {
        var isChanged = false
        for channel in 0..<layout.channels {
            let isUpper = random.flip()
            for row in window.rows {
                for column in window.columns {
                    let position = layout.position(channel, row, column)
                    let end = isUpper ? ends.upper[position] : ends.lower[position]
                    isChanged = isChanged || point[position] != end
                    point[position] = end
                }
            }
        }
        return isChanged
    }
}
