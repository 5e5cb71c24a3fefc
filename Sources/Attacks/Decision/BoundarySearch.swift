import BulwarkModels
import BulwarkTensors

/// Ways to find out where the labels change.
extension LabelOracle {
    /// The point a share of the way from the sample to a point, in the box; at 1 the point itself.
    func between(_ share: Double, _ point: [Float]) -> [Float] {
        if share >= 1 { return point }
        var result = input
        for index in result.indices {
            let start = Double(input[index])
            result[index] = Float(start + share * (Double(point[index]) - start))
        }
        return box.clamp(result)
    }

    /// The point `part` of `parts` equal parts of the way from the sample to a point.
    func between(_ part: Int, of parts: Int, _ point: [Float]) -> [Float] {
        between(Double(part) / Double(parts), point)
    }

    /// The point where a path first reaches the aim, by bisection.
    ///
    /// - Parameters:
    ///   - path: The point at each position; inside the box.
    ///   - low: A position that does not reach the aim.
    ///   - high: One that does, and was asked about.
    ///   - tolerance: The distance of positions at which to stop; the search also stops where no floats lie
    ///     between its ends.
    /// - Returns: The end of the last interval that reaches the aim.
    /// - Throws: As `labels(at:)`.
    func boundary(
        on path: (Double) -> [Float],
        from low: Double = 0,
        to high: Double,
        tolerance: Double
    ) async throws -> (position: Double, point: [Float]) {
        var (low, high) = (low, high)
        var (inside, outside) = (path(low), path(high))
        while high - low > tolerance {
            let middle = (low + high) / 2
            let point = path(middle)
            if point == inside || point == outside { break }
            if try await isReached(at: point) {
                (high, outside) = (middle, point)
            } else {
                (low, inside) = (middle, point)
            }
        }
        return (high, outside)
    }

    /// The Euclidean length of a step that moves every element by one unit in the last place of the largest:
    /// shorter ones are mostly lost in rounding.
    var resolution: Double {
        Double(input.largestMagnitude.ulp) * Double(input.count).squareRoot()
    }
}

extension Range<Int> {
    /// The range in parts of 1, 2, 4, … elements, at most 64: what is asked together up to the first success
    /// is at most about twice as much as asking one by one would cost.
    var doublingParts: [Range<Int>] {
        var parts: [Range<Int>] = []
        var (start, size) = (lowerBound, 1)
        while start < upperBound {
            parts.append(start..<Swift.min(start + size, upperBound))
            (start, size) = (start + size, Swift.min(2 * size, 64))
        }
        return parts
    }
}
