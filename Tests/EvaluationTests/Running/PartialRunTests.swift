import BulwarkAttacks
import BulwarkEvaluation
import BulwarkModels
import BulwarkTensors
import Synchronization
import TestSupport
import Testing

/// Runs that end early, and runs that go on where they did.
struct PartialRunTests {
    private func plan(_ affine: AffineCase, _ names: [(String, String)]) throws -> AssessmentPlan {
        var plan = AssessmentPlan(
            threat: affine.threat,
            suite: "custom",
            attacks: try names.map {
                let (row, preset) = (try AttackTable.row(named: $0.0), $0.1)
                return PlannedAttack(
                    row: row,
                    preset: try row.preset(named: preset),
                    attacksSurvivors: $0.0 != "fgsm"
                )
            },
            seed: 4
        )
        plan.curveEpsilons = [0, 0.02, 0.05]
        return plan
    }

    private func assess(
        _ affine: AffineCase,
        _ plan: AssessmentPlan,
        _ control: RunControl = RunControl()
    ) throws -> AssessmentOutcome {
        let model = OpenClassifier(affine.affine) { $0.reshaped(to: [$0.rowCount, $0.rowSize]) }
        return try Assessor(plan: plan, clock: { 0 }, control: control)
            .assess(model, on: affine.samples, subject: .example)
    }

    /// How many questions a whole run has asked at its landmarks.
    private struct Questions {
        /// When the first attack began, when the last one ended, and at the end of the run.
        var (first, last, end) = (0, 0, 0)

        /// A moment among the attacks.
        func among(_ share: Double) -> Int { first + Int(Double(last - first) * share) }
    }

    private func questions(_ affine: AffineCase, _ plan: AssessmentPlan) throws -> Questions {
        let asked = Atomic(0)
        let landmarks = Mutex<[Int]>([])
        let control = RunControl(
            stop: {
                asked.add(1, ordering: .relaxed)
                return nil
            },
            progress: { progress in
                guard progress.place != nil else { return }
                let count = asked.load(ordering: .relaxed)
                landmarks.withLock { $0.append(count) }
            }
        )
        _ = try assess(affine, plan, control)
        let counts = landmarks.withLock { $0 }
        return Questions(
            first: try #require(counts.first),
            last: try #require(counts.last),
            end: asked.load(ordering: .relaxed)
        )
    }

    private let attacks = [("fgsm", "standard"), ("apgd-ce", "fast"), ("fab", "fast"), ("noise", "fast")]

