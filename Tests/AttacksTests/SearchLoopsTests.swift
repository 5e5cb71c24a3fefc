import BulwarkAttacks
import BulwarkModels
import BulwarkTensors
import TestSupport
import Testing

/// The loops of searches against plain ones, element by element, for lengths around those of registers.
struct SearchLoopsTests {
    static let counts = [1, 7, 8, 9, 15, 16, 17, 33, 784]

    private func draw(_ count: Int, _ name: String) -> [Float] {
        var random = SeededRandom(seed: UInt64(count), stream: name)
        return (0..<count).map { _ in random.uniform(-1, 1) }
    }

    @Test(arguments: counts) func theLargestMagnitudeIgnoresWhatIsNoNumber(count: Int) {
        for place in [0, count / 2, count - 1] {
            var elements = draw(count, "magnitude")
            #expect(elements.largestMagnitude == elements.reduce(0) { max($0, abs($1)) })
            elements[place] = -3
            #expect(elements.largestMagnitude == 3)
            elements[place] = .nan
            #expect(elements.largestMagnitude == elements.reduce(0) { $1.isNaN ? $0 : max($0, abs($1)) })
        }
    }

    @Test(arguments: counts) func sumsAreThoseOfThePlainForm(count: Int) {
        let (left, right) = (draw(count, "left"), draw(count, "right"))
        let product = (0..<count).reduce(0.0) { $0 + Double(left[$1]) * Double(right[$1]) }
        #expect(abs(left.dot(right) - product) < 1e-12 * Double(count))
        #expect(
            abs(left.sumOfMagnitudes - left.reduce(0) { $0 + Double(abs($1)) }) < 1e-12 * Double(count)
        )
        let differences = left.minus(right)
        let mixture = left.plus(0.3, times: right)
        for index in 0..<count {
            #expect(differences[index] == left[index] - right[index])
            #expect(mixture[index] == left[index] + 0.3 * right[index])
        }
    }

    @Test(arguments: counts) func aBoxHoldsWhatIsFiniteAndInside(count: Int) {
        let box = Box(Bounds(-1, .infinity), count: count)
        let point = draw(count, "box")
        #expect(box.contains(point))
        for place in [0, count / 2, count - 1] {
            for stray in [Float(-1.0000001), .infinity, -.infinity, .nan] {
                var outside = point
                outside[place] = stray
                #expect(!box.contains(outside), "\(stray) at \(place)")
            }
        }
    }

    @Test(arguments: counts) func anAscentIsThatOfThePlainForm(count: Int) {
        let box = Box(Bounds(-0.8, 0.9), count: count)
        let center = box.clamp(draw(count, "center"))
        let ball = AscentBall(.linf, center, 0.3, box)
        let (point, previous) = (ball.project(draw(count, "point")), ball.project(draw(count, "previous")))
        var gradient = draw(count, "gradient")
        gradient[count / 2] = .nan
        gradient[count - 1] = 0
        let found = ball.step(point, previous, gradient, length: 0.17, momentum: 0.75, density: 1)
        for index in 0..<count {
            let low = max(center[index] - 0.3, -0.8)
            let high = min(center[index] + 0.3, 0.9)
            let here = point[index]
            let rise = gradient[index]
            let direction: Float = rise > 0 ? 0.17 : rise < 0 ? -0.17 : 0
            let ascended = min(max(low, here + direction), high)
            let mixed = here + (ascended - here) * 0.75 + (here - previous[index]) * (1 - 0.75)
            #expect(found[index] == min(max(low, mixed), high), "element \(index)")
        }
    }

    /// The step lands on the plane, stays in the box, and no element goes farther than the longest that is free.
    @Test(arguments: counts, [Norm.linf, .l2]) func aStepReachesThePlane(count: Int, norm: Norm) {
        let box = Box(Bounds(-1, 1), count: count)
        let (point, weights) = (draw(count, "point"), draw(count, "weights"))
        let reachable = (0..<count).reduce(0.0) {
            $0 + Double(abs(weights[$1])) * Double(weights[$1] > 0 ? 1 - point[$1] : 1 + point[$1])
        }
        let level = weights.dot(point) + 0.6 * reachable
        let step = Hyperplane(weights: weights, level: level).step(from: point, in: box, norm)
        let moved = point.plus(step)
        #expect(abs(weights.dot(moved) - level) < 1e-5 * max(1, reachable))
        #expect(moved.allSatisfy { $0 >= -1.000001 && $0 <= 1.000001 })
        // Free elements move by one length, or in proportion to their weights.
        let free = (0..<count).filter { abs(moved[$0]) < 0.999 && weights[$0] != 0 }
        let lengths = free.map { abs(step[$0]) / (norm == .l2 ? abs(weights[$0]) : 1) }
        if let shortest = lengths.min(), let longest = lengths.max() {
            #expect(longest - shortest <= 1e-4 * longest)
        }
    }
}
