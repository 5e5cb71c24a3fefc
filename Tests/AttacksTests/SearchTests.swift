import BulwarkAttacks
import BulwarkModels
import BulwarkTensors
import Synchronization
import TestSupport
import Testing

/// What the engine promises to attacks that are written for one sample.
struct SearchTests {
    /// Asks about the sample moved along its first element, further and further, several points at a time.
    private struct Creep: DecisionSearch {
        let name = "creep"
        let threat: ThreatModel
        var keeping = Keeping.first
        var queryBudget: Int?
        var atOnce = 1
        var points = 40

        func search(_ oracle: some LabelOracle) async throws {
            for start in stride(from: 1, through: points, by: atOnce) {
                let points = (start..<start + atOnce).map { count in
                    var point = oracle.input
                    point[0] += 0.05 * Float(count)
                    return point
                }
                oracle.restart = start
                let labels = try await oracle.labels(at: points)
                #expect(labels.count == atOnce)
            }
        }
    }

    /// The label is 1 from 0.5 on.
    private static let threshold = AffineClassifier(weights: [[0, 0], [1, 0]], bias: [0.499, 0])

    private func run(_ attack: Creep, _ inputs: [Float] = [0, 0.3]) throws -> Perturbed {
        let batch = Batch(
            inputs: Tensor(Shape(trusted: [inputs.count, 2])) { view in
                for (row, input) in inputs.enumerated() { view[2 * row] = input }
            },
            aims: inputs.map { _ in .anythingBut(0) },
            samples: Array(inputs.indices)
        )
        return try attack.perturb(
            batch,
            against: Self.threshold,
            random: RandomSource(seed: 1, stream: "creep")
        )
    }

    private func threat(_ epsilon: Float) -> ThreatModel {
        ThreatModel(norm: .linf, epsilon: epsilon, bounds: Bounds(0, 1))
    }

    @Test(arguments: [1, 4])
    func theFirstSuccessInTheBallEndsTheAttack(atOnce: Int) throws {
        var attack = Creep(threat: threat(1))
        attack.atOnce = atOnce
        let found = try run(attack)
        // Ten steps from 0 and four from 0.3, after one query for the sample itself.
        #expect(found.claimed == [true, true])
        #expect(found.firstSuccess == [11, 5])
        #expect(found.queries == (atOnce == 1 ? [11, 5] : [13, 5]))
        #expect(found.restarts == (atOnce == 1 ? [10, 4] : [9, 1]))
        #expect(abs(found.candidates[0] - 0.5) < 1e-6)
    }

    @Test(arguments: [1, 4, 7])
    func noQueryGoesBeyondTheBudget(atOnce: Int) throws {
        for budget in 1...14 {
            var attack = Creep(threat: threat(1))
            (attack.queryBudget, attack.atOnce) = (budget, atOnce)
            let counter = CountingClassifier(Self.threshold)
            let batch = Batch(inputs: Tensor([1, 2]), aims: [.anythingBut(0)], samples: [0])
            let found = try attack.perturb(
                batch,
                against: counter,
                random: RandomSource(seed: 1, stream: "creep")
            )
            #expect(counter.predictions == found.queries[0])
            #expect(found.queries[0] <= budget)
            #expect(found.claimed[0] == (budget >= 11))
            if budget < 11 { #expect(found.queries[0] == budget) }
        }
    }

    @Test func whatLiesOutsideTheBallIsNotFoundButRemembered() throws {
        let found = try run(Creep(threat: threat(0.3)))
        #expect(found.claimed == [false, true])
        let nearest = found.nearest.compactMap(\.self)
        #expect(nearest.count == 2)
        for (distance, expected) in zip(nearest, [0.5, 0.2]) { #expect(abs(distance - expected) < 1e-5) }
        #expect(found.candidates[0] == 0, "the sample itself is returned")
    }

    @Test func theNearestIsKeptIfThatIsWanted() throws {
        var attack = Creep(threat: threat(.infinity))
        (attack.keeping, attack.points) = (.nearest, 14)
        let found = try run(attack)
        #expect(found.queries == [15, 15], "a success does not end the search")
        #expect(found.firstSuccess == [11, 5])
        #expect(abs(found.candidates[0] - 0.5) < 1e-6)
    }

    @Test func outsideTheBoxNothingIsFound() throws {
        let narrow = ThreatModel(norm: .linf, epsilon: 1, bounds: Bounds(0, 0.45))
        let found = try run(Creep(threat: narrow))
        #expect(found.claimed == [false, false])
        #expect(found.nearest == [nil, nil])
    }

    /// A model that fails after some samples.
    private final class FailingClassifier: ScoreAccess {
        struct Failure: Error {}
        let inputShape: Shape = [2]
        let classCount = 2
        private let left = Mutex(20)

        func logits(for inputs: Tensor) throws -> Tensor {
            let isOver = left.withLock { left in
                left -= inputs.rowCount
                return left < 0
            }
            if isOver { throw Failure() }
            return Tensor([inputs.rowCount, 2], generating: { $0 % 2 == 0 ? 1 : 0 })
        }
    }

    @Test func whatTheModelThrowsReachesTheCaller() throws {
        let batch = Batch(
            inputs: Tensor([9, 2]),
            aims: Array(repeating: .anythingBut(0), count: 9),
            samples: Array(0..<9)
        )
        #expect(throws: FailingClassifier.Failure.self) {
            try Creep(threat: threat(1)).perturb(
                batch,
                against: FailingClassifier(),
                random: RandomSource(seed: 1, stream: "creep")
            )
        }
    }

    @Test func labelsAloneAreEnough() throws {
        let batch = Batch(
            inputs: Tensor([3, 2]),
            aims: Array(repeating: .anythingBut(0), count: 3),
            samples: [0, 1, 2]
        )
        let found = try Creep(threat: threat(1)).perturb(
            batch,
            against: LabelOnlyClassifier(Self.threshold),
            random: RandomSource(seed: 1, stream: "creep")
        )
        #expect(found.queries == [11, 11, 11])
    }

    @Test func anEmptyBatchIsNoProblem() throws {
        let found = try run(Creep(threat: threat(1)), [])
        #expect(found.queries.isEmpty)
    }
}
