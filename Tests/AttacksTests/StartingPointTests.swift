import BulwarkAttacks
import BulwarkModels
import BulwarkTensors
import TestSupport
import Testing

/// Where attacks begin that see labels only.
struct StartingPointTests {
    /// The attacks, each with points to begin from.
    private func attacks(
        _ threat: ThreatModel,
        _ starts: [(point: [Float], label: Int)] = []
    ) throws -> [any LabelOnlyAttack] {
        [
            try HopSkipJump(threat: threat, queryBudget: 2000, starts: starts),
            try BoundaryAttack(threat: threat, queryBudget: 2000, starts: starts),
            try GeoDA(threat: threat, queries: 2000, starts: starts),
            try SignOPT(threat: threat, queryBudget: 2000, starts: starts),
        ]
    }

    /// Class 1 is a small cube around (0.9, 0.1, 0.9, …) that nobody finds who does not know of it.
    private struct HiddenCube: LabelAccess {
        let inputShape: Shape = [20]
        let classCount = 2
        static let center: [Float] = (0..<20).map { $0 % 2 == 0 ? 0.9 : 0.1 }

        func labels(for inputs: Tensor) throws -> [Int] {
            (0..<inputs.rowCount).map { row in
                inputs.row(row).elements.enumerated().allSatisfy { index, element in
                    abs(element - HiddenCube.center[index]) < 0.05
                } ? 1 : 0
            }
        }
    }

    private static let unitBox = ThreatModel(norm: .l2, epsilon: .infinity, bounds: Bounds(0, 1))
    private static let origin = [Float](repeating: 0.2, count: 20)

    @Test func givesUpIfNothingReachesTheAim() throws {
        for attack in try attacks(Self.unitBox) {
            let result = try attack.run(on: HiddenCube(), at: Self.origin, .anythingBut(0))
            #expect(result.claimed == [false] && result.nearest == [nil], "\(attack.name)")
            #expect(Array(result.candidates.elements) == Self.origin)
            // The sample, 1000 draws, and first 100 directions for one of the attacks.
            #expect(result.queries == [attack.name == "sign-opt" ? 1101 : 1001], "\(attack.name)")
        }
    }

    @Test func beginsAtAKnownPointOfAWantedClass() throws {
        let starts: [(point: [Float], label: Int)] = [
            (Array(repeating: 0.3, count: 20), 0), (HiddenCube.center, 1),
        ]
        // The nearest corner of the cube is (0.85, 0.15, …).
        let distance = (10 * 0.65 * 0.65 + 10 * 0.05 * 0.05).squareRoot()
        for attack in try attacks(Self.unitBox, starts) {
            let recorder = LabelRecorder(HiddenCube())
            let result = try attack.run(on: recorder, at: Self.origin, .anythingBut(0))
            #expect(Norm.linf.distance(recorder.points[1], HiddenCube.center) < 1e-6, "\(attack.name)")
            let nearest = try #require(result.nearest[0])
            #expect(nearest >= distance * (1 - 1e-5) && nearest <= distance * 1.08, "\(attack.name)")
        }
    }

    @Test func triesTheNearestFirstAndThenTwiceAsMany() throws {
        let starts = (0..<10).map { index in
            (point: Self.origin.map { $0 + 0.05 * Float(10 - index) }, label: 1)
        }
        let recorder = LabelRecorder(HiddenCube())
        let attack = try HopSkipJump(threat: Self.unitBox, queryBudget: 11, starts: starts)
        let result = try attack.run(on: recorder, at: Self.origin, .anythingBut(0))
        // None of them really is of class 1.
        #expect(result.claimed == [false])
        #expect(recorder.questions.map(\.count) == [1, 1, 2, 4, 3])
        #expect(Array(recorder.points.dropFirst()) == starts.reversed().map(\.point))
    }

    @Test func aStartOutsideTheBoxIsMovedIntoIt() throws {
        let starts: [(point: [Float], label: Int)] = [(Array(repeating: 9, count: 2), 1)]
        let model = AffineClassifier(weights: [[0, 0], [1, 1]], bias: [1, 0])
        for attack in try attacks(Self.unitBox, starts) {
            let recorder = LabelRecorder(model)
            let result = try attack.run(on: recorder, at: [0, 0.25], .anythingBut(0))
            #expect(Norm.linf.distance(recorder.points[1], [1, 1]) < 1e-6)
            #expect(result.claimed == [true], "\(attack.name)")
        }
    }

    /// Fine noise has a mean of a half; only coarse noise ever reaches 0.8.
    @Test func coarseNoiseFindsWhatFineNoiseDoesNot() throws {
        let shape: Shape = [1, 16, 16]
        let model = AffineClassifier(
            weights: [Array(repeating: 0, count: 256), Array(repeating: 1 / 256, count: 256)],
            bias: [0.8, 0],
            inputShape: shape
        )
        for attack in try attacks(Self.unitBox) {
            let input = [Float](repeating: 0.4, count: 256)
            let result = try attack.run(on: model, at: input, .anythingBut(0))
            #expect(result.claimed == [true], "\(attack.name)")
        }
    }

    @Test func intervalsWithoutEndsAreSearchedFromTheSample() throws {
        let threat = ThreatModel(
            norm: .l2,
            epsilon: .infinity,
            bounds: Bounds(lower: [0, -.infinity, -.infinity], upper: [1, .infinity, 5])
        )
        // The boundary is where the second element is 100.
        let model = AffineClassifier(weights: [[0, 0, 0], [0, 1, 0]], bias: [100, 0])
        for attack in try attacks(threat) where attack.name != "sign-opt" {
            let result = try attack.run(on: model, at: [0.5, 1, -2], .anythingBut(0))
            let nearest = try #require(result.nearest[0])
            // The first steps of the boundary attack are too small to get far.
            let limit = attack.name == "boundary" ? 1000 : 101.0
            #expect(nearest >= 99 * (1 - 1e-5) && nearest <= limit, "\(attack.name): \(nearest)")
        }
    }

    /// From the sample outwards the classes are 0, 1, 0, 1: a bisection may find the farther ones.
    @Test func theNearestCrossingOfTheLineIsFound() throws {
        struct Stripes: LabelAccess {
            let inputShape: Shape = [1]
            let classCount = 2
            func labels(for inputs: Tensor) throws -> [Int] {
                inputs.elements.map { $0 > 0.2 && $0 < 0.25 || $0 > 0.7 ? 1 : 0 }
            }
        }
        for attack in try attacks(Self.unitBox, [([1], 1)]) where attack.name != "sign-opt" {
            let result = try attack.run(on: Stripes(), at: [0], .anythingBut(0))
            let nearest = try #require(result.nearest[0])
            #expect(abs(nearest - 0.2) < 0.001, "\(attack.name): \(nearest)")
        }
    }
}
