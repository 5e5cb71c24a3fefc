import BulwarkAttacks
import BulwarkModels
import BulwarkTensors
import TestSupport
import Testing

struct SpatialTransformationTests {
    /// An image of 9 by 9 with one white pixel, and a model that waits for white at another place.
    private func problem(
        white: (row: Int, column: Int),
        watched: (row: Int, column: Int),
        threshold: Double = 0.7
    ) -> (Batch, AffineClassifier) {
        var image = Tensor([1, 1, 9, 9])
        image[white.row * 9 + white.column] = 1
        var weights = [Double](repeating: 0, count: 81)
        weights[watched.row * 9 + watched.column] = 1
        let zeros = weights.map { _ in 0.0 }
        let model = AffineClassifier(
            weights: [zeros, weights],
            bias: [threshold, 0],
            inputShape: [1, 9, 9]
        )
        return (Batch(inputs: image, aims: [.anythingBut(0)], samples: [0]), model)
    }

    private func run(
        _ problem: (batch: Batch, model: AffineClassifier),
        rotation: Double,
        translation: Double,
        _ choice: SpatialTransformation.Choice,
        seed: UInt64 = 1
    ) throws -> Perturbed {
        let attack = SpatialTransformation(
            threat: SpatialTransformation.threat(bounds: Bounds(0, 1)),
            maximumRotation: rotation,
            maximumTranslation: translation,
            choice: choice
        )
        return try attack.perturb(
            problem.batch,
            against: LabelOnlyClassifier(problem.model),
            random: RandomSource(seed: seed, stream: "spatial")
        )
    }

    /// Two pixels down and one to the left, of at most three: the seven moves of a grid each way are whole
    /// pixels.
    @Test func aMoveBringsThePixelToItsPlace() throws {
        let problem = problem(white: (4, 4), watched: (6, 3))
        let choice = SpatialTransformation.Choice.grid(rotations: 1, translations: 7)
        let result = try run(problem, rotation: 0, translation: 3.0 / 9, choice)
        #expect(result.claimed == [true])
        #expect(abs(result.candidates[6 * 9 + 3] - 1) < 1e-6)
        #expect(result.candidates.elements.reduce(0, +) < 1.0001)
        #expect(try run(problem, rotation: 0, translation: 1.0 / 9, choice).claimed == [false])
    }

    /// A quarter turn anticlockwise brings what is to the right to the top.
    @Test func aTurnBringsThePixelToItsPlace() throws {
        let toTheTop = problem(white: (4, 7), watched: (1, 4))
        let toTheBottom = problem(white: (4, 7), watched: (7, 4))
        for problem in [toTheTop, toTheBottom] {
            let choice = SpatialTransformation.Choice.grid(rotations: 3, translations: 1)
            #expect(try run(problem, rotation: 90, translation: 0, choice).claimed == [true])
            #expect(try run(problem, rotation: 45, translation: 0, choice).claimed == [false])
        }
        let map = BilinearMap.moving(.init(height: 9, width: 9), angle: .pi / 2, down: 0, right: 0)
        let turned = map.value(at: Array(toTheTop.0.inputs.elements))
        #expect(abs(turned[1 * 9 + 4] - 1) < 1e-6)
    }

    @Test func everyImageOfTheGridCostsAQuery() throws {
        let problem = problem(white: (0, 0), watched: (8, 8))
        let grid = try run(problem, rotation: 30, translation: 0.1, .grid(rotations: 31, translations: 5))
        // One for the image itself, which is also in the middle of the grid and not asked about again.
        #expect(grid.queries == [775] && grid.claimed == [false])
        #expect(grid.candidates == problem.0.inputs)
        let worst = try run(problem, rotation: 30, translation: 0.1, .random(draws: 10))
        #expect(worst.queries == [11])
    }

    /// Of moves by up to two pixels each way those count after which the watched pixel shows more than 0.2.
    @Test func drawsAreUniform() throws {
        let problem = problem(white: (4, 4), watched: (4, 5), threshold: 0.2)
        let inputs = problem.0.inputs.gatheringRows(Array(repeating: 0, count: 3000))
        let aims = [Aim](repeating: .anythingBut(0), count: 3000)
        let batch = Batch(inputs: inputs, aims: aims, samples: Array(0..<3000))
        let result = try run((batch, problem.1), rotation: 0, translation: 2.0 / 9, .random(draws: 1))
        let share = Double(result.claimed.count { $0 }) / 3000
        // At a distance of (a, b) it shows (1 − |a|)·(1 − |b|), which is more than 0.2 on an area of
        // 4·∫ (1 − 0.2/u) du from 0.2 to 1 = 4·(0.8 + 0.2·ln 0.2) of 16. Five standard deviations.
        let expected = (0.8 - 0.2 * 1.6094379124341003) / 4
        #expect(abs(share - expected) < 5 * (expected * (1 - expected) / 3000).squareRoot())
    }

    /// In a small ball only mild changes count.
    @Test func aSmallBallIsRespected() throws {
        let (batch, model) = problem(white: (4, 4), watched: (4, 5), threshold: 0.2)
        for (epsilon, isExpected) in [(Float(0.15), false), (1, true)] {
            let attack = SpatialTransformation(
                threat: ThreatModel(norm: .linf, epsilon: epsilon, bounds: Bounds(0, 1))
            )
            let result = try attack.perturb(
                batch,
                against: model,
                random: RandomSource(seed: 1, stream: "")
            )
            #expect(result.claimed == [isExpected])
        }
    }

    @Test func theThreatIsTheWholeBox() {
        let threat = SpatialTransformation.threat(
            goal: .targeted,
            bounds: Bounds(lower: [0, -1], upper: [1, 1.5])
        )
        #expect(threat.norm == .linf && threat.epsilon == 2.5 && threat.goal == .targeted)
    }

    @Test func refusesWhatIsNoImage() throws {
        let attack = SpatialTransformation(threat: ClosedForm.threat(.linf, 1))
        #expect(throws: AttackError.needsImages(name: "spatial", shape: [2])) {
            let batch = Batch(inputs: ClosedForm.twoClassInput, aims: [.anythingBut(0)], samples: [0])
            let source = RandomSource(seed: 0, stream: "")
            _ = try attack.perturb(batch, against: ClosedForm.twoClasses, random: source)
        }
    }
}
