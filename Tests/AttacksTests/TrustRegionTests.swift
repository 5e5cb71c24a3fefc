import BulwarkAttacks
import BulwarkModels
import BulwarkTensors
import TestSupport
import Testing

struct TrustRegionTests {
    /// A subproblem in three dimensions, so that all steps on the boundary can be tried.
    struct Problem {
        var sample: [Float]
        var point: [Float]
        var gradient: [Double]
        var change: Double
        var radius: Double
        let box = Box(Bounds(0, 1), count: 3)

        init(seed: Int) {
            var random = SeededRandom(seed: UInt64(seed), stream: "trust region")
            sample = (0..<3).map { _ in random.uniform() }
            point = (0..<3).map { _ in random.uniform() }
            gradient = (0..<3).map { _ in Double(random.normal()) }
            change = Double(random.uniform(-0.6, 0.6))
            radius = Double(random.uniform(0.1, 0.8))
        }

        var region: TrustRegion? {
            TrustRegion(
                sample: sample,
                point: point,
                gradient: gradient,
                change: change,
                box: box,
                radius: radius
            )
        }

        func distance(_ norm: Norm, after step: [Double]) -> Double {
            let rest = (0..<3).map { abs(Double(sample[$0]) - Double(point[$0]) - step[$0]) }
            switch norm {
            case .linf: return rest.max() ?? 0
            case .l2: return rest.reduce(0) { $0 + $1 * $1 }.squareRoot()
            case .l1: return rest.reduce(0, +)
            case .l0: return Double(rest.count { $0 > 1e-9 })
            }
        }

        func isInside(_ step: [Double], slack: Double = 1e-7) -> Bool {
            length(step) <= radius + slack
                && (0..<3).allSatisfy { (-slack...1 + slack).contains(Double(point[$0]) + step[$0]) }
        }

        func gain(_ step: [Double]) -> Double { zip(gradient, step).reduce(0) { $0 + $1.0 * $1.1 } }

        func length(_ step: [Double]) -> Double { step.reduce(0) { $0 + $1 * $1 }.squareRoot() }

        /// Steps that land on the boundary: any two elements, and what the third has to be.
        func stepsOnTheBoundary(perSide: Int) -> [[Double]] {
            let solved = gradient.indices.max { abs(gradient[$0]) < abs(gradient[$1]) } ?? 0
            let others = gradient.indices.filter { $0 != solved }
            func ticks(_ index: Int) -> [Double] {
                // The step back to the sample is among them, which is where L1 and L0 want to be.
                (0...perSide).map { Double($0) / Double(perSide) - Double(point[index]) }
                    + [Double(sample[index]) - Double(point[index])]
            }
            return ticks(others[0]).flatMap { first in
                ticks(others[1]).map { second in
                    var step = [0.0, 0, 0]
                    (step[others[0]], step[others[1]]) = (first, second)
                    step[solved] = (change - gain(step)) / gradient[solved]
                    return step
                }
            }
        }
    }

    @Test(arguments: Norm.allCases) func noStepOfAFineGridIsBetter(norm: Norm) throws {
        var (solvable, bound) = (0, 0)
        for seed in 0..<60 {
            let problem = Problem(seed: seed)
            let step = try #require(problem.region).step(norm)
            #expect(problem.isInside(step), "problem \(seed)")
            let legal = problem.stepsOnTheBoundary(perSide: 60).filter { problem.isInside($0, slack: 0) }
            guard !legal.isEmpty else { continue }
            solvable += 1
            #expect(abs(problem.gain(step) - problem.change) < 1e-7, "problem \(seed)")
            let best = legal.map { problem.distance(norm, after: $0) }.min() ?? 0
            let found = problem.distance(norm, after: step)
            // Within its count the step for L0 is one of many.
            #expect(found <= best + (norm == .l0 ? 0 : 1e-5), "problem \(seed): \(found) and \(best)")
            if problem.length(step) > problem.radius * (1 - 1e-6) { bound += 1 }
        }
        // Both with and without the region in the way.
        #expect(solvable > 20 && bound > (norm == .l0 ? 0 : 5) && bound < solvable)
    }

    /// On the boundary already, all of the region is for the way back.
    @Test(arguments: [Norm.l2, .l1]) func aStepAlongTheBoundaryIsAsLongAsTheRegion(norm: Norm) throws {
        var random = SeededRandom(seed: 3, stream: "along the boundary")
        for _ in 0..<20 {
            let size = 40
            let sample = (0..<size).map { _ in random.uniform() }
            let region = try #require(
                TrustRegion(
                    sample: sample,
                    point: (0..<size).map { _ in random.uniform() },
                    gradient: (0..<size).map { _ in Double(random.normal()) },
                    change: Double(random.uniform(-1e-6, 1e-6)),
                    box: Box(Bounds(0, 1), count: size),
                    radius: 0.2
                )
            )
            let step = region.step(norm)
            let length = step.reduce(0) { $0 + $1 * $1 }.squareRoot()
            #expect(length > 0.2 * (1 - 1e-6) && length <= 0.2)
        }
    }

    /// Out of reach: then as near to the boundary as region and box allow.
    @Test func anUnreachableBoundaryIsApproached() throws {
        var count = 0
        for seed in 0..<60 {
            var problem = Problem(seed: seed)
            problem.change *= 20
            let step = try #require(problem.region).step(.l2)
            #expect(problem.isInside(step))
            var random = SeededRandom(seed: UInt64(seed), stream: "tries")
            let tries = (0..<2000).map { _ in (0..<3).map { _ in Double(random.uniform(-1, 1)) } }
            let legal = tries.filter { problem.isInside($0, slack: 0) }
            let sign: Double = problem.change < 0 ? -1 : 1
            let best = legal.map { sign * problem.gain($0) }.max() ?? 0
            guard best < abs(problem.change) else { continue }
            count += 1
            #expect(sign * problem.gain(step) >= best, "problem \(seed)")
        }
        #expect(count > 20)
    }

    /// Without region and box in the way the L2 step is the projection of the sample on the plane.
    @Test func withRoomItIsTheProjectionOnThePlane() throws {
        let region = try #require(
            TrustRegion(
                sample: [1, 2, -1],
                point: [0, 0, 0],
                gradient: [0, 3, 4],
                change: 5,
                box: Box(Bounds(-100, 100), count: 3),
                radius: 50
            )
        )
        // The sample is at 6 − 4 = 2 on a normal of length 5; 3 more are missing.
        let step = region.step(.l2)
        #expect(zip(step, [1, 2 + 9.0 / 25, -1 + 12.0 / 25]).allSatisfy { abs($0 - $1) < 1e-8 })
    }

    /// L1 and L0 move one element, the one with the largest weight, from where the sample is.
    @Test(arguments: [Norm.l1, .l0]) func oneElementIsEnoughForL1AndL0(norm: Norm) throws {
        let region = try #require(
            TrustRegion(
                sample: [0, 0, 0],
                point: [0.5, 0.5, 0.5],
                gradient: [1, 3, 2],
                change: -1,
                box: Box(Bounds(-1, 1), count: 3),
                radius: 5
            )
        )
        let step = region.step(norm)
        // From 3 to 2 for the scalar product of the point: 2/3 in the second element alone.
        #expect(step[0] == -0.5 && step[2] == -0.5)
        #expect(abs(step[1] - (2.0 / 3 - 0.5)) < 1e-8)
    }

    @Test func noGradientIsNoProblem() {
        for gradient in [[0.0, 0, 0], [.nan, 1, 1]] {
            var problem = Problem(seed: 1)
            problem.gradient = gradient
            #expect(problem.region == nil)
        }
    }
}
