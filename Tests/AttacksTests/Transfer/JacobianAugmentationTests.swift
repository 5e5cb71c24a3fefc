import BulwarkAttacks
import BulwarkModels
import BulwarkTensors
import RealModule
import TestSupport
import Testing

struct JacobianAugmentationTests {
    private let model = ClosedForm.threeClasses

    private func points(_ count: Int, in bounds: Bounds) -> Tensor {
        var random = SeededRandom(seed: 3, stream: "seeds")
        return Tensor(
            [count, 3],
            generating: { _ in random.uniform(bounds.lower[0], bounds.upper[0]) }
        )
    }

    /// The slope of the probability pᵧ is pᵧ·(wᵧ − Σₖ pₖ·wₖ).
    @Test func companionsLieAStepAlongTheSignsOfTheProbabilitysSlope() throws {
        let bounds = Bounds(0, 1)
        let inputs = points(40, in: bounds)
        let labels = (0..<40).map { $0 % 3 }
        let reach: [Float] = [0.1, 0.02, 0.3]
        let companions = try JacobianAugmentation.companions(
            of: inputs,
            labels,
            model,
            reach: reach,
            bounds: bounds
        )
        var clamped = 0
        for row in 0..<40 {
            let point = (0..<3).map { Double(inputs[row * 3 + $0]) }
            let scores = (0..<3).map { label in
                zip(model.weights[label], point).reduce(model.bias[label]) { $0 + $1.0 * $1.1 }
            }
            let total = scores.reduce(0) { $0 + Double.exp($1) }
            for element in 0..<3 {
                let mean = (0..<3).reduce(0.0) {
                    $0 + Double.exp(scores[$1]) / total * model.weights[$1][element]
                }
                let slope = model.weights[labels[row]][element] - mean
                let moved = inputs[row * 3 + element] + (slope > 0 ? 1 : -1) * reach[element]
                clamped += moved < 0 || moved > 1 ? 1 : 0
                let expected = min(max(moved, 0), 1)
                let found = companions[row * 3 + element]
                #expect(abs(slope) < 1e-6 || found == expected, "\(row), \(element)")
            }
        }
        #expect(clamped > 5 && clamped < 60)
    }

    @Test func aStepIsAShareOfTheBoxOrOfTheRange() {
        let augmentation = JacobianAugmentation(seeds: 4, rounds: 1, step: 0.25)
        let inputs = Tensor([2, 2], [1, 5, 3, -1])
        let bounded = augmentation.reach(of: Bounds(lower: [0, -2], upper: [4, 6]), among: inputs)
        #expect(bounded == [1, 2])
        let open = augmentation.reach(of: Bounds(-.infinity, .infinity), among: inputs)
        #expect(open == [0.5, 1.5])
    }

    /// Seeds times two to the rounds, or the budget.
    @Test(arguments: [(3, nil, 80), (3, 50, 50), (0, nil, 10), (3, 7, 7), (2, 40, 40)] as [(Int, Int?, Int)])
    func everyLabelIsOneQuery(rounds: Int, budget: Int?, expected: Int) throws {
        let bounds = Bounds(0, 1)
        let counter = CountingClassifier(model)
        let augmentation = JacobianAugmentation(seeds: 10, rounds: rounds, queryBudget: budget)
        #expect(augmentation.queries(samples: 25) == expected)
        var sizes: [Int] = []
        let found = try augmentation.augment(points(25, in: bounds), bounds: bounds, target: counter) {
            samples,
            round in
            #expect(round == sizes.count)
            sizes.append(samples.labels.count)
            return model
        }
        #expect(counter.predictions == expected && counter.gradients == 0)
        #expect(found.labels.count == expected && found.inputs.rowCount == expected)
        #expect(try found.labels == model.labels(for: found.inputs))
        #expect(found.inputs.elements.allSatisfy { $0 >= 0 && $0 <= 1 })
        #expect(sizes == Array([10, 20, 40].prefix(sizes.count)))
        #expect(
            found.inputs.rows(0..<min(10, expected)) == points(25, in: bounds).rows(0..<min(10, expected))
        )
    }

    @Test func aLimitIsTheSmallerOfTwo() {
        let augmentation = JacobianAugmentation(seeds: 10, rounds: 2, queryBudget: 30)
        #expect(augmentation.limited(to: 12).queryBudget == 12)
        #expect(augmentation.limited(to: 50).queryBudget == 30)
        #expect(augmentation.limited(to: nil).queryBudget == 30)
        #expect(augmentation.limited(to: 0).queryBudget == 1)
    }
}
