import BulwarkModels
import BulwarkTensors
import CKernels
import RealModule

/// The ball around one sample, as Auto-PGD moves in it.
package struct AscentBall {
    package let norm: Norm
    package let center: [Float]
    package let radius: Float
    package let box: Box
    /// For Linf, where ball and box end.
    private let lowest: [Float]
    private let highest: [Float]

    package init(_ norm: Norm, _ center: [Float], _ radius: Float, _ box: Box) {
        (self.norm, self.center, self.radius, self.box) = (norm, center, radius, box)
        lowest = norm == .linf ? center.indices.map { max(center[$0] - radius, box.lower[$0]) } : []
        highest = norm == .linf ? center.indices.map { min(center[$0] + radius, box.upper[$0]) } : []
    }

    /// A random point: on the surface for Linf and L2, a projected normal vector for L1.
    package func start(_ random: inout SeededRandom) -> [Float] {
        switch norm {
        case .linf:
            let draw = center.map { _ in random.uniform(-1, 1) }
            let largest = draw.largestMagnitude
            return project(center.plus(largest > 0 ? radius / largest : 0, times: draw))
        case .l2:
            let draw = [Float].normal(center.count, &random)
            let length = Float(draw.length)
            return project(center.plus(length > 0 ? radius / length : 0, times: draw))
        case .l1, .l0: return project(center.plus([Float].normal(center.count, &random)))
        }
    }

    /// The point moved into the ball and the box.
    package func project(_ point: [Float]) -> [Float] {
        switch norm {
        case .linf:
            var result = point
            for index in result.indices {
                result[index] = min(max(lowest[index], result[index]), highest[index])
            }
            return result
        case .l2: return box.clamp(shrunk(point))
        case .l1, .l0: return SimplexBox.project(point, around: center, radius: radius, box: box)
        }
    }

    /// A step along the gradient, mixed with the step before.
    ///
    /// - Parameters:
    ///   - point: Where the step begins.
    ///   - previous: Where the one before began.
    ///   - gradient: The gradient at the point; NaN counts as zero.
    ///   - length: The length of the step, η.
    ///   - momentum: The share of the new step, α; the rest goes on as before.
    ///   - density: For L1 the share of elements that the step changes.
    /// - Returns: Where it ends, in the ball and the box.
    package func step(
        _ point: [Float],
        _ previous: [Float],
        _ gradient: [Float],
        length: Float,
        momentum: Float,
        density: Double
    ) -> [Float] {
        switch norm {
        case .linf:
            precondition(gradient.count == point.count && previous.count == point.count, "one point")
            var result = point
            let count = Int64(point.count)
            kernels_ascend(point, previous, gradient, length, momentum, lowest, highest, &result, count)
            return result
        case .l2:
            let size = gradient.length
            // Neither zero, infinity nor NaN gives a direction.
            let factor = size > 0 && size.isFinite ? length / Float(size) : 0
            let ascended = factor > 0 ? project(point.plus(factor, times: gradient)) : point
            var mixed = point
            for index in mixed.indices {
                let here = point[index]
                mixed[index] =
                    here + (ascended[index] - here) * momentum + (here - previous[index]) * (1 - momentum)
            }
            return project(mixed)
        case .l1, .l0: return project(point.plus(sparseStep(gradient, length, density)))
        }
    }

    /// A step of a length in L1 that is shared equally by the elements whose derivative is largest.
    private func sparseStep(_ gradient: [Float], _ length: Float, _ density: Double) -> [Float] {
        let sizes = gradient.map { $0.isNaN ? 0 : abs($0) }
        let position = min(Int((1 - density) * Double(sizes.count)), sizes.count - 1)
        let smallest = sizes.sorted()[position]
        let signs = gradient.indices.map { sizes[$0] >= smallest ? gradient[$0] : 0 }.signs
        let count = signs.reduce(0) { $0 + abs($1) }
        return signs.times(length / (count + 1e-10))
    }

    private func shrunk(_ point: [Float]) -> [Float] {
        let offset = point.minus(center)
        let length = offset.length
        guard length > Double(radius) else { return point }
        return center.plus(Float(Double(radius) / length), times: offset)
    }
}

/// The nearest point, in the Euclidean sense, of an L1 ball and a box at once.
enum SimplexBox {
    /// The elements move from the centre by their offset less a threshold that is the same for all, and no
    /// farther than the box: Croce and Hein (ICML 2021), proposition 2.1.
    static func project(_ point: [Float], around center: [Float], radius: Float, box: Box) -> [Float] {
        let count = point.count
        var offsets = [Double](repeating: 0, count: count)
        var rooms = offsets
        for index in 0..<count {
            let middle = Double(center[index])
            let offset = point[index].isNaN ? 0 : Double(point[index]) - middle
            offsets[index] = offset
            rooms[index] = offset < 0 ? middle - Double(box.lower[index]) : Double(box.upper[index]) - middle
        }
        func kept(_ index: Int, _ threshold: Double) -> Double {
            min(max(abs(offsets[index]) - threshold, 0), rooms[index])
        }
        var threshold = 0.0
        if (0..<count).reduce(0, { $0 + kept($1, 0) }) > Double(radius) {
            threshold = Self.threshold(offsets.map(abs), rooms, Double(radius))
        }
        var result = center
        for index in 0..<count {
            let length = kept(index, threshold)
            let moved = Float(Double(center[index]) + (offsets[index] < 0 ? -length : length))
            result[index] = min(max(box.lower[index], moved), box.upper[index])
        }
        return result
    }

    /// The threshold at which the kept lengths add up to the radius: their sum falls along straight lines
    /// between the places where an element is cut by the box no more, and where it is gone.
    private static func threshold(_ sizes: [Double], _ rooms: [Double], _ radius: Double) -> Double {
        var corners: [(place: Double, slope: Double)] = []
        for (size, room) in zip(sizes, rooms) where size > 0 && room > 0 {
            corners.append((max(size - room, 0), 1))
            corners.append((size, -1))
        }
        corners.sort { $0.place < $1.place }
        var sum = zip(sizes, rooms).reduce(0) { $0 + min($1.0, max($1.1, 0)) }
        var (place, slope) = (0.0, 0.0)
        for corner in corners {
            let next = sum - slope * (corner.place - place)
            if next <= radius, slope > 0 { return place + (sum - radius) / slope }
            (sum, place) = (next, corner.place)
            slope += corner.slope
        }
        return place
    }
}
