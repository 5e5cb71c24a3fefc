import BulwarkAttacks
import BulwarkModels
import BulwarkTensors
import TestSupport
import Testing

/// One sample of an affine classifier in a box, of which is known how far the nearest point of another class
/// is.
struct AffineProblem: Sendable, CustomStringConvertible {
    let description: String
    let model: AffineClassifier
    let input: [Float]
    let truth: Int
    /// The class to reach, if the adversary has chosen one.
    let target: Int?
    let box: Bounds

    /// Two classes with nothing in the way of the shortest path.
    static let twoClasses = AffineProblem(
        description: "two classes",
        model: ClosedForm.twoClasses,
        input: Array(ClosedForm.twoClassInput.elements),
        truth: 0,
        target: nil,
        box: Bounds(-1, 2)
    )
    /// The nearer of two other classes, which is not the one in front at the sample.
    static let nearerClass = threeClasses(target: 2, Bounds(-1, 2))
    /// The same in a box that reaches no other class.
    static let nearerClassInBox = threeClasses(target: 2, Bounds(0, 1))
    /// Two classes in ten dimensions in a box that cuts many ways off, some samples on its border.
    static let boxed = (0..<40).map { boxed(size: 10, seed: $0) }.filter {
        (0.02...10).contains($0.distance(.linf))
    }.prefix(6)
    /// The same in many dimensions; noise lies far away from the boundary there, or from the sample along it.
    static let wide = [1, 7].map { boxed(size: 64, seed: $0) }

    /// Everything that every attack here should be able to solve.
    static let all = [twoClasses, nearerClass, nearerClassInBox] + boxed + wide

    static func threeClasses(target: Int?, _ box: Bounds) -> AffineProblem {
        AffineProblem(
            description: "three classes, target \(target.map(String.init) ?? "none"), \(box.upper[0])",
            model: ClosedForm.threeClasses,
            input: Array(ClosedForm.threeClassInput.elements),
            truth: 0,
            target: target,
            box: box
        )
    }

    private static func boxed(size: Int, seed: Int) -> AffineProblem {
        let model = AffineClassifier(randomClasses: 2, inputShape: [size], seed: UInt64(seed))
        var random = SeededRandom(seed: UInt64(seed), stream: "affine problem")
        let input = (0..<size).map { $0 % 4 == 0 ? Float($0 % 8 / 4) : random.uniform() }
        let scores = scores(model, input)
        return AffineProblem(
            description: "box \(seed) of \(size)",
            model: model,
            input: input,
            truth: scores[1] > scores[0] ? 1 : 0,
            target: nil,
            box: Bounds(0, 1)
        )
    }

    /// The same in other units: as far away in widths of the box.
    func scaled(by scale: Float) -> AffineProblem {
        AffineProblem(
            description: "\(description) times \(scale)",
            model: AffineClassifier(
                weights: model.weights.map { $0.map { $0 / Double(scale) } },
                bias: model.bias
            ),
            input: input.map { $0 * scale },
            truth: truth,
            target: target,
            box: Bounds(box.lower[0] * scale, box.upper[0] * scale)
        )
    }

    /// A threat without limit: how minimum-norm attacks are used.
    func threat(_ norm: Norm) -> ThreatModel {
        ThreatModel(goal: aim.goal, norm: norm, epsilon: .infinity, bounds: box)
    }

    var aim: Aim { target.map { .exactly($0, not: truth) } ?? .anythingBut(truth) }

    func run(_ attack: some WhiteBoxAttack) throws -> Perturbed {
        try attack.perturb(
            Batch(inputs: Tensor([1, input.count], input), aims: [aim], samples: [0]),
            against: model,
            random: RandomSource(seed: 1, stream: attack.name)
        )
    }

