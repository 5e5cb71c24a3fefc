import BulwarkAttacks
import BulwarkModels
import BulwarkTensors
import TestSupport
import Testing

struct FGSMTests {
    /// What one step needs to succeed, by norm and loss; from the direction that the loss points in.
    static let thresholds: [(norm: Norm, loss: Loss, target: Int?, radius: Double)] = [
        // The cross-entropy points to class 2 in sign, and in L2 to a mixture of the classes by their
        // probabilities.
        (.linf, .crossEntropy, nil, 0.3),
        (.l2, .crossEntropy, nil, 0.57045601),
        // The margin points to the largest wrong logit, which is class 1.
        (.linf, .margin, nil, 0.53333333),
        (.l2, .margin, nil, 0.92376043),
        // In L1 a single element moves, and along it class 2 comes nearer twice as fast.
        (.l1, .margin, nil, 0.825),
        // Towards a target the margin points straight there.
        (.linf, .margin, 2, 0.3),
        (.l2, .margin, 2, 0.51537341),
        (.l1, .margin, 2, 0.825),
        (.l2, .margin, 1, 0.92376043),
    ]

    @Test(arguments: thresholds)
    func succeedsExactlyBeyondTheRadiusOfItsLoss(norm: Norm, loss: Loss, target: Int?, radius: Double) throws
    {
        func succeeds(_ radius: Double) throws -> Bool {
            let attack = try FGSM(threat: ClosedForm.threat(norm, radius, target: target), loss: loss)
            return try ClosedForm.succeeds(
                attack,
                on: ClosedForm.threeClasses,
                at: ClosedForm.threeClassInput,
                target: target
            )
        }
        #expect(try !succeeds(radius * 0.9999))
        #expect(try succeeds(radius * 1.0001))
    }

    @Test(arguments: [(Norm.linf, 3.0 / 7), (.l2, 0.6), (.l1, 0.75)])
    func isExactForTwoClasses(norm: Norm, radius: Double) throws {
        for (factor, isExpected) in [(0.9999, false), (1.0001, true)] {
            let attack = try FGSM(threat: ClosedForm.threat(norm, radius * factor))
            let result = try ClosedForm.succeeds(
                attack,
                on: ClosedForm.twoClasses,
                at: ClosedForm.twoClassInput
            )
            #expect(result == isExpected)
        }
    }

    @Test func stepsByTheWholeRadiusAgainstTheSignsOfTheWeights() throws {
        let attack = try FGSM(threat: ClosedForm.threat(.linf, 0.25))
        let batch = Batch(inputs: ClosedForm.twoClassInput, aims: [.anythingBut(0)], samples: [0])
        let result = try attack.perturb(
            batch,
            against: ClosedForm.twoClasses,
            random: RandomSource(seed: 0, stream: "")
        )
        #expect(result.candidates == Tensor([1, 2], [0.75, 0.5]))
    }

    @Test func isNotDefinedForL0() {
        #expect(throws: AttackError.unsupportedNorm(attack: "fgsm", norm: .l0)) {
            try FGSM(threat: ClosedForm.threat(.l0, 1))
        }
    }
}
