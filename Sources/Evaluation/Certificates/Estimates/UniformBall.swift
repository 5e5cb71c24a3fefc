import BulwarkTensors
import RealModule

/// Points drawn uniformly from a ball around a sample, then moved into the box.
struct UniformBall {
    private let norm: Norm
    private let radius: Double
    private let bounds: Bounds
    private let center: [Float]

    init(norm: Norm, radius: Float, bounds: Bounds, center: [Float]) {
        precondition(norm != .l0, "the ball is round, a box or a cross-polytope")
        self.norm = norm
        self.radius = Double(radius)
        self.bounds = bounds
        self.center = center
    }

    /// One point for each draw, as samples of a shape.
    func points(_ draws: Range<Int>, shape: Shape, numbers: (Int) -> SeededRandom) -> Tensor {
        let size = center.count
        let points = Tensor(shape.batched(draws.count)) { elements in
            for (row, draw) in draws.enumerated() {
                var random = numbers(draw)
                for (column, move) in offset(&random).enumerated() {
                    elements[row * size + column] = Float(Double(center[column]) + move)
                }
            }
        }
        return bounds.clamp(points)
    }

    /// A point of the ball around 0.
    ///
    /// L2: a normal vector has a uniform direction, and the distance of a uniform point in d dimensions is
    /// distributed as u^(1/d). L1: with d + 1 exponential variables, the first d over the sum of all are
    /// uniform on a simplex, and random signs spread it over the ball (Devroye, "Non-uniform random variate
    /// generation", 1986, chapter V, sections 2 and 4).
    private func offset(_ random: inout SeededRandom) -> [Double] {
        switch norm {
        case .linf, .l0:
            return center.map { _ in radius * (2 * Double(random.uniform()) - 1) }
        case .l2:
            let direction = center.map { _ in Double(random.normal()) }
            let length = direction.reduce(0) { $0 + $1 * $1 }.squareRoot()
            let reach = radius * .pow(Double(random.uniform()), 1 / Double(max(center.count, 1)))
            return length > 0 ? direction.map { reach * $0 / length } : direction
        case .l1:
            let shares = (0...center.count).map { _ in -Double.log(1 - Double(random.uniform())) }
            let total = max(shares.reduce(0, +), .leastNormalMagnitude)
            return shares.dropLast().map { share in
                let length = radius * share / total
                return random.next() & 1 == 0 ? length : -length
            }
        }
    }
}
