import BulwarkAttacks
import BulwarkModels
import BulwarkTensors
import TestSupport
import Testing

/// The parts of ZOO that are made for large images, and its change of variables.
struct ZOOStagesTests {
    private func random(_ count: Int, seed: UInt64) -> [Float] {
        var random = SeededRandom(seed: seed, stream: "stages")
        return .normal(count, &random)
    }

    /// What scales changes up carries derivatives back: ⟨D·v, s⟩ = ⟨v, Dᵀ·s⟩.
    @Test(arguments: [[2, 9, 7], [9, 7, 3], [6, 8], [40]] as [Shape])
    func derivativesGoBackTheWayThatChangesCome(shape: Shape) {
        let space = AttackSpace(ImageLayout(shape), side: 4)
        let (variables, slopes) = (random(space.count, seed: 1), random(shape.count, seed: 2))
        let forth = space.changes(variables).dot(slopes)
        let back = variables.dot(space.pullback(slopes))
        #expect(abs(forth - back) < 1e-4)
        #expect(space.changes(Array(repeating: 0.5, count: space.count)).allSatisfy { abs($0 - 0.5) < 1e-6 })
    }

    /// A variable of one channel changes no other, wherever the channels are.
    @Test(arguments: [[3, 8, 8], [8, 8, 3]] as [Shape])
    func channelsStayApart(shape: Shape) {
        let layout = ImageLayout(shape)
        let space = AttackSpace(layout, side: 4)
        let variables = (0..<space.count).map { Float($0 / 16 == 1 ? 1 : 0) }
        let changes = space.changes(variables)
        for channel in 0..<3 {
            for row in 0..<8 {
                for column in 0..<8 {
                    let change = changes[layout.position(channel, row, column)]
                    #expect(abs(change - (channel == 1 ? 1 : 0)) < 1e-6)
                }
            }
        }
    }

