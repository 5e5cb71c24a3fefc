import RealModule

extension Norm {
    /// Moves every row of `candidate` to the nearest point, in the Euclidean sense, of the ball around the
    /// same row of `center`; rows inside stay as they are.
    ///
    /// The result's distance, measured by `distances`, exceeds `radius` by no more than the rounding of one
    /// float at the magnitude of the elements. NaN elements of the candidate return to the centre.
    ///
    /// - Parameters:
    ///   - candidate: Points to project, `[N, …]`.
    ///   - center: The centres of the balls, of the same shape.
    ///   - radius: The radius in input units; for L0 the number of elements that may differ.
    /// - Returns: Points of the balls, of the same shape.
    public func project(_ candidate: Tensor, around center: Tensor, radius: Float) -> Tensor {
        precondition(candidate.shape == center.shape, "\(candidate.shape) and \(center.shape) agree")
        precondition(radius >= 0, "a radius is not negative")
        let size = candidate.rowSize
        let origin = center.elements
        var result = candidate
        result.mutate { point in
            for position in point.indices where point[position].isNaN { point[position] = origin[position] }
            for row in 0..<candidate.rowCount {
                let range = row * size..<(row + 1) * size
                switch self {
                case .linf: Self.clamp(point, origin, range, radius)
                case .l2: Self.shrink(point, origin, range, radius)
                case .l1: Self.softThreshold(point, origin, range, radius)
                case .l0: Self.keepLargest(point, origin, range, radius)
                }
            }
        }
        return result
    }

    private static func clamp(
        _ point: MutableElements,
        _ origin: Elements,
        _ range: Range<Int>,
        _ radius: Float
    ) {
        for position in range {
            let center = origin[position]
            point[position] = min(max(point[position], center - radius), center + radius)
        }
    }

    private static func shrink(
        _ point: MutableElements,
        _ origin: Elements,
        _ range: Range<Int>,
        _ radius: Float
    ) {
        var squares = 0.0
        for position in range {
            let difference = Double(point[position]) - Double(origin[position])
            squares += difference * difference
        }
        let length = Double.sqrt(squares)
        guard length > Double(radius) else { return }
        guard length.isFinite else {
            for position in range { point[position] = origin[position] }
            return
        }
        let factor = Double(radius) / length
        for position in range {
            let center = Double(origin[position])
            point[position] = Float(center + (Double(point[position]) - center) * factor)
        }
    }

    /// Duchi, Shalev-Shwartz, Singer and Chandra, "Efficient projections onto the l1-ball" (ICML 2008),
    /// figure 1.
    private static func softThreshold(
        _ point: MutableElements,
        _ origin: Elements,
        _ range: Range<Int>,
        _ radius: Float
    ) {
        var magnitudes = range.map { abs(Double(point[$0]) - Double(origin[$0])) }
        let total = magnitudes.reduce(0, +)
        guard total > Double(radius) else { return }
        guard total.isFinite, radius > 0 else {
            for position in range { point[position] = origin[position] }
            return
        }
        magnitudes.sort(by: >)
        // The threshold is the mean of the kept magnitudes minus their share of the radius. The two stay apart,
        // because the share drowns in the rounding of a large mean.
        var sum = 0.0
        var (mean, share) = (0.0, 0.0)
        for (index, magnitude) in magnitudes.enumerated() {
            sum += magnitude
            let (nextMean, nextShare) = (sum / Double(index + 1), Double(radius) / Double(index + 1))
            if magnitude - nextMean + nextShare <= 0 { break }
            (mean, share) = (nextMean, nextShare)
        }
        for position in range {
            let center = Double(origin[position])
            let difference = Double(point[position]) - center
            let kept = max(abs(difference) - mean + share, 0)
            point[position] = Float(center + (difference < 0 ? -kept : kept))
        }
    }

    private static func keepLargest(
        _ point: MutableElements,
        _ origin: Elements,
        _ range: Range<Int>,
        _ radius: Float
    ) {
        let changed = range.filter { point[$0] != origin[$0] }
        let allowed = Int(min(radius, Float(range.count)))
        guard changed.count > allowed else { return }
        func magnitude(_ position: Int) -> Float { abs(point[position] - origin[position]) }
        // Ties go to the lower position, so that the result does not depend on the sort.
        let ordered = changed.sorted { (magnitude($0), -$0) > (magnitude($1), -$1) }
        for position in ordered.dropFirst(allowed) { point[position] = origin[position] }
    }
}

/// The values an input may have: one interval for all elements, or one for each.
public struct Bounds: Sendable, Equatable {
    /// The smallest allowed value of every element; a single number applies to all.
    public let lower: [Float]
    /// The largest allowed value of every element; a single number applies to all.
    public let upper: [Float]

    /// The same interval for every element; traps unless `lower <= upper`.
    public init(_ lower: Float, _ upper: Float) {
        precondition(lower <= upper, "the lower bound is at most the upper bound")
        self.lower = [lower]
        self.upper = [upper]
    }

    /// An interval for each element of an input; traps unless the counts agree and every interval holds a
    /// value.
    public init(lower: [Float], upper: [Float]) {
        precondition(
            lower.count == upper.count && !lower.isEmpty,
            "one lower and one upper bound for each element"
        )
        precondition(
            Swift.zip(lower, upper).allSatisfy { $0 <= $1 },
            "each lower bound is at most its upper bound"
        )
        self.lower = lower
        self.upper = upper
    }

    /// The largest width of any interval.
    public var extent: Float { Swift.zip(lower, upper).map { $1 - $0 }.max() ?? 0 }

    /// Every row of `candidate`, `[N, …]`, moved into the box element by element.
    ///
    /// NaN becomes the lower bound.
    public func clamp(_ candidate: Tensor) -> Tensor {
        let size = max(candidate.rowSize, 1)
        var result = candidate
        result.mutate { point in
            if lower.count == 1 {
                let (low, high) = (lower[0], upper[0])
                for position in point.indices { point[position] = min(max(low, point[position]), high) }
            } else {
                precondition(lower.count == size, "one interval for each element of a row")
                for position in point.indices {
                    let column = position % size
                    point[position] = min(max(lower[column], point[position]), upper[column])
                }
            }
        }
        return result
    }

    /// Whether row `row` of `tensor` lies inside the box; NaN lies outside.
    public func contains(row: Int, of tensor: Tensor) -> Bool {
        let size = tensor.rowSize
        let elements = tensor.elements
        return (0..<size).allSatisfy { column in
            let (low, high) = lower.count == 1 ? (lower[0], upper[0]) : (lower[column], upper[column])
            return elements[row * size + column] >= low && elements[row * size + column] <= high
        }
    }
}
