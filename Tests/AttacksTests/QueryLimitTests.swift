import BulwarkAttacks
import BulwarkModels
import BulwarkTensors
import TestSupport
import Testing

/// A limit on the queries for each sample that somebody else sets.
struct QueryLimitTests {
    /// All that need no gradients, but for the one that needs images.
    private static let names = AttackTable.rows.filter { $0.kind != .gradient && $0.name != "spatial" }.map(
        \.name
    )

    private func batch(_ model: AffineClassifier, limit: Int?) throws -> Batch {
        var random = SeededRandom(seed: 9, stream: "inputs")
        let inputs = Tensor([6, 16], (0..<96).map { _ in random.uniform(0.4, 0.6) })
        var batch = Batch(
            inputs: inputs,
            aims: try model.labels(for: inputs).map { .anythingBut($0) },
            samples: Array(0..<6)
        )
        batch.maximumQueries = limit
        return batch
    }

    @Test(arguments: names, [1, 2, 17, 40])
    func noSampleIsAskedAboutMoreOften(name: String, limit: Int) throws {
        let model = AffineClassifier(randomClasses: 3, inputShape: [16], seed: 5)
        let row = try AttackTable.row(named: name)
        // So small a radius that hardly anything is found before the limit.
        let threat = ThreatModel(norm: row.norms[0], epsilon: 1e-3, bounds: Bounds(0, 1))
        let preset = try #require(row.presets.first)
        let attack = try row.make(threat: threat, preset: preset, classCount: 3)
        let found = try attack.perturb(
            batch(model, limit: limit),
            againstScoresOf: model,
            random: RandomSource(seed: 1, stream: name)
        )
        #expect(found.queries.allSatisfy { $0 <= limit }, "\(found.queries)")
        #expect(found.queries.max() == limit)
        #expect(found.isFinished.allSatisfy { $0 }, "that queries are used up is an end like any other")
    }

    @Test func aLimitThatIsNotReachedChangesNothing() throws {
        let model = AffineClassifier(randomClasses: 3, inputShape: [16], seed: 5)
        let threat = ThreatModel(norm: .linf, epsilon: 0.05, bounds: Bounds(0, 1))
        for name in ["square", "hop-skip-jump", "noise"] {
            let row = try AttackTable.row(named: name)
            let attack = try row.make(threat: threat, preset: try #require(row.presets.first), classCount: 3)
            let random = RandomSource(seed: 1, stream: name)
            let free = try attack.perturb(batch(model, limit: nil), againstScoresOf: model, random: random)
            let limit = free.queries.max().map { $0 + 1 }
            let bound = try attack.perturb(batch(model, limit: limit), againstScoresOf: model, random: random)
            #expect(bound.candidates.isBitwiseEqual(to: free.candidates), "\(name)")
            #expect(bound.queries == free.queries, "\(name)")
        }
    }

    @Test func partsOfABatchKeepItsLimit() throws {
        let model = AffineClassifier(randomClasses: 3, inputShape: [16], seed: 5)
        #expect(try batch(model, limit: 7).gathering([1, 3]).maximumQueries == 7)
    }

    @Test func aPresetThatIsCutShortIsWeak() throws {
        let threat = ThreatModel(norm: .linf, epsilon: 0.1, bounds: Bounds(0, 1))
        func limited(_ name: String, _ preset: String, _ queries: Int) throws -> Preset {
            let row = try AttackTable.row(named: name)
            return try PlannedAttack(row: row, preset: row.preset(named: preset))
                .limited(to: queries, threat: threat, classCount: 3).preset
        }
        // 5,000 squares, the first point and the sample itself.
        #expect(try limited("square", "standard", 5002).isStrong)
        let short = try limited("square", "standard", 5001)
        #expect(!short.isStrong)
        #expect(short.summary.hasSuffix("; at most 5001 queries a sample"))
        #expect(short.name == "standard")
        // A thousand draws and the sample itself.
        #expect(try !limited("noise", "standard", 1001).summary.contains("at most"))
        #expect(try limited("noise", "standard", 1000).summary.contains("at most"))
        // Without a budget of its own nobody knows what it would ask for.
        #expect(try !limited("hop-skip-jump", "standard", 100_000).isStrong)
        #expect(try limited("hop-skip-jump", "fast", 2500).summary.contains("2,500"))
        #expect(try !limited("hop-skip-jump", "fast", 2500).summary.contains("at most"))
    }

    @Test func labelsAloneAreEnoughForAttacksOnLabels() throws {
        let model = AffineClassifier(randomClasses: 3, inputShape: [16], seed: 5)
        let threat = ThreatModel(norm: .linf, epsilon: 0.05, bounds: Bounds(0, 1))
        for name in Self.names {
            let row = try AttackTable.row(named: name)
            guard row.norms.contains(.linf) else { continue }
            let attack = try row.make(threat: threat, preset: try #require(row.presets.first), classCount: 3)
            let random = RandomSource(seed: 1, stream: name)
            let batch = try batch(model, limit: 10)
            if row.kind == .score {
                #expect(throws: AttackError.needsScores(attack: name)) {
                    try attack.perturb(batch, againstLabelsOf: model, random: random)
                }
            } else {
                _ = try attack.perturb(batch, againstLabelsOf: model, random: random)
            }
        }
    }
}
