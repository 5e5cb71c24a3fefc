import BulwarkAttacks
import BulwarkEvaluation
import BulwarkModels
import BulwarkTensors
import Testing

/// Certificates are below, attacks above the true distance, whatever the attack.
struct BracketTests {
    /// A network of two inputs' worth of neurons, small enough for every attack.
    struct Case {
        let model: GraphClassifier
        let samples: AssessmentSamples
        let radii: [String: [Double?]]

        init(_ norm: Norm) throws {
            let graph = try ReluNetwork(sizes: [4, 10, 8, 4], seed: 3).classifier()
            model = GraphClassifier(graph, backend: ReferenceBackend(), execution: Execution(threads: 1))
            let inputs = uniform([6, 4], seed: 8)
            let labels = try model.labels(for: inputs)
            samples = AssessmentSamples(
                inputs: inputs,
                labels: labels,
                indices: Array(0..<6),
                reference: nil
            )
            let certifiers = try AffineCertificateTests.certifiers(graph, norm, Bounds(0, 1))
            radii = Dictionary(
                uniqueKeysWithValues: certifiers.map { certifier in
                    (certifier.name, certifier.certifiedRadii(of: inputs, labels: labels, maximum: 4))
                }
            )
        }
    }

    /// Those that need nothing beside the model.
    static let kinds: [AttackKind] = [.gradient, .score, .decision, .control]
    /// Attacks on images, which the network here does not take.
    static let onImages = ["spatial"]

    /// Strong enough that most attacks break most samples, or the test would say nothing.
    static func threat(_ norm: Norm) -> ThreatModel {
        ThreatModel(norm: norm, epsilon: norm == .linf ? 0.4 : 0.7, bounds: Bounds(0, 1))
    }

    static let cases = [Norm.linf, .l2].flatMap { norm in
        AttackTable.rows
            .filter { kinds.contains($0.kind) && !onImages.contains($0.name) }
            .filter { $0.isDefined(for: threat(norm), classCount: 4) }
            .map { (norm: norm, attack: $0.name) }
    }

    @Test(arguments: cases)
    func noAttackSucceedsInsideACertifiedRadius(subject: (norm: Norm, attack: String)) throws {
        let small = try Case(subject.norm)
        let row = try AttackTable.row(named: subject.attack)
        let preset = try #require(row.presets.first)
        let runner = AttackRunner(
            model: small.model,
            samples: small.samples,
            cleanPredictions: small.samples.labels,
            seed: 1,
            clock: { 0 }
        )
        let attack = try row.make(threat: Self.threat(subject.norm), preset: preset, classCount: 4)
        let run = try runner.run(attack, label: row.name, on: Array(0..<6))
        let successes = CertificateComparison.Attack(run, norm: subject.norm).successes
        for (name, radii) in small.radii {
            let known = Dictionary(
                uniqueKeysWithValues: radii.enumerated().compactMap { sample, radius in
                    radius.map { (sample, $0) }
                }
            )
            #expect(known.count >= 4)
            let found = CertificateContradiction.find(certifiedRadii: known, successes: successes)
            #expect(found.isEmpty, "\(name)")
        }
    }

    /// The bracket is narrow where a strong attack meets a tight certificate, and it never closes the wrong
    /// way: the attack's distances are within a factor of the certificates.
    @Test func theBracketIsNotVacuous() throws {
        let small = try Case(.l2)
        let attack = try AttackTable.row(named: "fmn")
        let runner = AttackRunner(
            model: small.model,
            samples: small.samples,
            cleanPredictions: small.samples.labels,
            seed: 1,
            clock: { 0 }
        )
        let preset = try #require(attack.presets.last)
        let run = try runner.run(
            attack.make(threat: Self.threat(.l2), preset: preset, classCount: 4),
            label: "fmn",
            on: Array(0..<6)
        )
        let successes = CertificateComparison.Attack(run, norm: .l2).successes
        let crown = try #require(small.radii["crown"])
        let ratios = successes.compactMap { success -> Double? in
            crown[success.sample].map { $0 / success.distance }
        }
        #expect(ratios.count >= 3)
        #expect((ratios.max() ?? 0) > 0.7)
        #expect(ratios.allSatisfy { $0 < 1 })
    }
}
