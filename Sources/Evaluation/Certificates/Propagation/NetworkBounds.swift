/// What is known of every value of a network while its input stays in a region.
///
/// The layers are gone through in order. Where one that is not affine reads a value, what its features lie
/// between is found first, then lines or planes on either side of what the layer computes. All of it holds
/// for the floats of the model: what rounding may change is added to the offsets of each layer (`Rounding`).
struct NetworkBounds {
    /// Functions of a layer's input that its output is not below and not above, but for their offsets.
    enum Sides {
        /// The layer's own weights.
        case weights(AffineMap)
        /// A line on either side of each feature.
        case lines(input: Int, lower: [Float], upper: [Float])
        /// A function on either side of each maximum.
        case planes(input: Int, [MaximumPlanes])
    }

    let network: BoundedNetwork
    let region: InputRegion
    /// What the features of a value lie between; nil for values that nobody asks about.
    private(set) var intervals: [Intervals?]
    /// What each layer computes lies between.
    private(set) var sides: [Sides] = []
    /// The offsets of those functions.
    private(set) var offsets: [FloatIntervals] = []
    /// The largest magnitude that each feature of each value can have.
    private var magnitudes: [[Double]]
    /// Functions on their way to the input.
    var workspace: [LinearFunctions]

    /// Goes through all layers.
    ///
    /// - Parameters:
    ///   - network: The layers.
    ///   - region: Where the input is.
    ///   - substitutesAll: Whether features are bounded by functions of the input (CROWN), or by the
    ///     intervals of the last values that are not affine (interval bound propagation).
    init(_ network: BoundedNetwork, in region: InputRegion, substitutesAll: Bool) {
        self.network = network
        self.region = region
        intervals = Array(repeating: nil, count: network.featureCounts.count)
        intervals[0] = region.box
        magnitudes = [region.box.magnitudes]
        workspace = network.featureCounts.map { LinearFunctions(featureCount: $0) }
        for (index, layer) in network.layers.enumerated() {
            switch layer {
            case .affine(let map): append(map, index + 1, substitutesAll)
            case .piecewise(let function, let input): append(function, input)
            case .maximum(let windows, let input): append(windows, input)
            }
        }
        magnitudes = []
    }

    private mutating func append(_ map: AffineMap, _ value: Int, _ substitutesAll: Bool) {
        let sizes = map.magnitudes(of: magnitudes)
        let allowances = map.allowances(
            sizes,
            inputs: magnitudes,
            earlier: network.roundings[value] - map.roundings,
            substitutions: map.parts.map { network.substitutions[$0.input] }.max() ?? 0
        )
        sides.append(.weights(map))
        let ends = Intervals(map.offset, allowances, map.offset)
        offsets.append(FloatIntervals(around: ends))
        var magnitude = zip(sizes, allowances).map { $0 + $1 }
        if network.isBent[value] {
            let near = directIntervals(map, ends, sizes) ?? bounds(of: value, stopsAtIntervals: true)
            let found = substitutesAll ? tightened(near, of: value) : near
            intervals[value] = found
            magnitude = zip(magnitude, found.magnitudes).map { min($0, $1) }
        }
        magnitudes.append(magnitude)
    }

    private mutating func append(_ function: PiecewiseLinear, _ input: Int) {
        let box = known(input)
        let share = share(of: input)
        var (slopesBelow, slopesAbove): ([Float], [Float]) = ([], [])
        var (exact, image) = (Intervals.empty, Intervals.empty)
        var allowances: [Double] = []
        for feature in box.lower.indices {
            let (lower, upper) = (box.lower[feature], box.upper[feature])
            let below = function.lineBelow(from: lower, to: upper)
            let above = function.lineAbove(from: lower, to: upper)
            slopesBelow.append(below.slope)
            slopesAbove.append(above.slope)
            exact.append(below.offset, above.offset)
            let ends = function.image(from: lower, to: upper)
            // The function itself may be rounded once.
            let rounding = Rounding.unit * max(ends.lower.magnitude, ends.upper.magnitude)
            image.append(ends.lower - rounding, ends.upper + rounding)
            let steepest = Double(max(below.slope.magnitude, above.slope.magnitude))
            allowances.append(share * steepest * box.magnitude(feature) + rounding)
        }
        finish(.lines(input: input, lower: slopesBelow, upper: slopesAbove), exact, allowances, image)
    }

    private mutating func append(_ windows: MaximumWindows, _ input: Int) {
        let box = known(input)
        let planes = windows.planes(over: box)
        let share = share(of: input)
        let allowances = planes.map { plane in
            let (first, second) = (box.magnitude(plane.above.first), box.magnitude(plane.above.second))
            let summed =
                box.magnitude(plane.below) + Double(plane.slopes.first) * first
                + Double(plane.slopes.second) * second
            // The second part is for the offset itself.
            return share * summed + 8 * .ulpOfOne * (first + second)
        }
        let exact = Intervals(lower: planes.map { _ in 0 }, upper: planes.map(\.offset))
        finish(.planes(input: input, planes), exact, allowances, windows.image(of: box))
    }

