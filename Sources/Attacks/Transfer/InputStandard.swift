import BulwarkTensors
import RealModule

/// What brings inputs to mean 0 and deviation 1.
struct InputStandard: Sendable {
    /// The mean of each element, or of all.
    let mean: Tensor
    /// One over the standard deviation of each element, or of all; 1 where nothing varies.
    let scale: Tensor

    /// The standard of some samples.
    ///
    /// - Parameters:
    ///   - samples: Samples `[N, …]`.
    ///   - elementwise: Whether each element has a mean and a deviation of its own.
    init(of samples: Tensor, elementwise: Bool) {
        let (size, elements) = (max(samples.rowSize, 1), samples.elements)
        let groups = elementwise ? size : 1
        var (sums, squares) = ([Double](repeating: 0, count: groups), [Double](repeating: 0, count: groups))
        let count = Double(max(elements.count / groups, 1))
        for position in 0..<elements.count { sums[position % groups] += Double(elements[position]) }
        for position in 0..<elements.count {
            let distance = Double(elements[position]) - sums[position % groups] / count
            squares[position % groups] += distance * distance
        }
        let shape: Shape = elementwise ? samples.shape.dropFirst : []
        mean = Tensor(shape, generating: { Float(sums[$0] / count) })
        scale = Tensor(
            shape,
            generating: { group in
                let deviation = Double.sqrt(squares[group] / count)
                return deviation > 0 ? Float(1 / deviation) : 1
            }
        )
    }
}
