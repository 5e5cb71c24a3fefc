import BulwarkAttacks
import BulwarkModels
import BulwarkTensors
import TestSupport
import Testing

/// What is tried ahead of time changes neither what an attack finds nor what it counts.
struct LookaheadTests {
    /// A model with room for so many points at a time; the reference computes each by itself.
    private func model(lanes: Int) throws -> GraphClassifier {
        let graph = try Architecture.mlp.graph(inputShape: [1, 6, 6], classCount: 10, width: 12, seed: 3)
        return GraphClassifier(
            try ClassifierGraph(graph),
            backend: ReferenceBackend(),
            execution: Execution(threads: 1, blockSize: lanes)
        )
    }

    @Test(arguments: ["apgd-t", "apgd-ce", "fab-t", "square"], [Norm.linf, .l2, .l1])
    func roomChangesNothing(name: String, norm: Norm) throws {
        let radius: Float = norm == .linf ? 0.06 : norm == .l2 ? 0.25 : 1
        let threat = ThreatModel(norm: norm, epsilon: radius, bounds: Bounds(0, 1))
        let row = try AttackTable.row(named: name)
        let preset = try row.preset(named: "standard")
        let attack = try row.make(threat: threat, preset: preset, classCount: 10)
        let random = RandomSource(seed: 5, stream: name)
        var numbers = SeededRandom(seed: 4, stream: "samples")
        let inputs = Tensor([12, 1, 6, 6], generating: { _ in numbers.uniform(0, 1) })
        let narrow = try model(lanes: 1)
        let labels = try narrow.labels(for: inputs)
        let batch = Batch(
            inputs: inputs,
            aims: labels.map { .anythingBut($0) },
            samples: Array(0..<12)
        )
        let alone = try attack.perturb(batch, against: narrow, random: random)
        let broken = alone.claimed.count { $0 }
        #expect(broken > 0, "some samples are broken")
        #expect(broken < 12, "and some are not")
        for lanes in [4, 64] {
            let ahead = try attack.perturb(batch, against: model(lanes: lanes), random: random)
            #expect(ahead.candidates.isBitwiseEqual(to: alone.candidates))
            #expect(ahead.queries == alone.queries)
            #expect(ahead.gradients == alone.gradients)
            #expect(ahead.restarts == alone.restarts)
            #expect(ahead.claimed == alone.claimed)
            #expect(ahead.firstSuccess == alone.firstSuccess)
            #expect(ahead.nearest == alone.nearest)
        }
    }
}
