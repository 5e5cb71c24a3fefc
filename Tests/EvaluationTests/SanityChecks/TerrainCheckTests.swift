import BulwarkAttacks
import BulwarkEvaluation
import BulwarkModels
import BulwarkTensors
import TestSupport
import Testing

/// The checks on the way of an ascent and on the choice of attacks, on evidence made by hand and on models.
struct TerrainCheckTests {
    @Test(arguments: [(0, Assessment.SanityCheck.Status.pass), (2, .pass), (3, .fail)])
    func ascentsThatFallBackAreFound(falling: Int, expected: Assessment.SanityCheck.Status) throws {
        var draft = try EvidenceDraft()
        draft.terrain = LossTerrain(paths: EvidenceDraft.paths(falling: falling, rising: 0), roughness: [0])
        #expect(try draft.check("ascent-does-not-fall-back")?.status == expected)
    }

    @Test(arguments: [(2, Assessment.SanityCheck.Status.pass), (3, .warn)])
    func ascentsThatStillRiseAreFound(rising: Int, expected: Assessment.SanityCheck.Status) throws {
        var draft = try EvidenceDraft()
        draft.terrain = LossTerrain(paths: EvidenceDraft.paths(falling: 0, rising: rising), roughness: [0])
        #expect(try draft.check("ascent-has-flattened")?.status == expected)
    }

    @Test func scoresThatJumpAreFound() throws {
        var draft = try EvidenceDraft()
        draft.terrain = LossTerrain(
            paths: EvidenceDraft.paths(falling: 0, rising: 0),
            roughness: [0.4, 0.6, 0.7]
        )
        #expect(try draft.check("predictions-are-smooth")?.status == .fail)
    }

    @Test func whatBlackBoxesAloneBreakIsFound() throws {
        var draft = try EvidenceDraft()
        // Beyond chance: the lower end of 2 of 100 is 0.24 %.
        for (only, expected) in [(1, Assessment.SanityCheck.Status.pass), (2, .fail)] {
            draft.runs[2].run = EvidenceDraft.run("noise", broken: 50..<60 + only)
            #expect(try draft.check("white-box-beats-black-box")?.status == expected)
        }
    }

    @Test func beingJudgedByTheAttackOfTheTrainingAloneIsFound() throws {
        var draft = try EvidenceDraft()
        draft.trainedAgainst = "pgd"
        #expect(try draft.check("attacks-differ-from-training")?.status == .pass)
        draft.runs.removeAll { $0.name == "transfer" }
        #expect(try draft.check("attacks-differ-from-training")?.status == .fail)
        draft.trainedAgainst = nil
        #expect(try draft.check("attacks-differ-from-training")?.status == .skipped)
    }

    @Test func fewClassesNeedTheMargin() throws {
        var draft = try EvidenceDraft()
        draft.classCount = 2
        #expect(try draft.check("losses-fit-the-classes")?.status == .warn)
        draft.runs.append(("apgd-margin", "standard", EvidenceDraft.run("apgd-margin", broken: 0..<60)))
        #expect(try draft.check("losses-fit-the-classes")?.status == .pass)
    }

    @Test func aReportThatAveragesOverAttacksIsFound() throws {
        var draft = try EvidenceDraft()
        draft.reportedSurvivors = 41
        #expect(try draft.check("worst-case-is-per-sample")?.status == .fail)
    }

    @Test func gradientsThatStopAreTold() throws {
        var draft = try EvidenceDraft()
        draft.shortcomings = .init(stepped: ["Round"])
        #expect(try draft.check("gradients-reach-the-input")?.status == .warn)
    }

    /// On an affine model the margin rises by the same amount each step until the ball ends, and small changes
    /// change it little.
    @Test func anAffineModelIsPlainGround() throws {
        let affine = try AffineCase(count: 20)
        let batch = Batch(
            inputs: affine.samples.inputs,
            aims: affine.samples.labels.map { .anythingBut($0) },
            samples: Array(0..<20)
        )
        let terrain = try LossTerrain(affine.affine, batch, affine.threat, seed: 1)
        #expect(terrain.paths.count == 20 && terrain.paths.allSatisfy { $0.count == LossTerrain.steps + 1 })
        #expect(terrain.falls.allSatisfy { $0 < 0.05 })
        #expect(terrain.lateRises.allSatisfy { $0 < 0.01 })
        let logits = try affine.affine.logits(for: batch.inputs)
        let margins = Loss.margin.gradient(ofLogits: logits, aims: batch.aims).losses
        #expect(zip(terrain.paths, margins).allSatisfy { $0[0] == $1 })
    }

    /// Scores that are rounded to a coarse grid of inputs change from cell to cell.
    @Test func aJaggedModelIsRough() throws {
        let affine = try AffineCase(count: 20)
        let batch = Batch(
            inputs: affine.samples.inputs,
            aims: affine.samples.labels.map { .anythingBut($0) },
            samples: Array(0..<20)
        )
        let jagged = try LossTerrain(JaggedClassifier(base: affine.affine), batch, affine.threat, seed: 1)
        var draft = try EvidenceDraft()
        draft.terrain = jagged
        #expect(try draft.check("predictions-are-smooth")?.status == .fail)
    }

    /// The scores of another model with a large periodic function of the input added to them.
    private struct JaggedClassifier: GradientAccess {
        let base: AffineClassifier
        var inputShape: Shape { base.inputShape }
        var classCount: Int { base.classCount }

        func logits(for inputs: Tensor) throws -> Tensor {
            let plain = try base.logits(for: inputs)
            let size = inputs.rowSize
            return Tensor(plain.shape) { view in
                for position in view.indices {
                    let row = position / plain.rowSize
                    let phase = (0..<size).reduce(Float(0)) { $0 + inputs[row * size + $1] * 1e4 }
                    let jag = phase - phase.rounded(.down)
                    view[position] = plain[position] + (position % plain.rowSize == 0 ? 40 * jag : 0)
                }
            }
        }

        func inputGradient(of loss: Loss, at inputs: Tensor, aims: [Aim]) throws -> LossGradient {
            try base.inputGradient(of: loss, at: inputs, aims: aims)
        }
    }
}
