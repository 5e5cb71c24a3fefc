import BulwarkEvidence
import BulwarkProvenance
import Foundation
import Testing

/// Where a model comes from, as far as rules ask for it.
struct GateAncestryTests {
    private static let before = ContentDigest(of: Data("before".utf8))
    private static let policy = GateBench.policy.replacing("  scan:", with: "  isolated-training:\n  scan:")

    private func finding(_ rule: String, _ bench: GateBench) throws -> GateFinding {
        try #require(bench.decision(Self.policy).results.first { $0.rule.name == rule }).finding
    }

    @Test func aModelThatNobodyTrainedIsNotExplained() throws {
        var bench = try GateBench()
        bench.replace(.training, with: nil)
        for rule in ["dataset-signature", "isolated-training"] {
            #expect(try finding(rule, bench).isMissing, "\(rule)")
        }
        // Made of something that nobody trained, or of each other.
        bench.append(try bench.hardening(of: Self.before, with: "train.npz"))
        for rule in ["dataset-signature", "isolated-training"] {
            #expect(try finding(rule, bench).isMissing, "\(rule)")
        }
        bench.append(try bench.training(on: "train.npz", about: Self.before))
        #expect(try finding("dataset-signature", bench).outcome == .pass)
        #expect(try !finding("isolated-training", bench).isMissing)
    }

    /// The graph of a model keeps its digest when the weights beside it are replaced.
    @Test func theWeightsOfTheModelBeforeAreOnesThatWereTrained() throws {
        func outcome(_ weights: String) throws -> GateOutcome {
            var bench = try GateBench()
            bench.replace(.training, with: nil)
            let digest = GateBench.file(weights).sha256.hexadecimal
            bench.append(
                try bench.hardening(
                    of: Self.before,
                    with: "train.npz",
                    parameters: ["original-weights: w.bin": digest]
                )
            )
            let trained = try Claim(
                about: [
                    Subject(name: "before", sha256: Self.before),
                    Subject(name: "w.bin", sha256: GateBench.file("good").sha256),
                ],
                try training(bench)
            ).signed(by: [bench.pipeline]).json
            bench.append(trained)
            return try finding("dataset-signature", bench).outcome
        }
        #expect(try outcome("good") == .pass)
        #expect(try outcome("poisoned") == .fail)
    }

    private func training(_ bench: GateBench) throws -> TrainingPredicate {
        let envelope = try Envelope(json: bench.training(on: "train.npz"))
        let claim = try envelope.verified(as: Claim<TrainingPredicate>.self, by: bench.pipeline.publicKey)
        return claim.content.predicate
    }

    @Test func dataAreAsGoodAsWhatTheyWereMadeOf() throws {
        var bench = try GateBench()
        let raw = try bench.data("raw.csv")
        let claim = try Envelope(json: raw)
            .verified(as: Claim<DatasetPredicate>.self, by: bench.pipeline.publicKey)
        let parent = try claim.content.predicate.manifest.reference()
        bench.replace(.trainingData, with: try bench.data("train.npz", madeOf: [parent]))
        let missing = try finding("dataset-signature", bench)
        #expect(missing.isMissing && missing.reason.contains("raw.csv"))
        bench.append(raw)
        #expect(try finding("dataset-signature", bench).outcome == .pass)
        let revocation = RevocationPredicate(
            target: .claim,
            reason: "poisoned",
            from: GateBench.now,
            replacement: nil
        )
        bench.append(try bench.claim(revocation, about: claim.payloadDigest, by: bench.guardian))
        #expect(try finding("dataset-signature", bench).outcome == .fail)
    }

    @Test func labelsInAFileOfTheirOwnAreDataToo() throws {
        var bench = try GateBench()
        bench.replace(.assessment, with: try bench.assessment(labels: "labels.npy"))
        #expect(try finding("dataset-signature", bench).isMissing)
        bench.append(try bench.data("labels.npy"))
        #expect(try finding("dataset-signature", bench).outcome == .pass)
    }
}
