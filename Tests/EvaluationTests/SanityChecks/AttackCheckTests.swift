import BulwarkAttacks
import BulwarkEvaluation
import BulwarkModels
import BulwarkTensors
import TestSupport
import Testing

/// The checks on attacks, on evidence made by hand: sound but for one thing.
struct AttackCheckTests {
    @Test func soundEvidencePasses() throws {
        let draft = try EvidenceDraft()
        for rule in SanityCheckTable.rows {
            let result = try #require(try draft.check(rule.id))
            #expect(result.status == .pass, "\(result.id): \(result.evidence)")
        }
    }

    @Test func aSingleStepThatBreaksMoreIsFound() throws {
        var draft = try EvidenceDraft()
        draft.runs[1].run = EvidenceDraft.run("pgd", broken: 3..<60)
        let result = try #require(try draft.check("iterative-beats-single-step"))
        #expect(result.status == .fail)
        #expect(result.evidence.contains("3 of 50") && result.evidence.contains("1000, 1001, 1002"))
        // Another iterative attack that breaks them makes up for it.
        draft.runs.append(("pgd-margin", "standard", EvidenceDraft.run("pgd-margin", broken: 0..<3)))
        #expect(try draft.check("iterative-beats-single-step")?.status == .pass)
        draft.runs = [draft.runs[0]]
        #expect(try draft.check("iterative-beats-single-step")?.status == .skipped)
    }

    /// Of 50, two are within the chance of few samples and three are not.
    @Test(arguments: [(2, Assessment.SanityCheck.Status.pass), (3, .fail)])
    func weakAttacksMayMissALittle(missed: Int, expected: Assessment.SanityCheck.Status) throws {
        var draft = try EvidenceDraft()
        draft.runs[1] = ("pgd", "fast", EvidenceDraft.run("pgd", broken: missed..<60))
        #expect(try draft.check("iterative-beats-single-step")?.status == expected)
        draft.runs[1].preset = "standard"
        #expect(try draft.check("iterative-beats-single-step")?.status == .fail)
    }

    @Test func noiseThatBreaksMoreIsFound() throws {
        var draft = try EvidenceDraft()
        draft.runs[2].run = EvidenceDraft.run("noise", broken: 58..<62)
        let result = try #require(try draft.check("gradient-beats-noise"))
        #expect(result.status == .fail)
        #expect(result.evidence.contains("2 of 4") && result.evidence.contains("1060, 1061"))
        draft.runs.removeFirst(2)
        #expect(try draft.check("gradient-beats-noise")?.status == .skipped)
    }

    @Test func anAttackThatFailsWithoutALimitIsFound() throws {
        var draft = try EvidenceDraft()
        draft.unbounded = EvidenceDraft.run("pgd-margin", broken: 0..<99)
        #expect(try draft.check("unbounded-attack-succeeds")?.status == .fail)
        draft.unbounded = nil
        #expect(try draft.check("unbounded-attack-succeeds")?.status == .skipped)
    }

    /// Six samples that recover and none that breaks happen by chance once in 64 times, seven once in 128.
    @Test func aCurveThatRecoversIsFoundBeyondChance() throws {
        for (recovered, broken, status) in [
            (6, 0, Assessment.SanityCheck.Status.pass), (7, 0, .fail), (20, 19, .pass), (20, 5, .fail),
            (0, 40, .pass),
        ] {
            var draft = try EvidenceDraft()
            draft.curve = [
                (0, EvidenceDraft.flags(0..<0)), (0.025, EvidenceDraft.flags(0..<30)),
                (0.05, EvidenceDraft.flags(recovered..<(30 + broken))),
            ]
            let result = try #require(try draft.check("curve-is-monotone"))
            #expect(result.status == status, "\(recovered) recovered, \(broken) broke: \(result.evidence)")
        }
    }

    @Test(arguments: [
        (100, 0, true), (100, 1, false), (101, 1, true), (1000, 9, true), (1000, 10, false), (5, 1, false),
    ])
    func convergenceIsLessThanOneInAHundred(trials: Int, broken: Int, passes: Bool) throws {
        var draft = try EvidenceDraft()
        draft.doubled = .init(attack: "pgd", steps: 200, trials: trials, retried: trials, newlyBroken: broken)
        #expect(try draft.check("attack-has-converged")?.status == (passes ? .pass : .fail))
        draft.doubled = .init(attack: "pgd", steps: 200, trials: 0, retried: 0, newlyBroken: 0)
        #expect(try draft.check("attack-has-converged")?.status == .skipped)
    }

