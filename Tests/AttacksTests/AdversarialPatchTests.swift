import BulwarkAttacks
import BulwarkModels
import BulwarkTensors
import TestSupport
import Testing

struct AdversarialPatchTests {
    private let shape: Shape = [2, 8, 9]

    /// Every pixel counts the same: 1 in the first channel and −2 in the second, wherever it is.
    private func model(margin: Double) -> AffineClassifier {
        let weights = Array(repeating: 1.0, count: 72) + Array(repeating: -2.0, count: 72)
        let middle = weights.reduce(0, +) / 2
        return AffineClassifier(
            weights: [weights.map { _ in 0 }, weights],
            bias: [middle + margin, 0],
            inputShape: shape
        )
    }

    private func batch(_ count: Int) -> Batch {
        Batch(
            inputs: Tensor(shape.batched(count), repeating: 0.5),
            aims: Array(repeating: .anythingBut(0), count: count),
            samples: Array(0..<count)
        )
    }

    private func attack(_ epsilon: Float, steps: Int = 60) throws -> AdversarialPatch {
        try AdversarialPatch(
            threat: ThreatModel(norm: .l0, epsilon: epsilon, bounds: Bounds(0, 1)),
            maximumRotation: 180,
            steps: steps,
            stepShare: 0.05,
            samplesPerStep: 2,
            placements: 3
        )
    }

    @Test(arguments: [(0, 0), (1, 1), (2, 4), (3, 9), (4, 12), (5, 21), (6, 32)])
    func aDiscHasSoManyPixels(diameter: Int, pixels: Int) {
        #expect(PatchDisc.pixels(diameter: diameter) == pixels)
        let size = BilinearMap.Size(height: 40, width: 50)
        #expect(PatchDisc.largestDiameter(pixels: pixels, on: size) == diameter)
    }

    @Test func aTurnedDiscCoversNoMorePixelsThanAWholeOne() {
        let size = BilinearMap.Size(height: 12, width: 12)
        for diameter in 1...8 {
            for angle in [0, 0.3, 1, 2.5] {
                for scale in [1, 0.9, 0.6] {
                    let disc = PatchDisc(diameter: diameter, top: 2, left: 3, angle: angle, scale: scale)
                    let count = disc.map(onto: size).isCovered.count { $0 }
                    let whole = PatchDisc.pixels(diameter: diameter)
                    #expect(scale == 1 ? count == whole : count <= whole)
                }
            }
        }
    }

    /// White in the first channel and black in the second is the best there is, and gains 1.5 a pixel.
    @Test func findsTheBestStickerWhereEveryPixelCountsTheSame() throws {
        // 25 elements in two channels: a disc of four pixels across, 12 in each channel.
        let source = RandomSource(seed: 3, stream: "patch")
        let attack = try attack(25)
        let patch = try attack.fit(batch(4), against: model(margin: 17.9), random: source)
        #expect(patch.shape == [2, 4, 4])
        for (channel, colour) in [(0, Float(1)), (1, 0)] {
            for position in [1, 2, 4, 5, 6, 7, 8, 9, 10, 11, 13, 14] {
                #expect(abs(patch[16 * channel + position] - colour) < 0.01)
            }
        }
        for (margin, isExpected) in [(17.9, true), (18.1, false)] {
            let result = try attack.perturb(batch(4), against: model(margin: margin), random: source)
            #expect(result.claimed == Array(repeating: isExpected, count: 4))
            let counts = Norm.l0.distances(result.candidates, batch(4).inputs)
            #expect(counts == [24, 24, 24, 24])
            // One for the input and one for each place.
            #expect(result.queries == Array(repeating: isExpected ? 2 : 4, count: 4))
            #expect(result.gradients.reduce(0, +) == 2 * 60)
        }
    }

    @Test func isFittedOnSomeImagesAndPutOnOthers() throws {
        let source = RandomSource(seed: 3, stream: "patch")
        let attack = try attack(25)
        let patch = try attack.fit(batch(2), against: model(margin: 17.9), random: source)
        let others = batch(20)
        let images = try attack.apply(patch, to: others, random: source)
        #expect(try model(margin: 17.9).labels(for: images) == Array(repeating: 1, count: 20))
        // Anywhere on them.
        let places = Set((0..<20).map { images.row($0).elements.firstIndex { $0 != 0.5 } })
        #expect(places.count > 5)
    }

    @Test func tooFewElementsForAPixelChangeNothing() throws {
        let result = try attack(1.5)
            .perturb(batch(2), against: model(margin: 1), random: .init(seed: 1, stream: ""))
        #expect(result.candidates.isBitwiseEqual(to: batch(2).inputs))
        #expect(result.gradients == [0, 0] && result.queries == [1, 1])
    }

    @Test func holdsWhatAttacksHold() throws {
        let model = TwoLayerClassifier(classCount: 3, hidden: 8, inputShape: [1, 5, 5], seed: 5)
        var random = SeededRandom(seed: 9, stream: "samples")
        let inputs = Tensor([20, 1, 5, 5], generating: { _ in random.uniform() })
        // The first sample reaches its aim by itself.
        let labels = try model.labels(for: inputs)
        let aims = labels.enumerated().map { Aim.anythingBut($0 == 0 ? ($1 + 1) % 3 : $1) }
        let batch = Batch(inputs: inputs, aims: aims, samples: Array(0..<20))
        let threat = ThreatModel(norm: .l0, epsilon: 4, bounds: Bounds(0.1, 0.9))
        let clamped = Batch(inputs: threat.bounds.clamp(inputs), aims: aims, samples: batch.samples)
        let attack = try AdversarialPatch(threat: threat, steps: 10)
        let counter = CountingClassifier(model)
        let result = try attack.perturb(clamped, against: counter, random: .init(seed: 1, stream: ""))
        #expect(result.queries.reduce(0, +) == counter.predictions)
        #expect(result.gradients.reduce(0, +) == counter.gradients)
        let again = try attack.perturb(clamped, against: model, random: .init(seed: 1, stream: ""))
        #expect(again.candidates.isBitwiseEqual(to: result.candidates))
        let found = try model.labels(for: result.candidates)
        #expect(zip(aims, found).map { $0.isReached(by: $1) } == result.claimed)
        #expect(Norm.l0.distances(result.candidates, clamped.inputs).allSatisfy { $0 <= 4 })
        for row in 0..<20 { #expect(threat.bounds.contains(row: row, of: result.candidates)) }
        #expect(result.candidates.row(0) == clamped.inputs.row(0))
    }

    @Test func needsL0AFiniteBoxAndImages() throws {
        #expect(throws: AttackError.unsupportedNorm(attack: "adversarial-patch", norm: .linf)) {
            try AdversarialPatch(threat: ClosedForm.threat(.linf, 1))
        }
        #expect(throws: AttackError.unboundedInputs(attack: "adversarial-patch")) {
            try AdversarialPatch(threat: ClosedForm.threat(.l0, 1, box: Bounds(0, .infinity)))
        }
        let attack = try AdversarialPatch(threat: ClosedForm.threat(.l0, 1))
        #expect(throws: AttackError.needsImages(name: "adversarial-patch", shape: [2])) {
            let batch = Batch(inputs: ClosedForm.twoClassInput, aims: [.anythingBut(0)], samples: [0])
            let source = RandomSource(seed: 0, stream: "")
            _ = try attack.perturb(batch, against: ClosedForm.twoClasses, random: source)
        }
    }
}
