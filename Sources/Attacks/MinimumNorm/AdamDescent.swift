import RealModule

/// Steps down a gradient, each as long as the gradient was steady: Adam, for the elements of one sample.
///
/// Kingma and Ba, "Adam: a method for stochastic optimization" (ICLR 2015), algorithm 1, with the decay rates
/// 0.9 and 0.999 and ε = 1e-8 given there.
struct AdamDescent {
    private static let decay: (mean: Float, square: Float) = (0.9, 0.999)
    private static let smallest: Float = 1e-8

    private let stepSize: Float
    private var steps = 0
    private var means: [Float]
    private var squares: [Float]

    /// Nothing remembered of so many variables.
    init(count: Int, stepSize: Float) {
        self.stepSize = stepSize
        means = Array(repeating: 0, count: count)
        squares = means
    }

    /// Moves the variables one step.
    mutating func move(_ variables: inout [Float], down gradient: [Float]) {
        precondition(
            variables.count == means.count && gradient.count == means.count,
            "as many variables as before"
        )
        steps += 1
        let (decay, smallest) = (Self.decay, Self.smallest)
        let meanShare = 1 / Float(1 - Double.pow(Double(decay.mean), steps))
        let squareShare = 1 / Float(1 - Double.pow(Double(decay.square), steps))
        for index in variables.indices {
            let slope = gradient[index]
            let mean = decay.mean * means[index] + (1 - decay.mean) * slope
            let square = decay.square * squares[index] + (1 - decay.square) * slope * slope
            (means[index], squares[index]) = (mean, square)
            variables[index] -= stepSize * mean * meanShare / ((square * squareShare).squareRoot() + smallest)
        }
    }
}
