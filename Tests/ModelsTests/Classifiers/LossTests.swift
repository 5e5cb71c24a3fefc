import BulwarkModels
import BulwarkTensors
import Testing

struct LossTests {
    static let losses = Loss.allCases
    static let aims: [Aim] = [.anythingBut(1), .exactly(3, not: 1), .exactly(0, not: 2), .anythingBut(4)]

    static func value(_ loss: Loss, _ logits: [Float], _ aim: Aim) -> Float {
        loss.gradient(ofLogits: Tensor([1, logits.count], logits), aims: [aim]).losses[0]
    }

    /// Logits 2, 1, 0.5, −1 with truth 0: z_y − max = 1, z_π1 − z_π3 = 1.5 (Croce and Hein, equation 6).
    @Test func givesTheRatioOfAKnownRow() {
        #expect(abs(Self.value(.differenceOfLogitsRatio, [2, 1, 0.5, -1], .anythingBut(0)) + 1 / 1.5) < 1e-6)
        // Towards class 3: −(2 − (−1)) / (2 − (0.5 + (−1)) / 2) = −3 / 2.25 (equation 7).
        #expect(
            abs(Self.value(.differenceOfLogitsRatio, [2, 1, 0.5, -1], .exactly(3, not: 0)) + 3 / 2.25) < 1e-6
        )
    }

    @Test func givesTheMarginAndTheCrossEntropyOfAKnownRow() {
        #expect(Self.value(.margin, [2, 1, 0.5, -1], .anythingBut(0)) == -1)
        #expect(Self.value(.margin, [2, 1, 0.5, -1], .exactly(3, not: 0)) == -3)
        // Two equal logits: log 2, and minus that towards either of them.
        #expect(abs(Self.value(.crossEntropy, [5, 5], .anythingBut(0)) - 0.693_147_2) < 1e-6)
        #expect(abs(Self.value(.crossEntropy, [5, 5], .exactly(1, not: 0)) + 0.693_147_2) < 1e-6)
        // No overflow: the loss is the difference of the logits.
        #expect(Self.value(.crossEntropy, [0, 1e30], .anythingBut(0)) == 1e30)
    }

    @Test func theMarginIsPositiveExactlyWhenTheAimIsReached() {
        var random = SeededRandom(seed: 4, stream: "loss tests")
        for _ in 0..<200 {
            let logits = (0..<5).map { _ in random.normal() }
            let label = Tensor([1, 5], logits).argmaxOfRows()[0]
            for aim in Self.aims {
                #expect((Self.value(.margin, logits, aim) > 0) == aim.isReached(by: label))
            }
        }
    }

    @Test(arguments: [Float(0.01), 3, 500]) func theRatioIgnoresScaleAndShift(scale: Float) {
        let logits: [Float] = [0.3, -1.2, 2.5, 0.9, 0.1]
        for aim in Self.aims {
            let original = Self.value(.differenceOfLogitsRatio, logits, aim)
            let changed = Self.value(.differenceOfLogitsRatio, logits.map { $0 * scale + 7 * scale }, aim)
            #expect(abs(original - changed) < 1e-3 * max(abs(original), 1))
        }
    }

    @Test(arguments: losses, aims) func theGradientIsThatOfFiniteDifferences(loss: Loss, aim: Aim) {
        let logits: [Float] = [0.3, -1.2, 2.5, 0.9, 0.1]
        let gradient = loss.gradient(ofLogits: Tensor([1, 5], logits), aims: [aim]).gradient
        for index in logits.indices {
            let step: Float = 1e-2
            var (above, below) = (logits, logits)
            above[index] += step
            below[index] -= step
            let slope = (Self.value(loss, above, aim) - Self.value(loss, below, aim)) / (2 * step)
            #expect(abs(slope - gradient[index]) < 2e-3 * max(abs(slope), 1), "logit \(index)")
        }
    }

    @Test func rowsDoNotInfluenceEachOther() {
        let logits = Tensor([2, 5], [0.3, -1.2, 2.5, 0.9, 0.1, 9, 8, 7, 6, 5])
        for loss in Self.losses {
            let both = loss.gradient(ofLogits: logits, aims: [Self.aims[0], Self.aims[1]])
            let second = loss.gradient(ofLogits: logits.rows(1..<2), aims: [Self.aims[1]])
            #expect(both.losses[1] == second.losses[0])
            #expect(both.gradient.rows(1..<2).isBitwiseEqual(to: second.gradient))
        }
    }

    @Test func saysForHowManyClassesItIsDefined() {
        #expect(Loss.differenceOfLogitsRatio.minimumClassCount(isTargeted: false) == 3)
        #expect(Loss.differenceOfLogitsRatio.minimumClassCount(isTargeted: true) == 4)
        #expect(Loss.margin.minimumClassCount(isTargeted: true) == 2)
    }
}
