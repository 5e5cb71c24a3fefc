import BulwarkAttacks
import BulwarkModels
import BulwarkTensors
import TestSupport
import Testing

struct ZOOTests {
    private static func run(
        _ attack: ZOO,
        _ model: AffineClassifier,
        _ input: Tensor,
        _ target: Int? = nil,
        truth: Int = 0
    ) throws -> Perturbed {
        let aim = target.map { Aim.exactly($0, not: truth) } ?? .anythingBut(truth)
        return try attack.perturb(
            Batch(inputs: input, aims: [aim], samples: [0]),
            against: model,
            random: RandomSource(seed: 3, stream: "zoo")
        )
    }

    private static func zoo(_ threat: ThreatModel, _ rate: Double = 0.01) throws -> ZOO {
        try ZOO(threat: threat, steps: 400, learningRate: rate)
    }

    /// The nearest point is at most 0.2 % farther than the boundary, and never nearer.
    @Test(arguments: [nil, 1, 2])
    func comesCloseToTheDistanceToTheBoundary(target: Int?) throws {
        let threat = ClosedForm.threat(.l2, .infinity, target: target)
        if target != 2 {
            let found = try Self.run(
                Self.zoo(threat),
                ClosedForm.twoClasses,
                ClosedForm.twoClassInput,
                target
            )
            let nearest = try #require(found.nearest[0])
            #expect(nearest > 0.6 * (1 - 1e-6) && nearest < 0.6 * 1.002)
            #expect(Norm.l2.distances(found.candidates, ClosedForm.twoClassInput) == [nearest])
        }
        guard let target else { return }
        let distance = target == 1 ? 0.92376043 : 0.51537341
        let found = try Self.run(
            Self.zoo(threat),
            ClosedForm.threeClasses,
            ClosedForm.threeClassInput,
            target
        )
        let nearest = try #require(found.nearest[0])
        #expect(nearest > distance * (1 - 1e-6) && nearest < distance * 1.002)
    }

    /// In a box, within 1 %: the distance is where Σ|dwᵢ|·δᵢ meets the margin with δᵢ = min(t·|dwᵢ|, slackᵢ).
    @Test(arguments: 0..<8)
    func comesCloseToTheDistanceInABox(seed: Int) throws {
        let size = 8
        let model = AffineClassifier(randomClasses: 2, inputShape: [size], seed: UInt64(seed))
        let bounds = CrampedBox.bounds(size)
        let input = CrampedBox.input(size, seed: UInt64(seed))
        let truth = try model.labels(for: Tensor([1, size], input))[0]
        let slope = zip(model.weights[1 - truth], model.weights[truth]).map { $0 - $1 }
        let gap =
            model.bias[truth] - model.bias[1 - truth]
            - zip(slope, input).map { $0 * Double($1) }.reduce(0, +)
        func offsets(_ reach: Double) -> [Double] {
            (0..<size).map {
                let end = Double(slope[$0] > 0 ? bounds.upper[$0] : bounds.lower[$0])
                return min(reach * abs(slope[$0]), abs(end - Double(input[$0])))
            }
        }
        func gain(_ reach: Double) -> Double {
            zip(slope, offsets(reach)).reduce(0) { $0 + abs($1.0) * $1.1 }
        }
        var (low, high) = (0.0, 1e3)
        let isReachable = gain(high) > gap
        for _ in 0..<200 {
            let middle = (low + high) / 2
            if gain(middle) < gap { low = middle } else { high = middle }
        }
        let distance = offsets(high).reduce(0) { $0 + $1 * $1 }.squareRoot()
        let threat = ThreatModel(norm: .l2, epsilon: .infinity, bounds: bounds)
        let attack = try ZOO(threat: threat, steps: 300, learningRate: 0.005)
        let found = try Self.run(attack, model, Tensor([1, size], input), truth: truth)
        #expect((found.nearest[0] != nil) == isReachable)
        if let nearest = found.nearest[0] {
            #expect(nearest > distance * (1 - 1e-6) && nearest < distance * 1.01)
        }
    }

