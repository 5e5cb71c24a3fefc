import BulwarkTensors

/// How one axis of an image is sampled anew: for each output coordinate the input coordinates that take part,
/// with their weights.
struct AxisSampling {
    /// One input coordinate's part in one output coordinate.
    struct Tap {
        let target: Int
        let source: Int
        let weight: Float
    }

    /// The extent of the result.
    let count: Int
    let taps: [Tap]
    /// The output coordinates that lie outside the image altogether.
    let outside: [Int]

    /// Samples an axis of `extent` coordinates at `count` places, which `position` gives.
    ///
    /// Neighbours beyond the border stand for the border, or do not count with `excludesOutside`.
    init(
        extent: Int,
        count: Int,
        scale: Double,
        interpolation: Resize.Interpolation,
        excludesOutside: Bool,
        refusesOutside: Bool,
        position: (Int) -> Double
    ) {
        self.count = count
        var (taps, outside): ([Tap], [Int]) = ([], [])
        let limit = Double(1 << 40)
        for target in 0..<count {
            let place = position(target)
            if refusesOutside, !(0...Double(extent - 1)).contains(place) {
                outside.append(target)
                continue
            }
            let bounded = min(max(place, -limit), limit)
            // A place on the grid counts as the right end of the gap before it.
            let first = bounded.rounded(.up) - 1
            let neighbours = interpolation.neighbours(ratio: bounded - first, scale: scale)
            var weights = neighbours.weights
            let start = Int(first) + neighbours.offset
            if excludesOutside {
                for index in weights.indices where !(0..<extent).contains(start + index) {
                    weights[index] = 0
                }
                let sum = weights.reduce(0, +)
                if sum != 0 { weights = weights.map { $0 / sum } }
            }
            for (index, weight) in weights.enumerated() where weight != 0 {
                let source = min(max(start + index, 0), extent - 1)
                taps.append(Tap(target: target, source: source, weight: Float(weight)))
            }
        }
        self.taps = taps
        self.outside = outside
    }

    /// The tensor sampled along an axis, with `filler` at coordinates that lie outside.
    func sampling(_ tensor: Tensor, axis: Int, filler: Float) -> Tensor {
        let blocks = AxisBlocks(tensor.shape, axis: axis)
        var extents = tensor.shape.dimensions
        extents[axis] = count
        let source = tensor.elements
        let inner = blocks.inner
        return Tensor(Shape(trusted: extents)) { target in
            for block in 0..<blocks.outer {
                let (from, to) = (block * blocks.length * inner, block * count * inner)
                for tap in taps {
                    let (first, last) = (to + tap.target * inner, from + tap.source * inner)
                    for offset in 0..<inner { target[first + offset] += tap.weight * source[last + offset] }
                }
                for coordinate in outside {
                    for offset in 0..<inner { target[to + coordinate * inner + offset] = filler }
                }
            }
        }
    }

    /// The gradient of the tensor for a gradient of its samples.
    func scattering(_ tensor: Tensor, axis: Int, extent: Int) -> Tensor {
        let blocks = AxisBlocks(tensor.shape, axis: axis)
        var extents = tensor.shape.dimensions
        extents[axis] = extent
        let source = tensor.elements
        let inner = blocks.inner
        return Tensor(Shape(trusted: extents)) { target in
            for block in 0..<blocks.outer {
                let (from, to) = (block * count * inner, block * extent * inner)
                for tap in taps {
                    let (first, last) = (to + tap.source * inner, from + tap.target * inner)
                    for offset in 0..<inner { target[first + offset] += tap.weight * source[last + offset] }
                }
            }
        }
    }
}

extension Resize.Interpolation {
    /// The weights of neighbouring coordinates, of which the first is `offset` from the one before the place.
    ///
    /// `ratio`, above 0 and at most 1, says how far behind that one the place lies.
    fileprivate func neighbours(ratio: Double, scale: Double) -> (offset: Int, weights: [Double]) {
        switch self {
        case .nearest(let rounding):
            return (rounding.isUp(ratio) ? 1 : 0, [1])
        case .linear(let antialiases):
            guard antialiases, scale < 1 else { return (0, [1 - ratio, ratio]) }
            return Self.stretched(radius: 1, ratio, scale) { max(0, 1 - abs($0)) }
        case .cubic(let coefficient, let antialiases):
            func kernel(_ x: Double) -> Double { Self.keys(Double(coefficient), abs(x)) }
            guard antialiases, scale < 1 else { return (-1, (-1...2).map { kernel(Double($0) - ratio) }) }
            return Self.stretched(radius: 2, ratio, scale, kernel)
        }
    }

    /// A kernel made wider by `1 / scale`, so that no input between the outputs is passed over.
    private static func stretched(
        radius: Double,
        _ ratio: Double,
        _ scale: Double,
        _ kernel: (Double) -> Double
    ) -> (offset: Int, weights: [Double]) {
        let first = Int((-radius / scale).rounded(.down)) + 1
        let weights = (first..<(2 - first)).map { kernel((Double($0) - ratio) * scale) }
        let sum = weights.reduce(0, +)
        return (first, weights.map { $0 / sum })
    }

    /// Keys, "Cubic convolution interpolation for digital image processing" (1981), equation 4, at `x ≥ 0`.
    private static func keys(_ a: Double, _ x: Double) -> Double {
        if x <= 1 { return ((a + 2) * x - (a + 3)) * x * x + 1 }
        return x < 2 ? ((a * x - 5 * a) * x + 8 * a) * x - 4 * a : 0
    }
}

extension Resize.Rounding {
    /// Whether a place that far behind one coordinate belongs to the next; a place on the grid is its own.
    fileprivate func isUp(_ ratio: Double) -> Bool {
        if ratio == 1 { return true }
        return switch self {
        case .half(let prefersCeiling): prefersCeiling ? ratio >= 0.5 : ratio > 0.5
        case .floor: false
        case .ceiling: true
        }
    }
}
