import RealModule

/// ADAM for coordinates that take their steps at different times: Kingma and Ba (ICLR 2015), algorithm 1, with
/// moments and a step count for each.
struct CoordinateAdam {
    private let rate: Double
    private var means: [Double]
    private var squares: [Double]
    private var ages: [Double]

    init(_ count: Int, rate: Double) {
        self.rate = rate
        means = Array(repeating: 0, count: count)
        (squares, ages) = (means, means)
    }

    /// How far a coordinate with this derivative goes down.
    mutating func step(_ coordinate: Int, _ slope: Double) -> Double {
        guard slope.isFinite else { return 0 }
        ages[coordinate] += 1
        means[coordinate] = 0.9 * means[coordinate] + 0.1 * slope
        squares[coordinate] = 0.999 * squares[coordinate] + 0.001 * slope * slope
        let correction = Double.sqrt(1 - .pow(0.999, ages[coordinate])) / (1 - .pow(0.9, ages[coordinate]))
        return rate * correction * means[coordinate] / (.sqrt(squares[coordinate]) + 1e-8)
    }
}
