import BulwarkModels
import BulwarkTensors

/// A search that can begin at points whose classes are known.
public protocol StartedSearch: DecisionSearch {
    /// Points with their classes to begin from, tried before anything is drawn.
    var starts: [(point: [Float], label: Int)] { get set }
}

extension AnyAttack {
    /// The attack as it begins at points whose classes are known, if it can; the attack as it is otherwise.
    public func starting(at starts: [(point: [Float], label: Int)]) -> AnyAttack {
        guard case .labelOnly(let attack) = self, var search = attack as? any StartedSearch else {
            return self
        }
        search.starts = starts
        return .labelOnly(search)
    }
}

/// Where an attack begins that sees labels only: at a point that reaches the aim.
///
/// Known points are tried first, of the classes that are wanted and the nearest first. Failing that, uniform
/// noise over the box, as in Brendel, Rauber and Bethge (ICLR 2018) and in Chen, Jordan and Wainwright (S&P
/// 2020). Every other draw is coarse, with one value for a whole cell of neighbouring elements: fine noise
/// tends to be of one and the same class, and the samples of that class would all count as robust. Where an
/// interval of the box has no end, noise is drawn around the sample, wider and wider.
///
/// What was found is then blended with the sample: of 50 points on the line between the two the nearest that
/// reaches the aim is taken. Unlike a bisection of the line this is not led astray where the line crosses the
/// boundary more than once.
struct StartingPoint {
    /// A point that reaches the aim, and what it cost.
    struct Found {
        let point: [Float]
        let queries: Int
    }

    /// Points with their classes.
    let starts: [(point: [Float], label: Int)]

    /// The most points that are drawn for one sample.
    static let maximumDraws = 1000
    /// The number of equal parts of the line to the sample.
    static let blends = 50

    /// A point that reaches the aim; nil if none turns up.
    func find(_ oracle: some LabelOracle, _ random: inout SeededRandom) async throws -> Found? {
        let known = known(for: oracle)
        var queries = 0
        for part in (0..<known.count).doublingParts {
            queries += part.count
            if let point = try await Self.nearest(of: Array(known[part]), oracle) {
                return try await Self.blend(point, oracle, cost: queries)
            }
        }
        for part in (0..<Self.maximumDraws).doublingParts {
            queries += part.count
            let draws = part.map { Self.noise($0, oracle, &random) }
            if let point = try await Self.nearest(of: draws, oracle) {
                return try await Self.blend(point, oracle, cost: queries)
            }
        }
        return nil
    }

    /// The known points whose classes are wanted, the nearest first.
    func known(for oracle: some LabelOracle) -> [[Float]] {
        let wanted = starts.filter { oracle.aim.isReached(by: $0.label) }.map { oracle.box.clamp($0.point) }
        let distances = wanted.map { oracle.threat.norm.distance($0, oracle.input) }
        // Ties go to the earlier point, so that the order does not depend on the sort.
        let order = wanted.indices.sorted { (distances[$0], $0) < (distances[$1], $1) }
        return order.map { wanted[$0] }
    }

    private static func nearest(of points: [[Float]], _ oracle: some LabelOracle) async throws -> [Float]? {
        let reached = try await oracle.areReached(at: points)
        let distances = points.map { oracle.threat.norm.distance($0, oracle.input) }
        let best = points.indices.filter { reached[$0] }.min { distances[$0] < distances[$1] }
        return best.map { points[$0] }
    }

    private static func blend(
        _ point: [Float],
        _ oracle: some LabelOracle,
        cost: Int
    ) async throws -> Found {
        let line = (1..<blends).map { oracle.between($0, of: blends, point) }
        let reached = try await oracle.areReached(at: line)
        let nearest = reached.firstIndex(of: true).map { line[$0] }
        return Found(point: nearest ?? point, queries: cost + line.count)
    }

    /// A point of the box: the even ones have a value for each element, the odd ones for cells of 2, 4, 8, …
    /// elements, squares in an image.
    private static func noise(
        _ number: Int,
        _ oracle: some LabelOracle,
        _ random: inout SeededRandom
    ) -> [Float] {
        let layout = ImageLayout(oracle.shape)
        let sizes = max(layout.rows, layout.columns).binaryLogarithm
        let cell = number % 2 == 0 || sizes < 1 ? 1 : 2 << (number / 2 % sizes)
        let (down, across) = ((layout.rows + cell - 1) / cell, (layout.columns + cell - 1) / cell)
        let cells = (0..<layout.channels * down * across).map { _ in random.uniform() }
        let values = layout.point(
            ofPlanes: oracle.input.indices.map { index in
                let (row, column) = (index / layout.columns % layout.rows, index % layout.columns)
                let place = index / (layout.columns * layout.rows) * down + row / cell
                return cells[place * across + column / cell]
            }
        )
        let spread = Float(1 << (number + 1).binaryLogarithm)
        let point = oracle.input.indices.map { index in
            let value = values[index]
            let width = oracle.box.upper[index] - oracle.box.lower[index]
            if width.isFinite { return oracle.box.lower[index] + width * value }
            return oracle.input[index] + (2 * value - 1) * spread * (1 + abs(oracle.input[index]))
        }
        return oracle.box.clamp(point)
    }
}

extension Int {
    /// The binary logarithm of this positive number, rounded down.
    fileprivate var binaryLogarithm: Int { Int.bitWidth - leadingZeroBitCount - 1 }
}
