import BulwarkTensors
import Testing

struct NormTests {
    static let difference = Tensor([1, 4], [3, -4, 0, 0])

    @Test(arguments: [(Norm.linf, 4.0), (.l2, 5.0), (.l1, 7.0), (.l0, 2.0)])
    func measuresAKnownVector(norm: Norm, length: Double) {
        #expect(norm.ofRows(Self.difference) == [length])
        #expect(norm.distances(Self.difference, Tensor([1, 4])) == [length])
    }

    @Test(arguments: [Norm.linf, .l2, .l1]) func aNaNIsNotADistance(norm: Norm) {
        #expect(norm.ofRows(Tensor([1, 2], [1, .nan]))[0].isNaN)
        #expect(norm.ofRows(Tensor([1, 2], [.nan, 1]))[0].isNaN)
    }

    /// Random points, some far outside, at several magnitudes.
    static func random(_ seed: UInt64, rows: Int = 20, size: Int = 13, scale: Float = 1) -> Tensor {
        var random = SeededRandom(seed: seed, stream: "norm tests")
        return Tensor([rows, size], generating: { _ in scale * random.normal() })
    }

    @Test(arguments: Norm.allCases, [Float(0), 0.01, 0.5, 3])
    func projectionStaysInsideAndKeepsWhatIsInside(norm: Norm, radius: Float) {
        let center = Self.random(1)
        let candidate = center + Self.random(2)
        let projected = norm.project(candidate, around: center, radius: radius)
        for (row, distance) in norm.distances(projected, center).enumerated() {
            // One unit in the last place of elements below 8, in each of 13 elements at most.
            #expect(distance <= Double(radius) * (1 + 1e-6) + 13 * 4.8e-7, "row \(row)")
        }
        #expect(
            norm.project(projected, around: center, radius: radius * 1.001 + 1e-5).isBitwiseEqual(
                to: projected
            )
        )
        if radius == 0 { #expect(projected.isBitwiseEqual(to: center)) }
    }

    @Test(arguments: [Norm.linf, .l2, .l1], [Float(0.1), 1])
    func noPointOfTheBallIsNearerThanTheProjection(norm: Norm, radius: Float) {
        let center = Tensor([20, 13])
        let candidate = Self.random(3)
        let projected = norm.project(candidate, around: center, radius: radius)
        let best = Norm.l2.distances(projected, candidate)
        for seed in 10..<40 {
            let other = norm.project(
                projected + 0.05 * Self.random(UInt64(seed)),
                around: center,
                radius: radius
            )
            for (row, distance) in Norm.l2.distances(other, candidate).enumerated() {
                #expect(distance >= best[row] - 1e-6)
            }
        }
    }

    @Test(arguments: [Norm.linf, .l2, .l1, .l0]) func pointsFarAwayComeIntoTheBall(norm: Norm) {
        let center = Tensor([3, 4], repeating: 0.5)
        let far = Tensor([3, 4], [3e38, -3e38, 3e38, 0, 3e38, 1, 2, 3, -2e30, 1e30, 7, 3e38])
        let projected = norm.project(far, around: center, radius: 2)
        #expect(norm.distances(projected, center).allSatisfy { $0 <= 2 + 4e-6 })
    }

    @Test func aNaNReturnsToTheCentre() {
        let center = Tensor([1, 2], [0.25, 0.5])
        for norm in Norm.allCases {
            let projected = norm.project(Tensor([1, 2], [.nan, 0.5]), around: center, radius: 0.1)
            #expect(projected.isBitwiseEqual(to: center))
        }
    }

    @Test func steepestDirectionsHaveUnitLength() {
        let gradient = Self.random(4, scale: 1e-25)
        for norm in Norm.allCases {
            for length in norm.ofRows(norm.steepestDirection(of: gradient)) {
                #expect(abs(length - 1) < 1e-5)
            }
            #expect(norm.steepestDirection(of: Tensor([2, 3])).isBitwiseEqual(to: Tensor([2, 3])))
            #expect(norm.steepestDirection(of: Tensor([1, 2], [.nan, .nan])).isFinite)
        }
    }
}

struct BoundsTests {
    @Test func clampsToOneIntervalOrToOneAnElement() {
        let tensor = Tensor([1, 3], [-1, 0.5, 2])
        #expect(Bounds(0, 1).clamp(tensor) == Tensor([1, 3], [0, 0.5, 1]))
        let each = Bounds(lower: [-2, 0, 0], upper: [-1.5, 1, 1.5])
        #expect(each.clamp(tensor) == Tensor([1, 3], [-1.5, 0.5, 1.5]))
    }

    @Test func aNaNLiesOutsideAndIsMovedInside() {
        let tensor = Tensor([1, 1], [.nan])
        #expect(!Bounds(0, 1).contains(row: 0, of: tensor))
        #expect(Bounds(0, 1).contains(row: 0, of: Bounds(0, 1).clamp(tensor)))
        let each = Bounds(lower: [0], upper: [1])
        #expect(each.contains(row: 0, of: each.clamp(tensor)))
    }
}
