import BulwarkAttacks
import BulwarkModels
import BulwarkTensors
import TestSupport
import Testing

struct APGDTests {
    /// Where the smallest perturbation of the model with three classes is.
    static let thresholds: [(norm: Norm, loss: Loss, target: Int?, radius: Double, margin: Double)] = [
        (.linf, .crossEntropy, nil, 0.3, 1e-4),
        (.linf, .margin, nil, 0.3, 1e-4),
        (.linf, .differenceOfLogitsRatio, nil, 0.3, 1e-4),
        (.linf, .logitDifference, 1, 0.53333333, 1e-4),
        (.l2, .margin, nil, 0.51537341, 1e-3),
        (.l2, .logitDifference, 2, 0.51537341, 1e-3),
        (.l2, .logitDifference, 1, 0.92376043, 1e-3),
        (.l1, .margin, nil, 0.825, 2e-3),
        (.l1, .logitDifference, 2, 0.825, 2e-3),
        (.l1, .logitDifference, 1, 1.6, 2e-3),
    ]

    @Test(arguments: thresholds)
    func succeedsExactlyBeyondTheDistanceToTheBoundary(
        norm: Norm,
        loss: Loss,
        target: Int?,
        radius: Double,
        margin: Double
    ) throws {
        func succeeds(_ radius: Double) throws -> Bool {
            let attack = try APGD(
                threat: ClosedForm.threat(norm, radius, target: target),
                loss: loss,
                restarts: 10
            )
            return try ClosedForm.succeeds(
                attack,
                on: ClosedForm.threeClasses,
                at: ClosedForm.threeClassInput,
                target: target
            )
        }
        #expect(try !succeeds(radius * (1 - 1e-5)))
        #expect(try succeeds(radius * (1 + margin)))
    }

    /// Class 1 is out of reach inside the unit box, class 2 is as far as without one.
    @Test func targetsFindTheBoundaryThatTheLossDoesNotPointTo() throws {
        for (radius, isExpected) in [(0.2999, false), (0.3001, true)] {
            let threat = ClosedForm.threat(.linf, radius, box: Bounds(0, 1))
            let attack = try APGD(threat: threat, loss: .logitDifference, targetClasses: 2)
            let found = try ClosedForm.succeeds(
                attack,
                on: ClosedForm.threeClasses,
                at: ClosedForm.threeClassInput
            )
            #expect(found == isExpected)
        }
    }

    /// The checkpoints that the publication's rule gives for 100, 50 and 20 steps.
    @Test(arguments: [
        (100, [22, 41, 57, 70, 80, 87, 93, 99]), (50, [11, 21, 30, 38, 45]),
        (20, [4, 7, 9] + Array(10...20)),
    ])
    func checkpointsComeCloserAndCloser(steps: Int, expected: [Int]) {
        let ball = AscentBall(.linf, [0], 1, Box(Bounds(-1, 1), count: 1))
        var schedule = StepSchedule(ball, steps: steps, threshold: 0.75)
        schedule.begin(0)
        // A loss that never rises: the step is halved at every checkpoint.
        let halvings = (1...steps).filter { _ in schedule.note(-1, best: 0, at: [0], around: [0]) }
        #expect(halvings.prefix(expected.count).elementsEqual(expected))
        #expect(schedule.stepSize == 2 * Float(sign: .plus, exponent: -halvings.count, significand: 1))
    }

    @Test func aLossThatKeepsRisingKeepsTheStep() {
        let ball = AscentBall(.l2, [0], 3, Box(Bounds(-9, 9), count: 1))
        var schedule = StepSchedule(ball, steps: 100, threshold: 0.75)
        schedule.begin(0)
        for step in 1...100 {
            let isHalved = schedule.note(Float(step), best: Float(step), at: [0], around: [0])
            #expect(!isHalved)
        }
        #expect(schedule.stepSize == 6)
    }

    /// Four of the first 22 steps may fall, not six.
    @Test(arguments: [(4, false), (6, true)])
    func theStepIsHalvedIfTooFewStepsRise(falls: Int, isHalved: Bool) {
        let ball = AscentBall(.linf, [0], 1, Box(Bounds(-1, 1), count: 1))
        var schedule = StepSchedule(ball, steps: 100, threshold: 0.75)
        schedule.begin(0)
        var (loss, best, halved) = (Float(0), Float(0), false)
        for step in 0..<22 {
            loss += step < 2 * falls && step % 2 == 1 ? -0.5 : 1
            best = max(best, loss)
            halved = schedule.note(loss, best: best, at: [0], around: [0])
        }
        #expect(halved == isHalved)
    }

    /// Too few for three stages of the enlarged radius, they are all taken at the radius itself.
    @Test(arguments: [1, 2, 3, 5]) func fewStepsSufficeForEveryStage(steps: Int) throws {
        let attack = try APGD(
            threat: ClosedForm.threat(.l1, 0.01),
            loss: .crossEntropy,
            steps: steps,
            startsLarger: true
        )
        let batch = Batch(inputs: ClosedForm.threeClassInput, aims: [.anythingBut(0)], samples: [0])
        let source = RandomSource(seed: 0, stream: "")
        let found = try attack.perturb(batch, against: ClosedForm.threeClasses, random: source)
        #expect(found.claimed == [false] && found.gradients[0] >= steps)
    }

    @Test func aRatioNeedsItsClasses() throws {
        let threat = ClosedForm.threat(.linf, 0.3)
        let attack = try APGD(threat: threat, loss: .differenceOfLogitsRatio, targetClasses: 2)
        #expect(throws: AttackError.tooFewClasses(attack: "apgd-t", classCount: 3, minimum: 4)) {
            try ClosedForm.succeeds(attack, on: ClosedForm.threeClasses, at: ClosedForm.threeClassInput)
        }
    }

    /// The projection on an L1 ball and a box at once is nearer than any other point of both.
    @Test func theProjectionOnBallAndBoxIsTheNearestPoint() {
        var random = SeededRandom(seed: 8, stream: "simplex")
        for _ in 0..<200 {
            let count = 1 + Int(random.next() % 6)
            let lower = (0..<count).map { _ in random.uniform(-1, 0) }
            let upper = (0..<count).map { _ in random.uniform(0, 1) }
            let box = Box(Bounds(lower: lower, upper: upper), count: count)
            let center = (0..<count).map { random.uniform(lower[$0], upper[$0]) }
            let point = [Float].normal(count, &random).times(2)
            let radius = random.uniform(0, 2)
            let ball = AscentBall(.l1, center, radius, box)
            let projected = ball.project(point)
            #expect(box.contains(projected))
            #expect(Norm.l1.distance(projected, center) <= Double(radius) * (1 + 1e-6) + 1e-6)
            let distance = Norm.l2.distance(projected, point)
            for _ in 0..<200 {
                // A random point of both, and one close to what was found.
                let length = random.uniform(0, 1)
                let offset = [Float].normal(count, &random)
                let size = Float(Norm.l1.distance(offset, offset.map { _ in 0 }))
                let far = box.clamp(center.plus(radius * length / size, times: offset))
                #expect(Norm.l2.distance(far, point) >= distance - 1e-5)
                let close = projected.plus(0.01, times: far.minus(projected))
                #expect(Norm.l2.distance(close, point) >= distance - 1e-5)
            }
        }
    }
}