    private mutating func finish(
        _ side: Sides,
        _ exact: Intervals,
        _ allowances: [Double],
        _ image: Intervals
    ) {
        sides.append(side)
        offsets.append(FloatIntervals(around: Intervals(exact.lower, allowances, exact.upper)))
        magnitudes.append(image.magnitudes)
        intervals[magnitudes.count - 1] = image
    }

    /// What one substitution through a layer that reads a value may be off, relative to what it sums.
    private func share(of input: Int) -> Double {
        Rounding.relativeError(of: network.substitutions[input] + 3)
    }

    private func known(_ value: Int) -> Intervals {
        guard let box = intervals[value] else { preconditionFailure("a value is bounded before it is read") }
        return box
    }

    /// What the features of a layer lie between by the intervals of what it reads; nil if these are not all
    /// there is to know of that.
    private func directIntervals(_ map: AffineMap, _ offset: Intervals, _ sizes: [Double]) -> Intervals? {
        let isKnown = map.parts.allSatisfy { part in
            part.input == 0 ? region.isBox : !sides[part.input - 1].isAffine
        }
        guard isKnown else { return nil }
        var sums = CenteredIntervals(zeros: sizes.count)
        for part in map.parts {
            guard let box = intervals[part.input] else { return nil }
            part.rows.addIntervals(CenteredIntervals(box), to: &sums)
        }
        // Halves, products and sums in double precision.
        let share = Double(2 * map.roundings + 8) * .ulpOfOne
        var found = Intervals(lower: offset.lower, upper: offset.upper)
        for feature in sizes.indices {
            let slack = share * sizes[feature]
            let lower = offset.lower[feature] + sums.middles[feature] - sums.reaches[feature] - slack
            let upper = offset.upper[feature] + sums.middles[feature] + sums.reaches[feature] + slack
            found.lower[feature] = lower.isNaN ? -.infinity : lower.nextDown
            found.upper[feature] = upper.isNaN ? .infinity : upper.nextUp
        }
        return found
    }

    /// What the features of a value lie between by functions of what comes before it.
    private mutating func bounds(of value: Int, stopsAtIntervals: Bool) -> Intervals {
        let all = network.neighbourly(0..<network.featureCounts[value], of: value)
        var found = Intervals(
            lower: Array(repeating: -.infinity, count: all.count),
            upper: Array(repeating: .infinity, count: all.count)
        )
        tighten(&found, all, of: value, stopsAtIntervals: stopsAtIntervals)
        return found
    }

    /// Intervals that functions of the input make narrower, where that is of use.
    private mutating func tightened(_ found: Intervals, of value: Int) -> Intervals {
        guard !network.isAffine[value] else { return found }
        let all = network.neighbourly(0..<network.featureCounts[value], of: value)
        var tight = found
        tighten(
            &tight,
            all.filter { isWorthMore($0, of: value, found) },
            of: value,
            stopsAtIntervals: false
        )
        return tight
    }

    /// Whether better bounds of a feature change anything behind it.
    ///
    /// A rectifier whose sign is known is exact already; but if a maximum follows, its bounds matter as long
    /// as it is not constant.
    private func isWorthMore(_ feature: Int, of value: Int, _ box: Intervals) -> Bool {
        network.layers.contains { layer in
            switch layer {
            case .maximum(_, input: value): true
            case .piecewise(let function, input: value):
                network.meetsMaximum[value]
                    ? !function.isConstant(from: box.lower[feature], to: box.upper[feature])
                    : !function.isStraight(from: box.lower[feature], to: box.upper[feature])
            default: false
            }
        }
    }

    private mutating func tighten(
        _ box: inout Intervals,
        _ features: [Int],
        of value: Int,
        stopsAtIntervals: Bool
    ) {
        for start in stride(from: 0, to: features.count, by: LinearFunctions.count) {
            let group = features[start..<min(start + LinearFunctions.count, features.count)]
            for sign: Float in [1, -1] {
                let ends = lowerEnds(at: value, stopsAtIntervals: stopsAtIntervals) { functions in
                    for (lane, feature) in group.enumerated() {
                        functions.add(sign, at: feature, function: lane)
                    }
                }
                for (lane, feature) in group.enumerated() {
                    if sign > 0 {
                        box.lower[feature] = max(box.lower[feature], ends[lane])
                    } else {
                        box.upper[feature] = min(box.upper[feature], -ends[lane])
                    }
                }
            }
        }
    }
}

extension Intervals {
    /// No numbers.
    fileprivate static let empty = Intervals(lower: [], upper: [])

    fileprivate mutating func append(_ lower: Double, _ upper: Double) {
        self.lower.append(lower)
        self.upper.append(upper)
    }

    /// Two lists moved apart by an allowance each.
    fileprivate init(_ lower: [Double], _ allowances: [Double], _ upper: [Double]) {
        self.init(
            lower: zip(lower, allowances).map { ($0 - $1).nextDown },
            upper: zip(upper, allowances).map { ($0 + $1).nextUp }
        )
    }
}
