import BulwarkTensors
import RealModule

extension ThreatModel {
    /// Points drawn uniformly from the ball around each row, then moved to the box.
    ///
    /// Linf draws each element by itself. L2: a normal vector has a uniform direction, and the radius of a
    /// uniform point in d dimensions is distributed as ε·u^(1/d). L1: with d + 1 exponential variables, the
    /// first d divided by the sum of all are uniform on a simplex; random signs spread it over the ball
    /// (Devroye, "Non-uniform random variate generation", 1986, chapter V, sections 2 and 4). L0: ⌊ε⌋
    /// elements chosen at random get a value drawn from their whole interval, which has to be finite.
    ///
    /// - Parameters:
    ///   - center: The centres `[N, …]`, inside the box.
    ///   - numbers: The random numbers of each row.
    /// - Returns: The points, of the centres' shape.
    package func uniformPoints(around center: Tensor, numbers: (Int) -> SeededRandom) -> Tensor {
        let size = center.rowSize
        let origin = center.elements
        let (lower, upper) = limits(rowSize: size)
        let points = Tensor(center.shape) { point in
            for row in 0..<center.rowCount {
                var random = numbers(row)
                point.copy(origin, range: row * size..<(row + 1) * size, to: row * size)
                switch norm {
                case .linf:
                    for position in row * size..<(row + 1) * size {
                        point[position] += random.uniform(-epsilon, epsilon)
                    }
                case .l2: Self.addL2(point, row * size..<(row + 1) * size, epsilon, &random)
                case .l1: Self.addL1(point, row * size..<(row + 1) * size, epsilon, &random)
                case .l0:
                    let chosen = random.permutation(of: size).prefix(Int(min(epsilon, Float(size))))
                    for column in chosen {
                        point[row * size + column] = random.uniform(lower[column], upper[column])
                    }
                }
            }
        }
        return project(points, around: center)
    }

    private static func addL2(
        _ point: MutableElements,
        _ range: Range<Int>,
        _ radius: Float,
        _ random: inout SeededRandom
    ) {
        let direction = range.map { _ in Double(random.normal()) }
        let length = Double.sqrt(direction.reduce(0) { $0 + $1 * $1 })
        let reach = Double(radius) * .pow(Double(random.uniform()), 1 / Double(max(range.count, 1)))
        guard length > 0 else { return }
        for (position, element) in zip(range, direction) {
            point[position] += Float(reach * element / length)
        }
    }

    private static func addL1(
        _ point: MutableElements,
        _ range: Range<Int>,
        _ radius: Float,
        _ random: inout SeededRandom
    ) {
        let shares = (0...range.count).map { _ in -Double.log(1 - Double(random.uniform())) }
        let total = shares.reduce(0, +)
        guard total > 0 else { return }
        for (position, share) in zip(range, shares) {
            let length = Float(Double(radius) * share / total)
            point[position] += random.next() & 1 == 0 ? length : -length
        }
    }
}
