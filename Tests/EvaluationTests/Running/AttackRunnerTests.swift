import BulwarkAttacks
import BulwarkEvaluation
import BulwarkModels
import BulwarkTensors
import TestSupport
import Testing

struct AttackRunnerTests {
    /// Moves every input by the same amount in every element and claims what it is told to.
    struct Push: WhiteBoxAttack {
        let name = "push"
        let threat: ThreatModel
        let amount: Float
        var claims: Bool?

        func perturb(
            _ batch: Batch,
            against model: some GradientAccess,
            random: RandomSource
        ) throws -> Perturbed {
            var result = Perturbed(unchanged: batch)
            result.candidates = batch.inputs.map { $0 + amount }
            let labels = try model.labels(for: result.candidates)
            result.queries = batch.samples
            result.gradients = batch.samples.map { 2 * $0 }
            result.restarts = batch.samples.map { $0 % 3 }
            result.claimed = zip(batch.aims, labels).map { claims ?? $0.isReached(by: $1) }
            return result
        }
    }

    private func runner(_ linear: LinearCase) throws -> AttackRunner<OpenClassifier<AffineClassifier>> {
        AttackRunner(
            model: linear.model,
            samples: linear.samples,
            cleanPredictions: try linear.model.labels(for: linear.samples.inputs),
            seed: 5,
            clock: { 0 }
        )
    }

    /// More samples than fit a chunk, and only some of them attacked.
    @Test func everySampleHasItsRecordAndEveryAttackedOneItsCandidate() throws {
        let linear = try LinearCase(norm: .linf, count: 600)
        let runner = try runner(linear)
        #expect(runner.correct == (0..<600).filter { linear.isCorrect[$0] })
        #expect(runner.correct.count > ChunkSize.fixed)
        let threat = linear.threat(epsilon: 0.25)
        let run = try runner.run(
            .whiteBox(Push(threat: threat, amount: 0.125)),
            label: "push",
            on: runner.correct
        )
        #expect(run.records.count == 600)
        #expect(run.attacked == runner.correct)
        let moved = linear.samples.inputs.gatheringRows(runner.correct).map { $0 + 0.125 }
        #expect(run.candidates.isBitwiseEqual(to: moved))
        let labels = try linear.model.labels(for: linear.samples.inputs.map { $0 + 0.125 })
        for (position, record) in run.records.enumerated() {
            let sample = linear.samples.indices[position]
            let isCorrect = linear.isCorrect[position]
            #expect(record.sample == sample)
            #expect(record.label == linear.samples.labels[position])
            #expect((record.cleanPrediction == record.label) == isCorrect)
            #expect(record.wasAttacked == isCorrect)
            #expect(record.seed == 5)
            #expect(record.adversarialPrediction == (isCorrect ? labels[position] : record.cleanPrediction))
            #expect(record.isBroken == (isCorrect && labels[position] != record.label))
            #expect(record.claimed == record.isBroken)
            #expect(record.queries == (isCorrect ? sample : 0))
            #expect(record.gradients == (isCorrect ? 2 * sample : 0))
            #expect(record.restart == (isCorrect ? sample % 3 : 0))
            #expect(record.violation == nil)
            #expect(isCorrect ? abs(record.distances.linf - 0.125) < 1e-6 : record.distances == .zero)
        }
        #expect(run.success.trials == runner.correct.count)
        #expect(run.success.successes == run.records.count(where: \.isBroken))
        #expect(run.success.successes > 0 && run.success.successes < run.success.trials)
    }

    @Test func nothingToAttackGivesNoCandidates() throws {
        let linear = try LinearCase(norm: .linf, count: 5)
        let run = try runner(linear).run(
            .whiteBox(Push(threat: linear.threat(epsilon: 1), amount: 0.5)),
            label: "push",
            on: []
        )
        #expect(run.candidates.shape == [0, 6])
        #expect(run.success == Proportion(successes: 0, trials: 0))
        #expect(run.records.count == 5)
    }

    @Test func targetsAreWrongClassesDrawnBySeedAndSample() throws {
        let affine = try AffineCase(classes: 5, count: 200, goal: .targeted)
        func aims(seed: UInt64) throws -> [Aim] {
            let runner = AttackRunner(
                model: affine.affine,
                samples: affine.samples,
                cleanPredictions: affine.samples.labels,
                seed: seed,
                clock: { 0 }
            )
            return affine.samples.labels.indices.map { runner.aim($0, .targeted) }
        }
        let first = try aims(seed: 1)
        var steps = [Int](repeating: 0, count: 5)
        for (aim, label) in zip(first, affine.samples.labels) {
            guard case .exactly(let target, let truth) = aim else {
                Issue.record("the aim is a class")
                continue
            }
            #expect(truth == label)
            #expect((0..<5).contains(target))
            steps[(target - label + 5) % 5] += 1
        }
        #expect(steps[0] == 0, "no target is the truth")
        // 200 draws among four targets: 50 each, six standard deviations are 37.
        #expect(steps.dropFirst().allSatisfy { (14...86).contains($0) }, "\(steps)")
        #expect(try aims(seed: 1) == first)
        #expect(try aims(seed: 2) != first)
    }

    /// A fault of the attack ends up in the record: an adversarial input seen but not returned, and a
    /// candidate outside.
    @Test func faultsOfAnAttackAreRecorded() throws {
        let linear = try LinearCase(norm: .linf)
        let runner = try runner(linear)
        let threat = linear.threat(epsilon: 0.25)
        let silent = try runner.run(
            .whiteBox(Push(threat: threat, amount: 0, claims: true)),
            label: "push",
            on: runner.correct
        )
        #expect(silent.attacked.allSatisfy { silent.records[$0].claimed && !silent.records[$0].isBroken })
        let outside = try runner.run(
            .whiteBox(Push(threat: threat, amount: 0.5)),
            label: "push",
            on: runner.correct
        )
        let legal = linear.samples.inputs.gatheringRows(runner.correct).map { $0 + 0.25 }
        #expect(outside.attacked.allSatisfy { outside.records[$0].violation != nil })
        #expect(Norm.linf.distances(outside.candidates, legal).allSatisfy { $0 < 1e-6 })
        let labels = try linear.model.labels(for: outside.candidates)
        for (label, position) in zip(labels, outside.attacked) {
            #expect(outside.records[position].isBroken == (label != outside.records[position].label))
        }
    }
}
