import BulwarkAttacks
import BulwarkEvaluation
import BulwarkModels
import BulwarkTensors
import TestSupport

/// Evidence on a hundred samples, in which everything is as it should be; a test spoils one part.
struct EvidenceDraft {
    static let count = 100

    var threat = ThreatModel(norm: .linf, epsilon: 0.05, bounds: Bounds(-3, 4))
    var classCount = 4
    /// For each attack its preset and the samples that it broke.
    var runs: [(name: String, preset: String, run: AttackRun)]
    var curve: [(epsilon: Float, broken: [Bool])]
    var unbounded: AttackRun? = run("pgd-margin", broken: 0..<100)
    var unboundedNoise: AttackRun? = run("noise", broken: 0..<20)
    var doubled: CheckEvidence.Doubling? = .init(
        attack: "pgd",
        steps: 200,
        trials: 100,
        retried: 40,
        newlyBroken: 0
    )
    var gradients: GradientStudy?
    var outputs: OutputStudy
    var shortcomings = CheckEvidence.GradientShortcomings()
    var terrain: LossTerrain? = LossTerrain(paths: paths(falling: 0, rising: 0), roughness: [0.1, 0.2, 0.9])
    var trainedAgainst: String? = "fgsm"
    var reportedSurvivors: Int? = 40
    var certificates: CertificateComparison? = CertificateComparison(
        [CertificateComparisonTests.run(.ibp, [0.01])],
        norm: .linf,
        attacks: []
    )
    var twin: TwinStudy? = TwinStudy(attacks: ["pgd"], attacked: 100, survivors: 0)

    init() throws {
        let affine = try AffineCase()
        let logits = try affine.affine.logits(for: affine.samples.inputs)
        runs = [
            ("fgsm", "standard", Self.run("fgsm", broken: 0..<50)),
            ("pgd", "standard", Self.run("pgd", broken: 0..<60)),
            ("noise", "standard", Self.run("noise", broken: 0..<5)),
            ("transfer", "standard", Self.run("transfer", broken: 5..<40)),
        ]
        curve = [(0, Self.flags(0..<0)), (0.025, Self.flags(0..<30)), (0.05, Self.flags(0..<60))]
        gradients = try GradientStudy(affine)
        outputs = try OutputStudy(affine.affine, inputs: affine.samples.inputs, logits: logits, limit: 64)
    }

    var evidence: CheckEvidence {
        get throws {
            CheckEvidence(
                threat: threat,
                classCount: classCount,
                sampleCount: Self.count,
                runs: try runs.map { (try planned($0.name, $0.preset), $0.run) },
                curve: curve,
                unbounded: unbounded,
                unboundedNoise: unboundedNoise,
                doubled: doubled,
                gradients: gradients,
                outputs: outputs,
                shortcomings: shortcomings,
                terrain: terrain,
                trainedAgainst: trainedAgainst,
                reportedSurvivors: reportedSurvivors,
                certificates: certificates,
                twin: twin
            )
        }
    }

    /// What one check says of the evidence.
    func check(_ id: String) throws -> Assessment.SanityCheck? {
        let evidence = try evidence
        return SanityCheckTable.rows.first { $0.id == id }?.result(for: evidence)
    }

    /// A run in which every sample was attacked and these were broken.
    static func run(_ name: String, broken: Range<Int>) -> AttackRun {
        AttackRun(
            name: name,
            records: (0..<count).map { sample in
                SampleRecord(
                    sample: 1000 + sample,
                    label: 0,
                    cleanPrediction: 0,
                    adversarialPrediction: broken.contains(sample) ? 1 : 0,
                    wasAttacked: true,
                    isBroken: broken.contains(sample),
                    distances: .zero,
                    queries: 1,
                    gradients: 1,
                    restart: 0,
                    seed: 0,
                    claimed: broken.contains(sample),
                    violation: nil
                )
            },
            attacked: Array(0..<count),
            candidates: Tensor([count, 1]),
            seconds: 0
        )
    }

    /// Twenty ascents of 50 steps that rise from −1 to 0 and stay there, but for some.
    static func paths(falling: Int, rising: Int) -> [[Float]] {
        (0..<20).map { path in
            (0...50).map { step in
                let risen = min(Float(step) / 20, 1) - 1
                if path < falling { return step > 40 ? -0.5 : risen }
                return path < falling + rising ? Float(step) / 50 - 1 : risen
            }
        }
    }

    static func flags(_ broken: Range<Int>) -> [Bool] { (0..<count).map(broken.contains) }
}

extension GradientStudy {
    /// A study of an affine model's own gradients, or of others.
    init(_ affine: AffineCase, scaledBy factor: Float = 1) throws {
        try self.init(
            AlteredGradientClassifier(base: affine.affine) { factor * $0 },
            inputs: affine.samples.inputs,
            aims: affine.samples.labels.map { .anythingBut($0) },
            bounds: affine.threat.bounds,
            seed: 0,
            limit: 40
        )
    }
}