    /// What was found in one space is taken over into a larger one: a slope stays a slope.
    @Test func aLargerSpaceTakesOverWhatWasFound() {
        let layout = ImageLayout([1, 16, 16])
        let (small, large) = (AttackSpace(layout, side: 4), AttackSpace(layout, side: 8))
        let variables = (0..<16).map { Float($0 % 4) }
        let before = small.changes(variables)
        let after = large.changes(large.variables(from: small, variables))
        // But for the border, which interpolation flattens.
        for row in 0..<16 {
            for column in 3..<13 { #expect(abs(before[16 * row + column] - after[16 * row + column]) < 1e-5) }
        }
    }

    private func watch(
        _ shape: Shape,
        _ make: (ThreatModel) throws -> ZOO
    ) async throws
        -> ScoreRecorder<AffineClassifier>
    {
        let model = AffineClassifier(randomClasses: 3, inputShape: shape, seed: 2)
        let threat = ThreatModel(norm: .l2, epsilon: 5, bounds: CrampedBox.bounds(shape.count))
        let input = CrampedBox.input(shape.count)
        let truth = try model.labels(for: Tensor(shape.batched(1), input))[0]
        let recorder = try ScoreRecorder(model, input, threat, aim: .anythingBut(truth))
        try await recorder.watch(make(threat))
        return recorder
    }

    /// Each stage moves as many coordinates as it has, at most so many a step, and every element in the last.
    @Test func stagesFollowOneAnother() async throws {
        let recorder = try await watch([1, 12, 12]) {
            try ZOO(
                threat: $0,
                searches: 2,
                steps: 5,
                coordinates: 20,
                stopsEarly: false,
                stages: [.init(side: 3, steps: 4), .init(side: 6, steps: 3), .init(side: 12, steps: 9)]
            )
        }
        // The third stage is as large as the image, and is left out; the second search begins in the image.
        let sizes = recorder.questions.map(\.count)
        #expect(sizes == Array(repeating: 19, count: 4) + Array(repeating: 41, count: 3 + 5 + 5))
        let box = recorder.box
        #expect(recorder.points.allSatisfy { box.contains($0) })
        for (step, question) in recorder.questions.enumerated() {
            let reach = stride(from: 1, to: question.count, by: 2).map { pair in
                question[0].indices.count { question[pair][$0] != question[pair + 1][$0] }
            }
            // A variable of an image of 3 by 3 is seen by up to 8 by 8 pixels, one of 6 by 6 by 4 by 4.
            let most = step < 4 ? 64 : step < 7 ? 16 : 1
            #expect(reach.allSatisfy { $0 >= 1 && $0 <= most }, "step \(step)")
            #expect(step >= 7 || reach.contains { $0 > most / 4 }, "step \(step)")
        }
    }

    /// What a stage has found is not lost in the next.
    @Test func theNextStageBeginsWhereTheLastEnded() async throws {
        let recorder = try await watch([1, 12, 12]) {
            try ZOO(
                threat: $0,
                searches: 1,
                steps: 2,
                initialConstant: 10,
                learningRate: 0.05,
                stopsEarly: false,
                stages: [.init(side: 4, steps: 30)]
            )
        }
        let centers = recorder.questions.map { $0[0] }
        let (last, next) = (centers[29], centers[30])
        #expect(Norm.l2.distance(last, recorder.input) > 0.5)
        // A step apart.
        #expect(Norm.linf.distance(last, next) < 0.11)
    }

    /// The nearest point of images in stages is the one without them: the last stage has the final word.
    @Test func stagesDoNotStandInTheWay() throws {
        let model = AffineClassifier(randomClasses: 2, inputShape: [1, 6, 6], seed: 3)
        let input = Tensor([1, 1, 6, 6], repeating: 0.4)
        let logits = try model.logits(for: input)
        let truth = logits[0] >= logits[1] ? 0 : 1
        let slope = zip(model.weights[0], model.weights[1]).map { $0 - $1 }
        let distance = Double(abs(logits[0] - logits[1])) / slope.reduce(0) { $0 + $1 * $1 }.squareRoot()
        let threat = ThreatModel(norm: .l2, epsilon: .infinity, bounds: Bounds(-3, 3))
        let attack = try ZOO(
            threat: threat,
            steps: 300,
            learningRate: 0.005,
            stages: [.init(side: 2, steps: 30), .init(side: 4, steps: 30)],
            usesImportance: true
        )
        let batch = Batch(inputs: input, aims: [.anythingBut(truth)], samples: [0])
        let random = RandomSource(seed: 3, stream: "zoo")
        let nearest = try #require(try attack.perturb(batch, against: model, random: random).nearest[0])
        #expect(nearest > distance * (1 - 1e-5) && nearest < distance * 1.01, "\(nearest / distance)")
    }

    /// Where only one corner matters, most coordinates are drawn there once something has changed.
    @Test(arguments: [false, true])
    func importanceLooksWhereSomethingHasChanged(usesImportance: Bool) async throws {
        let matters = (0..<256).map { $0 / 16 < 4 && $0 % 16 < 4 }
        let model = AffineClassifier(
            weights: [Array(repeating: 0, count: 256), matters.map { $0 ? 1 : 0 }],
            bias: [1000, 0],
            inputShape: [1, 16, 16]
        )
        let threat = ThreatModel(norm: .l2, epsilon: 5, bounds: Bounds(0, 1))
        let recorder = try ScoreRecorder(model, Array(repeating: 0.5, count: 256), threat)
        try await recorder.watch(
            ZOO(
                threat: threat,
                searches: 1,
                steps: 60,
                coordinates: 16,
                initialConstant: 1,
                stopsEarly: false,
                usesImportance: usesImportance
            )
        )
        var drawn = 0
        for question in recorder.questions.suffix(40) {
            for pair in stride(from: 1, to: question.count, by: 2) {
                let moved = question[0].indices.first { question[pair][$0] != question[pair + 1][$0] }
                drawn += moved.map { matters[$0] } == true ? 1 : 0
            }
        }
        let share = Double(drawn) / (40 * 16)
        // A sixteenth of the coordinates lie there.
        #expect(usesImportance ? share > 0.8 : share < 0.12, "\(share)")
    }

    @Test func numbersAreDrawnByWeight() {
        var random = SeededRandom(seed: 5, stream: "draw")
        let weights: [Float] = [1, 2, 4, 8, 0.001]
        var first = [0, 0, 0, 0, 0]
        for _ in 0..<6000 {
            let drawn = random.draw(2, weights: weights)
            #expect(Set(drawn).count == 2)
            first[drawn[0]] += 1
        }
        for (count, weight) in zip(first, weights) {
            #expect(abs(Double(count) / 6000 - Double(weight) / 15) < 0.02)
        }
        #expect(Set(random.draw(9, weights: weights)) == Set(0..<5))
    }

    /// With the change of variables no clamping is needed, and the nearest point is the same.
    @Test func theChangeOfVariablesKeepsTheBox() throws {
        let threat = ThreatModel(norm: .l2, epsilon: .infinity, bounds: Bounds(-1, 2))
        let attack = try ZOO(threat: threat, steps: 400, difference: 0.002, boxing: .tanh)
        let recorder = PointRecorder(ClosedForm.twoClasses)
        let batch = Batch(inputs: ClosedForm.twoClassInput, aims: [.anythingBut(0)], samples: [0])
        let random = RandomSource(seed: 3, stream: "zoo")
        let found = try attack.perturb(batch, against: recorder, random: random)
        let nearest = try #require(found.nearest[0])
        #expect(nearest > 0.6 * (1 - 1e-6) && nearest < 0.6 * 1.01)
        // Variables move by the difference, elements by as much as the box leaves: 1.5·(1 − 1/9)·0.002.
        let widest = recorder.predictions[1...5].map { $0[0] }
        #expect(abs((widest.max() ?? 0) - 1 - 1.5 * (8.0 / 9) * 0.002) < 1e-5)
    }

    @Test func theChangeOfVariablesNeedsAFiniteBox() {
        #expect(throws: AttackError.unboundedInputs(attack: "zoo")) {
            try ZOO(threat: ClosedForm.threat(.l2, 1, box: Bounds(0, .infinity)), boxing: .tanh)
        }
    }
}
