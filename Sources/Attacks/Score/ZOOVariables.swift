import BulwarkTensors
import RealModule

/// What ZOO changes, and the points that it stands for.
struct ZOOVariables {
    /// The smaller images in which changes are made; nil if there is a variable for every element.
    let space: AttackSpace?
    /// The variables: those of the elements themselves, or what a smaller image adds to them.
    private(set) var values: [Float]
    /// The change of variables that keeps the box; nil where points are clamped to it.
    private let tanh: TanhBox?
    private let box: Box
    private let layout: ImageLayout
    /// The variables of the elements of the sample.
    private let origin: [Float]
    /// What the values are at the sample.
    private let start: [Float]

    /// The variables of a sample.
    init(_ oracle: some LabelOracle, _ boxing: ZOO.Boxing, _ space: AttackSpace?) {
        self.space = space
        (box, layout) = (oracle.box, ImageLayout(oracle.shape))
        tanh = boxing == .tanh ? TanhBox(box) : nil
        origin = tanh?.variables(of: oracle.input) ?? oracle.input
        start = space.map { Array(repeating: 0, count: $0.count) } ?? origin
        values = start
    }

    /// Takes over about the same changes from the variables of another space.
    mutating func take(from other: ZOOVariables) {
        guard let smaller = other.space else {
            precondition(space == nil, "images do not become smaller")
            values = other.values
            return
        }
        let changes = space.map { $0.variables(from: smaller, other.values) }
        values = changes ?? kept(origin.plus(smaller.changes(other.values)))
    }

    /// The point that the variables stand for.
    var point: [Float] { point(elements) }

    /// How far a point is from a sample, squared, differentiated by each variable.
    func slopesOfDistance(from input: [Float]) -> [Float] {
        let point = point
        var slopes = point.minus(input).times(2)
        if let tanh {
            let speeds = tanh.point(of: elements).speeds
            for index in slopes.indices { slopes[index] *= speeds[index] }
        }
        return space.map { $0.pullback(slopes) } ?? slopes
    }

    /// The points on both sides along a variable, as far as there is room for it, and how far apart the variable's
    /// values are.
    func pair(_ variable: Int, _ difference: Float) -> (forth: [Float], back: [Float], run: Double) {
        guard let space else {
            var (forth, back) = (values, values)
            forth[variable] = limited(values[variable] + difference, variable)
            back[variable] = limited(values[variable] - difference, variable)
            return (point(forth), point(back), Double(forth[variable]) - Double(back[variable]))
        }
        var unit = [Float](repeating: 0, count: values.count)
        unit[variable] = 1
        let (middle, direction) = (elements, space.changes(unit))
        return (
            point(middle.plus(difference, times: direction)),
            point(middle.plus(-difference, times: direction)),
            2 * Double(difference)
        )
    }

    /// Moves some variables down.
    mutating func descend(_ steps: [(variable: Int, step: Double)]) {
        for (variable, step) in steps { values[variable] = Float(Double(values[variable]) - step) }
        if space == nil { values = kept(values) }
    }

    /// How much each variable counts when some are drawn: the largest change within its eighth of the height and
    /// width, in its channel; nil if nothing has changed.
    ///
    /// Chen et al. (AISec 2017), section 3.5. What has not changed counts for a thousandth of what has changed most,
    /// or it never would.
    var importance: [Float]? {
        let size = space?.size ?? layout.size
        let moved = values.minus(start)
        let changes = (space == nil ? layout.planes(of: moved) : moved).map { abs($0) }
        let largest = changes.largestMagnitude
        guard largest > 0, largest.isFinite else { return nil }
        let (height, width) = ((size.height + 7) / 8, (size.width + 7) / 8)
        var pools: [Int: Float] = [:]
        func pool(_ index: Int) -> Int {
            let (channel, place) = (index / size.pixels, index % size.pixels)
            return (channel * 8 + place / size.width / height) * 8 + place % size.width / width
        }
        for (index, change) in changes.enumerated() {
            pools[pool(index)] = max(pools[pool(index)] ?? 0, change)
        }
        let weights = changes.indices.map { max(pools[pool($0)] ?? 0, largest / 1000) }
        return space == nil ? layout.point(ofPlanes: weights) : weights
    }

    /// The variables of all elements.
    private var elements: [Float] { space.map { origin.plus($0.changes(values)) } ?? values }

    private func point(_ elements: [Float]) -> [Float] {
        tanh.map { $0.point(of: elements).point } ?? box.clamp(elements)
    }

    private func kept(_ elements: [Float]) -> [Float] { tanh == nil ? box.clamp(elements) : elements }

    private func limited(_ value: Float, _ element: Int) -> Float {
        tanh == nil ? min(max(box.lower[element], value), box.upper[element]) : value
    }
}

extension SeededRandom {
    /// Some of so many numbers, none twice, each the more likely to be drawn the larger its weight; all of them if
    /// there are no more.
    ///
    /// Efraimidis and Spirakis, "Weighted random sampling with a reservoir" (Information Processing Letters 97,
    /// 2006): those with the largest u^(1/w), where u is uniform.
    package mutating func draw(_ count: Int, weights: [Float]) -> [Int] {
        let keys = weights.map { Double.log(1 - Double(uniform())) / Double($0) }
        return weights.indices.sorted { (keys[$0], $0) > (keys[$1], $1) }.prefix(count).map(\.self)
    }
}