    /// Attacks with a fault, run on a real model.
    @Test func anAttackThatForgetsWhatItFoundIsFound() throws {
        let run = try faulty { batch, threat in
            var result = Perturbed(unchanged: batch)
            result.claimed = batch.samples.map { _ in true }
            return result
        }
        var draft = try EvidenceDraft()
        draft.runs[1].run = run
        let result = try #require(try draft.check("success-is-returned"))
        #expect(result.status == .fail)
        #expect(result.evidence.contains("pgd: 40 samples"))
        #expect(try draft.check("threat-model-respected")?.status == .pass)
    }

    @Test func anAttackThatLeavesTheBallIsFound() throws {
        let run = try faulty { batch, threat in
            var result = Perturbed(unchanged: batch)
            result.candidates = batch.inputs.map { $0 + 2 * threat.epsilon }
            return result
        }
        var draft = try EvidenceDraft()
        draft.runs[1].run = run
        let result = try #require(try draft.check("threat-model-respected"))
        #expect(result.status == .fail)
        #expect(result.evidence.contains("pgd: 40 candidates"))
    }

    @Test func anAttackThatReturnsNoNumbersIsFound() throws {
        let run = try faulty { batch, threat in
            var result = Perturbed(unchanged: batch)
            result.candidates = batch.inputs.map { _ in .nan }
            return result
        }
        var draft = try EvidenceDraft()
        draft.runs[1].run = run
        #expect(try draft.check("threat-model-respected")?.status == .fail)
        #expect(run.candidates.isFinite)
    }

    /// An attack made of a closure, named like PGD.
    private struct Faulty: WhiteBoxAttack {
        let name = "pgd"
        let threat: ThreatModel
        let act: @Sendable (Batch, ThreatModel) -> Perturbed

        func perturb(_ batch: Batch, against model: some GradientAccess, random: RandomSource) -> Perturbed {
            act(batch, threat)
        }
    }

    private func faulty(_ act: @escaping @Sendable (Batch, ThreatModel) -> Perturbed) throws -> AttackRun {
        let affine = try AffineCase()
        let runner = AttackRunner(
            model: affine.affine,
            samples: affine.samples,
            cleanPredictions: affine.samples.labels,
            seed: 0,
            clock: { 0 }
        )
        let attack = Faulty(threat: affine.threat, act: act)
        return try runner.run(.whiteBox(attack), label: "pgd", on: runner.correct)
    }

    @Test func survivorsAtHalfTheBoxAreFound() throws {
        var draft = try EvidenceDraft()
        draft.threat = ThreatModel(norm: .linf, epsilon: 0.5, bounds: Bounds(0, 1))
        #expect(
            try draft.check("robustness-is-possible")?.status == .fail,
            "40 % survive among four classes"
        )
        draft.classCount = 2
        #expect(
            try draft.check("robustness-is-possible")?.status == .pass,
            "one of two classes may always be right"
        )
        draft.classCount = 3
        draft.threat = ThreatModel(norm: .linf, epsilon: 0.49, bounds: Bounds(0, 1))
        #expect(try draft.check("robustness-is-possible")?.status == .pass)
        draft.threat = ThreatModel(norm: .l2, epsilon: 5, bounds: Bounds(0, 1))
        #expect(try draft.check("robustness-is-possible")?.status == .skipped)
    }

    /// P(X < k) of fair coins, from Pascal's triangle.
    @Test func tailsOfTheBinomialAreExact() {
        for trials in 1...30 {
            var row: [Double] = [1]
            for _ in 0..<trials { row = zip([0] + row, row + [0]).map { $0 + $1 } }
            let total = row.reduce(0, +)
            for successes in 0...trials {
                let exact = row.prefix(successes).reduce(0, +) / total
                #expect(abs(BinomialTail.below(successes: successes, trials: trials) - exact) < 1e-12)
            }
        }
    }
}
