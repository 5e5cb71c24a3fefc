import BulwarkAttacks
import BulwarkEvaluation
import BulwarkModels
import BulwarkTensors
import TestSupport
import Testing

struct AnomalyStudyTests {
    private static let model = AffineClassifier(randomClasses: 2, inputShape: [4], seed: 1)

    private func samples(reference: Tensor?, count: Int = 80) -> AssessmentSamples {
        AssessmentSamples(
            inputs: uniform([count, 4], seed: 20),
            labels: [Int](repeating: 0, count: count),
            indices: Array(0..<count),
            reference: reference
        )
    }

    private func run(_ name: String, _ candidates: Tensor) -> AttackRun {
        AttackRun(
            name: name,
            records: [],
            attacked: Array(0..<candidates.rowCount),
            candidates: candidates,
            seconds: 0
        )
    }

    private func study(
        reference: Tensor?,
        runs: [AttackRun],
        hidden: @escaping @Sendable (Tensor) -> Tensor? = { $0.map { $0 * $0 } }
    ) throws -> AnomalyStudy {
        try AnomalyStudy(
            OpenClassifier(Self.model, hidden: hidden),
            samples(reference: reference),
            runs,
            progress: { _, _, _ in }
        )
    }

    @Test(arguments: [nil, Tensor([0, 4])] as [Tensor?])
    func withoutReferenceThereIsANoteInPlaceOfNumbers(_ reference: Tensor?) throws {
        let study = try study(reference: reference, runs: [run("a", uniform([5, 4], seed: 1))])
        #expect(study.results.isEmpty)
        #expect(study.notes.count == 1)
        #expect(study.notes[0].contains("no detector was fitted"))
    }

    @Test func whatIsFarFromCleanIsSeenAndWhatIsCleanIsNot() throws {
        let clean = uniform([80, 4], seed: 21)
        let far = uniform([80, 4], seed: 22).map { $0 + 3 }
        let study = try study(
            reference: uniform([200, 4], seed: 23),
            runs: [run("near", clean), run("far", far)]
        )
        #expect(study.notes.isEmpty)
        #expect(study.results.count == 12, "3 detectors, 2 spaces, 2 attacks")
        #expect(Set(study.results.map(\.detector)).count == 3)
        for result in study.results {
            let area = try #require(result.auroc.value)
            #expect(result.auroc.samples > 0)
            #expect(
                result.curve.count <= 100 && result.curve.first == [0, 0] && result.curve.last == [1, 1]
            )
            if result.attack == "far" {
                #expect(area > 0.999, "\(result.detector) on \(result.space)")
                if let rate = result.truePositiveRateAt1PercentFPR.value { #expect(rate > 0.99) }
            } else {
                #expect((0.35...0.65).contains(area), "\(result.detector) on \(result.space): \(area)")
            }
        }
    }

    @Test func featuresThatNeverVaryAreANoteAndNoCrash() throws {
        let constant = Tensor([50, 4], repeating: 0.5)
        let study = try study(reference: constant, runs: [run("a", uniform([5, 4], seed: 1))])
        #expect(study.results.isEmpty)
        #expect(study.notes.count == 6)
        #expect(study.notes.allSatisfy { $0.contains("was not fitted") })
    }

    @Test func oneReferenceSampleIsANote() throws {
        let study = try study(reference: Tensor([1, 4]), runs: [run("a", uniform([5, 4], seed: 1))])
        #expect(study.results.isEmpty)
        #expect(study.notes.count == 6)
    }

    @Test func aModelWithoutHiddenLayerIsANote() throws {
        let study = try study(
            reference: uniform([50, 4], seed: 2),
            runs: [run("a", uniform([5, 4], seed: 1))],
            hidden: { _ in nil }
        )
        #expect(study.results.allSatisfy { $0.space == "inputs" })
        #expect(study.results.count == 3)
        #expect(study.notes.count == 1 && study.notes[0].contains("no activations to look at"))
    }

    @Test func activationsThatAreNoNumbersAreANoteAndNoCrash() throws {
        let study = try study(
            reference: uniform([50, 4], seed: 2),
            runs: [run("a", uniform([5, 4], seed: 1))],
            hidden: { $0.map { _ in .nan } }
        )
        #expect(study.results.count == 3)
        #expect(study.notes.count == 3)
        // Sound reference, unsound candidates: they are as anomalous as anything can be.
        let other = try self.study(
            reference: uniform([50, 4], seed: 2),
            runs: [run("a", Tensor([5, 4], repeating: .nan))],
            hidden: { $0 }
        )
        #expect(other.results.count == 6)
        #expect(other.results.allSatisfy { $0.auroc.value == 1 })
    }

    @Test func anAttackOnNothingHasNoRow() throws {
        let study = try study(reference: uniform([50, 4], seed: 2), runs: [run("none", Tensor([0, 4]))])
        #expect(study.results.isEmpty && study.notes.isEmpty)
    }

    @Test func tooManyFeaturesForACovarianceAreANote() throws {
        let size = AnomalyStudy.maximumCovarianceFeatures + 1
        let study = try study(
            reference: uniform([20, 4], seed: 2),
            runs: [run("a", uniform([5, 4], seed: 1))],
            hidden: { inputs in
                Tensor(
                    [inputs.rowCount, size],
                    generating: { inputs[$0 / size * 4 + $0 % 4] + Float($0 % 7) }
                )
            }
        )
        #expect(study.notes.count == 1)
        #expect(study.notes.first?.contains("mahalanobis") == true)
        #expect(study.results.count == 5)
    }
}