    @Test(arguments: [1, 3, 6, 128])
    func costsTwoQueriesACoordinateAndOneAStep(coordinates: Int) throws {
        let model = AffineClassifier(randomClasses: 3, inputShape: [6], seed: 2)
        let input = Tensor([1, 6], repeating: 0.5)
        let truth = try model.labels(for: input)[0]
        let attack = try ZOO(
            threat: ClosedForm.threat(.l2, .infinity),
            searches: 3,
            steps: 7,
            coordinates: coordinates,
            stopsEarly: false
        )
        let found = try Self.run(attack, model, input, truth: truth)
        #expect(found.queries == [1 + 3 * 7 * (1 + 2 * min(coordinates, 6))])
    }

    /// The pairs of a step lie on both sides of its point, one coordinate each, none twice.
    @Test func aStepAsksForPairsAlongSomeCoordinates() async throws {
        let model = AffineClassifier(randomClasses: 3, inputShape: [30], seed: 2)
        let threat = ThreatModel(norm: .l2, epsilon: 5, bounds: CrampedBox.bounds(30))
        let recorder = try ScoreRecorder(model, CrampedBox.input(30), threat, aim: .anythingBut(1))
        try await recorder.watch(ZOO(threat: threat, searches: 1, steps: 25, coordinates: 8))
        #expect(recorder.points.allSatisfy { recorder.box.contains($0) })
        for (question, next) in zip(recorder.questions, recorder.questions.dropFirst()) {
            let center = question[0]
            var coordinates: [Int] = []
            for pair in stride(from: 1, to: 17, by: 2) {
                let (forth, back) = (question[pair], question[pair + 1])
                let changed = center.indices.filter { forth[$0] != back[$0] }
                let coordinate = try #require(changed.first)
                #expect(changed.count == 1)
                let high = min(center[coordinate] + 0.001, recorder.box.upper[coordinate])
                let low = max(center[coordinate] - 0.001, recorder.box.lower[coordinate])
                #expect(forth[coordinate] == high && back[coordinate] == low)
                coordinates.append(coordinate)
            }
            #expect(Set(coordinates).count == 8)
            // Only they move, by an ADAM step at most.
            let moved = center.indices.filter { next[0][$0] != center[$0] }
            #expect(Set(moved).isSubset(of: coordinates))
            #expect(Norm.linf.distance(next[0], center) < 0.08)
        }
        // The first ADAM step of a coordinate is as long as the learning rate, or ends at the box.
        let first = recorder.questions[1][0]
        for index in first.indices where first[index] != recorder.input[index] {
            let atEnd = [recorder.box.lower[index], recorder.box.upper[index]].contains(first[index])
            #expect(atEnd || abs(abs(first[index] - recorder.input[index]) - 0.01) < 1e-4)
        }
    }

    @Test func goesOnToTheNextConstantWhereNothingFalls() throws {
        // The aim cannot be reached, and the sample itself is the best point for a constant score.
        let model = AffineClassifier(weights: [[0, 0], [0, 0]], bias: [1, 0])
        let attack = try ZOO(threat: ClosedForm.threat(.l2, .infinity), searches: 2, steps: 100)
        let found = try Self.run(attack, model, ClosedForm.twoClassInput)
        // Seen at the eleventh step of each.
        #expect(found.queries == [1 + 2 * 11 * 5])
        #expect(found.nearest == [nil])
    }

    /// Far above the constant that is needed, the search settles where the margin is minus the confidence.
    @Test(arguments: [(0.0, 0.6), (1.0, 0.8)])
    func aHigherConfidenceGoesFarther(confidence: Double, distance: Double) async throws {
        let threat = ClosedForm.threat(.l2, .infinity)
        let recorder = try ScoreRecorder(ClosedForm.twoClasses, [1, 0.25], threat)
        try await recorder.watch(
            ZOO(threat: threat, searches: 1, steps: 400, initialConstant: 5, confidence: confidence)
        )
        let last = try #require(recorder.questions.last?.first)
        #expect(abs(Norm.l2.distance(last, recorder.input) - distance) < 0.05)
    }

    @Test(arguments: [Norm.linf, .l1, .l0])
    func isNotDefinedForOtherNorms(norm: Norm) {
        #expect(throws: AttackError.unsupportedNorm(attack: "zoo", norm: norm)) {
            try ZOO(threat: ClosedForm.threat(norm, 1))
        }
    }
}
