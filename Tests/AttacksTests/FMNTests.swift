import BulwarkAttacks
import BulwarkModels
import BulwarkTensors
import TestSupport
import Testing

struct FMNTests {
    private func run(_ attack: FMN, _ input: [Float], against model: some GradientAccess) throws -> Perturbed
    {
        try attack.perturb(
            Batch(inputs: Tensor([1, input.count], input), aims: [.anythingBut(0)], samples: [0]),
            against: model,
            random: RandomSource(seed: 4, stream: attack.name)
        )
    }

    private func threat(_ norm: Norm) -> ThreatModel {
        ThreatModel(norm: norm, epsilon: .infinity, bounds: Bounds(-10, 10))
    }

    @Test(arguments: [Norm.linf, .l2, .l1], AffineProblem.all)
    func reachesTheDistance(norm: Norm, problem: AffineProblem) throws {
        try problem.expect(FMN(threat: problem.threat(norm), steps: 500), within: 0.01)
    }

    /// With as much room on all sides the largest weights are the elements to change.
    @Test(arguments: 0..<10)
    func changesAsFewElementsAsThereHaveToBe(seed: Int) throws {
        let size = 12
        let model = AffineClassifier(randomClasses: 2, inputShape: [size], seed: UInt64(seed))
        let weights = zip(model.weights[0], model.weights[1]).map { abs($0 - $1) }.sorted(by: >)
        let middle = [Float](repeating: 0, count: size)
        let gap = model.bias[0] - model.bias[1]
        let truth = gap >= 0 ? 0 : 1
        let room = 0.75
        var (left, fewest) = (abs(gap), 0)
        while left > 0, fewest < size { (left, fewest) = (left - room * weights[fewest], fewest + 1) }
        try #require(left <= 0)
        let bounds = Bounds(-0.75, 0.75)
        let attack = FMN(threat: ThreatModel(norm: .l0, epsilon: .infinity, bounds: bounds), steps: 100)
        let result = try attack.perturb(
            Batch(inputs: Tensor([1, size], middle), aims: [.anythingBut(truth)], samples: [0]),
            against: model,
            random: RandomSource(seed: 0, stream: "")
        )
        #expect(result.nearest == [Double(fewest)])
    }

    @Test(arguments: AffineProblem.all)
    func neverChangesFewerElementsThanThereHaveToBe(problem: AffineProblem) throws {
        let result = try problem.run(FMN(threat: problem.threat(.l0)))
        #expect(try #require(result.nearest[0]) >= problem.distance(.l0))
    }

    /// On a line: the estimate is exact but for the tie, then the radius grows by γ until the boundary is
    /// crossed, shrinks from there, and grows again.
    @Test(arguments: [Norm.linf, .l2, .l1])
    func theRadiusFollowsTheEstimateAndThenWhatIsFound(norm: Norm) throws {
        let model = RecordingClassifier(RecordingClassifier.line)
        let attack = FMN(
            threat: threat(norm),
            steps: 5,
            stepSize: 3,
            finalStepSize: 3,
            gamma: 0.1,
            finalGamma: 0.1
        )
        let result = try run(attack, [0], against: model)
        let expected: [Float] = [0, 1, 1.1, 0.99, 1.089]
        #expect(model.points.count == 5)
        for (point, value) in zip(model.points, expected) { #expect(abs(point[0] - value) < 1e-5) }
        // 0.9801, where the last point is, does not reach the boundary; 1.089 is drawn nearer.
        let nearest = try #require(result.nearest[0])
        #expect(nearest >= 1 && nearest < 1.0001)
        // A query for the sample, one for each new nearest point, one for the last point, and 14 to draw nearer.
        #expect(result.gradients == [5] && result.queries == [4 + 14])
    }

    /// Steps have the Euclidean length that was asked for, and shrink along the cosine.
    @Test func theStepsFallAlongTheCosine() throws {
        let model = RecordingClassifier(AffineClassifier(weights: [[0, 0], [3, 4]], bias: [1000, 0]))
        let attack = FMN(threat: threat(.l2), steps: 4, stepSize: 1, finalStepSize: 0.2)
        _ = try run(attack, [0, 0], against: model)
        let lengths: [Float] = [1, 0.882843, 0.6]
        var expected: Float = 0
        for (point, length) in zip(model.points.dropFirst(), lengths) {
            expected += length
            #expect(abs(point[0] - 0.6 * expected) < 1e-4 && abs(point[1] - 0.8 * expected) < 1e-4)
        }
    }

    /// A short step within the box goes along the gradient; the box cuts the element on its border off first,
    /// so that the whole radius is left for the other one.
    @Test func theBoxTakesNothingFromTheRadius() throws {
        let model = AffineClassifier(weights: [[0, 0], [3, 1]], bias: [0.4, 0])
        let attack = FMN(
            threat: ThreatModel(norm: .l0, epsilon: .infinity, bounds: Bounds(0, 1)),
            steps: 10
        )
        let batch = Batch(inputs: Tensor([1, 2], [0.05, 0]), aims: [.anythingBut(0)], samples: [0])
        #expect(try model.labels(for: batch.inputs) == [0])
        let source = RandomSource(seed: 0, stream: "")
        #expect(try attack.perturb(batch, against: model, random: source).nearest == [1])
        // The element with the larger weight has no room at all.
        let cut = Batch(inputs: Tensor([1, 2], [0.05, 0]), aims: [.anythingBut(0)], samples: [0])
        let box = Bounds(lower: [0, 0], upper: [0.05, 1])
        let cutAttack = FMN(threat: ThreatModel(norm: .l0, epsilon: .infinity, bounds: box), steps: 10)
        #expect(try cutAttack.perturb(cut, against: model, random: source).nearest == [1])
    }

    @Test(arguments: [Norm.linf, .l2])
    func leavesAPlateau(norm: Norm) throws {
        let result = try run(FMN(threat: threat(norm)), [0, 0, 0], against: PlateauClassifier())
        #expect(result.claimed == [true])
    }
}