    /// Stopped again and again, at any question, a run comes to the same end.
    @Test func aRunThatGoesOnComesToTheSameEnd() throws {
        let affine = try AffineCase(count: 24)
        let plan = try plan(affine, attacks)
        let whole = try assess(affine, plan)
        let questions = try questions(affine, plan)
        var wasPartial = 0
        let moments =
            [questions.first / 2] + [0.1, 0.4, 0.6, 0.9].map(questions.among)
            + [(questions.last + questions.end) / 2, questions.end - 1]
        for moment in moments {
            let journal = MemoryJournal()
            let patience = Patience(moment)
            var end: AssessmentOutcome?
            do {
                end = try assess(affine, plan, RunControl(stop: patience.stop, journal: journal))
            } catch is RunStop {
                // Before the first attack there is nothing to report.
            }
            if end?.assessment.partial != nil { wasPartial += 1 }
            let kept = journal.count
            let resumed = try assess(affine, plan, RunControl(journal: journal))
            #expect(resumed.assessment == whole.assessment)
            #expect(resumed.records.map(\.attack) == whole.records.map(\.attack))
            for (one, other) in zip(resumed.records, whole.records) { #expect(one.records == other.records) }
            #expect(resumed.exhibits.map(\.sample) == whole.exhibits.map(\.sample))
            for (one, other) in zip(resumed.exhibits, whole.exhibits) {
                #expect(one.adversarial.isBitwiseEqual(to: other.adversarial))
            }
            #expect(journal.count >= kept)
        }
        #expect(wasPartial == moments.count - 1)
    }

    /// What a journal holds is not asked about again.
    @Test func aFinishedRunAsksForNoAttackAgain() throws {
        let affine = try AffineCase(count: 24)
        let plan = try plan(affine, attacks)
        let journal = MemoryJournal()
        _ = try assess(affine, plan, RunControl(journal: journal))
        let kept = journal.count
        #expect(journal.steps.map(\.number) == Array(0..<journal.steps.count))
        #expect(Set(journal.steps).count == journal.steps.count)
        let first = try questions(affine, plan).end
        let asked = Atomic(0)
        let again = RunControl(
            stop: {
                asked.add(1, ordering: .relaxed)
                return nil
            },
            journal: journal
        )
        _ = try assess(affine, plan, again)
        #expect(journal.count == kept)
        // Gradients, terrain, repeated answers and detectors are looked at again.
        let second = asked.load(ordering: .relaxed)
        #expect(second < first, "\(second) of \(first)")
    }

    @Test func whatIsMissingIsSaid() throws {
        let affine = try AffineCase(count: 24)
        let plan = try plan(affine, attacks)
        let questions = try questions(affine, plan)
        for moment in [0.1, 0.5, 0.9].map(questions.among) {
            let patience = Patience(moment, RunStop(.budget, "enough was asked"))
            let outcome = try assess(affine, plan, RunControl(stop: patience.stop))
            let found = outcome.assessment.partial
            let partial = try #require(found)
            #expect(partial.cause == "budget")
            #expect(partial.attacks.map(\.name) == attacks.map(\.0))
            #expect(outcome.assessment.verdict != .robust)
            #expect(outcome.assessment.verdictReasons.contains { $0.contains("enough was asked") })
            #expect(partial.leftOut.contains("anomaly detection"))
            #expect(outcome.assessment.anomaly.isEmpty)
            #expect(outcome.assessment.anomalyNotes.contains { $0.contains("ended early") })
            let begun = partial.attacks.filter { $0.total != nil }
            #expect(outcome.assessment.attacks.map(\.name) == begun.map(\.name))
            for (attack, records) in zip(outcome.assessment.attacks, outcome.records) {
                let progress = try #require(partial.attacks.first { $0.name == attack.name })
                let attacked = records.records.count(where: \.wasAttacked)
                #expect(progress.done == attacked)
                #expect(progress.total == attacked + (attack.remaining ?? 0))
                #expect(attack.remaining == nil || !progress.isDone)
            }
        }
    }

    /// All that speaks for *robust* does not make up for what was not done; *vulnerable* needs no more.
    @Test func aPartialRunIsNeverRobust() throws {
        let threat = ThreatModel(norm: .linf, epsilon: 0.1, bounds: Bounds(0, 1))
        let attacks = strongAttacks(for: threat, classCount: 10)
        let partial = Assessment.Partial(
            cause: "interrupted",
            reason: "it was interrupted",
            attacks: attacks.map { .init(name: $0.row.name, done: 7, total: 7) },
            leftOut: ["resilience curve"]
        )
        func decision(_ upper: Double, _ partial: Assessment.Partial?) -> (Assessment.Verdict, [String]) {
            VerdictRule(
                worstCase: Estimate(value: upper - 0.05, lower: upper - 0.1, upper: upper, samples: 100),
                required: 0.5,
                checks: [],
                attacks: attacks,
                knowledge: .whiteBox,
                norm: .linf,
                epsilon: 0.1,
                partial: partial
            ).decision
        }
        #expect(decision(0.95, nil).0 == .robust)
        let (verdict, reasons) = decision(0.95, partial)
        #expect(verdict == .inconclusive)
        #expect(reasons[0].contains("it was interrupted"))
        #expect(reasons[0].contains("but not: resilience curve"))
        #expect(decision(0.45, partial).0 == .vulnerable)
    }

    /// What breaks in half a run is broken.
    @Test func aPartialRunMayShowAModelVulnerable() throws {
        let affine = try AffineCase(count: 60, epsilon: 0.9)
        let plan = try plan(affine, attacks)
        let patience = Patience(try questions(affine, plan).among(0.75))
        let outcome = try assess(affine, plan, RunControl(stop: patience.stop))
        #expect(outcome.assessment.partial != nil)
        #expect(outcome.assessment.verdict == .vulnerable)
        let worst = outcome.assessment.worstCase.robustAccuracy
        let broken = (0..<60).count { sample in outcome.records.contains { $0.records[sample].isBroken } }
        #expect(worst.value == Double(60 - broken) / 60)
    }

    @Test func aRunThatIsStoppedAtOnceHasNothingToSay() throws {
        let affine = try AffineCase(count: 10)
        let plan = try plan(affine, attacks)
        #expect(throws: RunStop.interruption) {
            _ = try assess(affine, plan, RunControl(stop: { .interruption }))
        }
    }

    @Test func anotherModelIsNotGoneOnWith() throws {
        let affine = try AffineCase(count: 10)
        let plan = try plan(affine, attacks)
        let journal = MemoryJournal()
        _ = try assess(affine, plan, RunControl(journal: journal))
        let other = AffineClassifier(randomClasses: 3, inputShape: [2, 3], seed: 99)
        #expect(throws: RunJournalMismatch.self) {
            _ = try Assessor(plan: plan, clock: { 0 }, control: RunControl(journal: journal))
                .assess(OpenClassifier(other), on: affine.samples, subject: .example)
        }
    }

    @Test func progressNamesThePlaceAndCountsWhatIsBroken() throws {
        let affine = try AffineCase(count: 24, epsilon: 0.5)
        let plan = try plan(affine, attacks)
        let told = Mutex<[RunProgress]>([])
        let outcome = try assess(
            affine,
            plan,
            RunControl(progress: { progress in told.withLock { $0.append(progress) } })
        )
        let progress = told.withLock { $0 }
        for (index, attack) in outcome.assessment.attacks.enumerated() {
            let own = progress.filter { $0.place?.number == index + 1 }
            #expect(own.allSatisfy { $0.step == attack.name && $0.place?.count == attacks.count })
            let last = try #require(own.last)
            #expect(last.done == last.total && last.total == attack.successRate.samples)
            let broken = outcome.records[index].records.count(where: \.isBroken)
            #expect(last.broken == broken)
        }
        #expect(progress.contains { $0.step.hasPrefix("curve") && $0.place == nil })
    }
}
