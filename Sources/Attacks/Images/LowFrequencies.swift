import BulwarkTensors
import RealModule

/// Noise that varies slowly across an image: a random combination of the lowest frequencies of its discrete
/// cosine transform.
///
/// The columns of the orthonormal transform of type II, in both directions of each plane by itself. Axes with
/// fewer than 16 elements keep all their frequencies.
package struct LowFrequencies: Sendable {
    private let layout: ImageLayout
    private let rows: Basis
    private let columns: Basis

    /// The waves of one axis, one after the other.
    private struct Basis {
        let size: Int
        let count: Int
        let waves: [Float]

        init(size: Int, share: Double) {
            self.size = size
            count = size < 16 ? size : min(max(Int((share * Double(size)).rounded(.up)), 1), size)
            waves = (0..<count).flatMap { frequency in
                let scale = (Double(frequency == 0 ? 1 : 2) / Double(size)).squareRoot()
                return (0..<size).map { place in
                    Float(scale * .cos(Double.pi * (Double(place) + 0.5) * Double(frequency) / Double(size)))
                }
            }
        }
    }

    /// The lowest frequencies of samples of a shape.
    ///
    /// - Parameters:
    ///   - shape: Of a sample; see `ImageLayout`.
    ///   - share: The share of the frequencies of each axis.
    package init(_ shape: Shape, share: Double) {
        layout = ImageLayout(shape)
        rows = Basis(size: layout.rows, share: share)
        columns = Basis(size: layout.columns, share: share)
    }

    /// The number of frequencies.
    package var count: Int { layout.channels * rows.count * columns.count }

    /// Noise with a weight from the standard normal distribution for each frequency.
    package func noise(_ random: inout SeededRandom) -> [Float] {
        var result = [Float](repeating: 0, count: layout.count)
        var across = [Float](repeating: 0, count: columns.size)
        for plane in 0..<layout.channels {
            for row in 0..<rows.count {
                for column in across.indices { across[column] = 0 }
                for wave in 0..<columns.count {
                    let weight = random.normal()
                    for column in across.indices {
                        across[column] += weight * columns.waves[wave * columns.size + column]
                    }
                }
                for place in 0..<rows.size {
                    let height = rows.waves[row * rows.size + place]
                    let start = (plane * rows.size + place) * columns.size
                    for column in across.indices { result[start + column] += height * across[column] }
                }
            }
        }
        return layout.point(ofPlanes: result)
    }
}
