import BulwarkEvaluation
import BulwarkTensors
import Foundation

/// Arithmetic for fixtures.
enum Tables {
    /// A power of a positive number.
    static func power(_ base: Double, _ exponent: Double) -> Double { pow(base, exponent) }
}

/// Digits drawn with a soft pen on 28 by 28 pixels, and perturbations that look like those of sign attacks.
enum Glyphs {
    /// Strokes of the digits on a grid of 4 by 6.
    private static let strokes: [[[(Double, Double)]]] = [
        [[(1, 0), (3, 0), (4, 1.5), (4, 4.5), (3, 6), (1, 6), (0, 4.5), (0, 1.5), (1, 0)]],
        [[(1, 1.2), (2.4, 0), (2.4, 6)]],
        [[(0, 1.2), (1, 0), (3, 0), (4, 1.4), (3.4, 3), (0, 6), (4, 6)]],
        [[(0, 0.6), (1.6, 0), (3.4, 0.6), (3.2, 2.2), (1.6, 2.9), (3.6, 3.6), (3.8, 5), (2, 6), (0, 5.4)]],
        [[(3, 6), (3, 0), (0, 4.2), (4.2, 4.2)]],
        [[(3.8, 0), (0.6, 0), (0.4, 2.6), (2.6, 2.4), (3.8, 3.8), (3.2, 5.6), (1.6, 6), (0, 5.4)]],
        [[(3.2, 0), (1, 2), (0.2, 4.2), (1, 6), (3, 6), (3.8, 4.6), (3, 3.2), (1, 3.2), (0.3, 4)]],
        [[(0, 0), (4, 0), (1.4, 6)], [(1, 3), (3.4, 3)]],
        [
            [(2, 0), (3.6, 1.2), (2, 2.8), (0.4, 1.2), (2, 0)],
            [(2, 2.8), (4, 4.4), (2, 6), (0, 4.4), (2, 2.8)],
        ],
        [[(3.4, 1.6), (2, 0), (0.5, 1.5), (1.8, 3), (3.4, 1.6), (3.2, 6)]],
    ]

    /// A digit; `slant` leans it.
    static func digit(_ digit: Int, slant: Double) -> Tensor {
        Tensor([1, 28, 28]) { position in
            let (row, column) = (Double(position / 28), Double(position % 28))
            let y = (row - 5) / 3
            let x = (column - 8 + slant * (row - 14)) / 3
            let distance =
                strokes[digit].flatMap { line in zip(line, line.dropFirst()) }
                .map { segmentDistance(x, y, $0.0, $0.1) }
                .min() ?? 9
            return Float(min(1, max(0, 1.35 - distance * 2.2)))
        }
    }

    private static func segmentDistance(
        _ x: Double,
        _ y: Double,
        _ start: (Double, Double),
        _ end: (Double, Double)
    ) -> Double {
        let (dx, dy) = (end.0 - start.0, end.1 - start.1)
        let share = max(0, min(1, ((x - start.0) * dx + (y - start.1) * dy) / (dx * dx + dy * dy)))
        let (px, py) = (x - start.0 - share * dx, y - start.1 - share * dy)
        return (px * px + py * py).squareRoot()
    }

    /// The digit moved towards another one by at most `epsilon` an element, inside 0 to 1.
    static func perturbed(_ clean: Tensor, towards target: Int, epsilon: Float, seed: Int) -> Tensor {
        let other = digit(target, slant: 0.12)
        return Tensor(clean.shape) { position in
            let pull = other[position] - clean[position]
            let ripple = sin(Float(position * (seed + 3)) * 0.73) + cos(Float(position / 28 * 5 + seed))
            let step = pull + 0.35 * ripple > 0 ? epsilon : -epsilon
            return min(1, max(0, clean[position] + step))
        }
    }

    static let exhibits: [Exhibit] = {
        let pairs = [(7, 3), (2, 1), (1, 7), (0, 6), (4, 9), (9, 4), (3, 5), (6, 8)]
        return pairs.enumerated().map { index, pair in
            let clean = digit(pair.0, slant: 0.1 * Double(index % 3))
            return Exhibit(
                sample: index * 3,
                attack: ["pgd", "square", "fgsm"][index % 3],
                clean: clean,
                adversarial: perturbed(clean, towards: pair.1, epsilon: 0.3, seed: index),
                label: pair.0,
                cleanPrediction: pair.0,
                adversarialPrediction: pair.1,
                distance: 0.300_000_011_920_929
            )
        }
    }()
}
