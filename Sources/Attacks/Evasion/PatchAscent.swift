import BulwarkTensors
import RealModule

/// The elements of a sticker while it is fitted: steps of Adam up a loss, inside the box.
///
/// Kingma and Ba, "Adam" (ICLR 2015), algorithm 1, with β₁ = 0.9 and β₂ = 0.999.
struct PatchAscent {
    private let shape: Shape
    private let lower: [Float]
    private let upper: [Float]
    private let stepShare: Double
    private var elements: [Float]
    private var mean: [Double]
    private var square: [Double]
    private var steps = 0

    /// A sticker halfway between the bounds of each channel.
    ///
    /// A channel's bounds are those that all its elements share, or the widest if they share none.
    init(_ shape: Shape, _ bounds: Bounds, channels: Int, stepShare: Double) {
        self.shape = shape
        self.stepShare = stepShare
        let size = max(bounds.lower.count / channels, 1)
        let area = shape.count / channels
        let intervals = (0..<channels).map { channel in
            let range = bounds.lower.count == 1 ? 0..<1 : channel * size..<(channel + 1) * size
            let (low, high) = (bounds.lower[range], bounds.upper[range])
            let shared = (low.max() ?? 0, high.min() ?? 0)
            return shared.0 < shared.1 ? shared : (low.min() ?? 0, high.max() ?? 0)
        }
        lower = intervals.flatMap { Array(repeating: $0.0, count: area) }
        upper = intervals.flatMap { Array(repeating: $0.1, count: area) }
        elements = zip(lower, upper).map { $0 + ($1 - $0) / 2 }
        mean = Array(repeating: 0, count: shape.count)
        square = mean
    }

    /// The sticker.
    var value: Tensor { Tensor(shape, elements) }

    /// One step along a gradient; what has no gradient stays as it is.
    mutating func ascend(along gradient: [Float]) {
        steps += 1
        let corrections = (1 - Double.pow(0.9, steps), 1 - Double.pow(0.999, steps))
        for index in elements.indices {
            let slope = Double(gradient[index])
            mean[index] = 0.9 * mean[index] + 0.1 * slope
            square[index] = 0.999 * square[index] + 0.001 * slope * slope
            guard square[index] > 0 else { continue }
            let direction = mean[index] / corrections.0 / .sqrt(square[index] / corrections.1)
            let width = Double(upper[index]) - Double(lower[index])
            let moved = Float(Double(elements[index]) + stepShare * width * direction)
            elements[index] = min(max(moved, lower[index]), upper[index])
        }
    }
}