    /// Holds an attack to the distance: never nearer, but for what the rounding of scores brings, and farther
    /// by no more than a share of it.
    func expect(
        _ attack: some WhiteBoxAttack,
        within share: Double,
        rounding: Double = 2e-6,
        sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        let norm = attack.threat.norm
        let (result, distance) = (try run(attack), distance(norm))
        let nearest = try #require(result.nearest[0], "\(self), \(norm)", sourceLocation: sourceLocation)
        let excess = nearest / distance - 1
        #expect(
            nearest >= distance - rounding && excess <= share,
            "\(self), \(norm): \(excess)",
            sourceLocation: sourceLocation
        )
        let found = Array(result.candidates.elements)
        #expect(norm.distance(found, input) == nearest, sourceLocation: sourceLocation)
        #expect(result.claimed == [true] && box.contains(row: 0, of: result.candidates))
        #expect(aim.isReached(by: try model.labels(for: result.candidates)[0]))
        // What was found has been drawn as near as it can be; for L0 a little nearer is no other point.
        if norm == .l0 { return }
        let nearer = Tensor([1, input.count], norm.point(at: 0.9995, from: input, to: found))
        #expect(!aim.isReached(by: try model.labels(for: nearer)[0]), "\(self), \(norm)")
    }

    // MARK: The distance in closed form

    /// How far the nearest point of the box is at which the other class is in front; infinite if there is
    /// none.
    ///
    /// A change δ has to gain what is missing: Σ|wᵢ|·|δᵢ| = gap with the difference w of the two rows of
    /// weights. The best change takes for each element as much as the norm makes worth while and the box
    /// allows.
    func distance(_ norm: Norm) -> Double {
        let other = target ?? 1 - truth
        let slopes = zip(model.weights[other], model.weights[truth]).map { $0 - $1 }
        let scores = Self.scores(model, input)
        let gap = scores[truth] - scores[other]
        let (sizes, rooms) = (slopes.map(abs), rooms(slopes))
        guard zip(sizes, rooms).reduce(0, { $0 + $1.0 * $1.1 }) >= gap else { return .infinity }
        switch norm {
        case .linf: return Self.smallest { reach in gain(sizes, rooms.map { min($0, reach) }) >= gap }
        case .l2:
            func changes(_ factor: Double) -> [Double] { zip(sizes, rooms).map { min($0 * factor, $1) } }
            let factor = Self.smallest { gain(sizes, changes($0)) >= gap }
            return changes(factor).reduce(0) { $0 + $1 * $1 }.squareRoot()
        case .l1:
            var (left, length) = (gap, 0.0)
            for index in sizes.indices.sorted(by: { sizes[$0] > sizes[$1] }) where left > 0 {
                let change = min(left / sizes[index], rooms[index])
                (left, length) = (left - change * sizes[index], length + change)
            }
            return length
        case .l0:
            let gains = zip(sizes, rooms).map { $0 * $1 }.sorted(by: >)
            var (left, count) = (gap, 0)
            while left > 0 { (left, count) = (left - gains[count], count + 1) }
            return Double(count)
        }
    }

    /// How far each element can go along its slope.
    private func rooms(_ slopes: [Double]) -> [Double] {
        zip(slopes, input).map { slope, value in
            slope > 0 ? Double(box.upper[0]) - Double(value) : Double(value) - Double(box.lower[0])
        }
    }

    private func gain(_ sizes: [Double], _ changes: [Double]) -> Double {
        zip(sizes, changes).reduce(0) { $0 + $1.0 * $1.1 }
    }

    private static func smallest(where isEnough: (Double) -> Bool) -> Double {
        var (low, high) = (0.0, 1e9)
        for _ in 0..<200 {
            let middle = (low + high) / 2
            if isEnough(middle) { high = middle } else { low = middle }
        }
        return high
    }

    private static func scores(_ model: AffineClassifier, _ input: [Float]) -> [Double] {
        zip(model.weights, model.bias).map { weights, bias in
            zip(weights, input).reduce(bias) { $0 + $1.0 * Double($1.1) }
        }
    }
}

struct AffineProblemTests {
    /// The distances that are worked out elsewhere by hand.
    @Test func theDistancesAreThoseOfTheFormula() {
        let expected: [(AffineProblem, Norm, Double)] = [
            (.twoClasses, .l2, 0.6), (.twoClasses, .linf, 3.0 / 7), (.twoClasses, .l1, 0.75),
            (.twoClasses, .l0, 1),
            (.nearerClass, .l2, 0.51537341), (.nearerClass, .linf, 0.3), (.nearerClass, .l1, 0.825),
            (.nearerClassInBox, .l2, 0.51537341), (.nearerClassInBox, .linf, 0.3),
            (.nearerClassInBox, .l1, 0.825), (.nearerClassInBox, .l0, 2),
        ]
        for (problem, norm, distance) in expected {
            #expect(abs(problem.distance(norm) - distance) < 1e-7, "\(problem), \(norm)")
        }
        #expect(AffineProblem.threeClasses(target: 1, Bounds(0, 1)).distance(.l2) == .infinity)
        for norm in [Norm.linf, .l2, .l1] {
            let ratio =
                AffineProblem.nearerClassInBox.scaled(by: 255).distance(norm)
                / AffineProblem.nearerClassInBox.distance(norm)
            #expect(abs(ratio - 255) < 1e-3, "\(norm)")
        }
        #expect(AffineProblem.boxed.count == 6)
    }
}
