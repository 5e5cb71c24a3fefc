import BulwarkEvaluation
import BulwarkModels
import BulwarkTensors
import Synchronization
import TestSupport
import Testing

struct CLEVERTests {
    private let model = AffineClassifier(
        weights: [[1, 2, 0], [0, 1, -1], [-1, 0.5, 2]],
        bias: [0.1, -0.2, 0]
    )
    private let input: [Float] = [0.6, 0.5, 0.2]

    private func clever(_ norm: Norm, radius: Float = 5) throws -> CLEVER {
        try CLEVER(norm: norm, radius: radius, bounds: Bounds(-100, 100), batchCount: 4, batchSize: 8)
    }

    @Test func theDefaultsAreThoseOfTheAuthors() throws {
        let clever = try CLEVER(norm: .l2, radius: 5, bounds: Bounds(0, 1))
        #expect(clever.batchCount == 500)
        #expect(clever.batchSize == 1024)
        #expect(clever.startingShapes == [0.1, 1, 5, 10, 20, 50, 100])
    }

    /// The gradient is the same everywhere, so there is no distribution to fit.
    @Test(
        arguments: [
            (Norm.l2, 0.92376043, 0.51537341), (Norm.linf, 0.53333333, 0.30), (Norm.l1, 1.6, 0.825),
        ]
    )
    func isTheDistanceOnAffineModels(norm: Norm, first: Double, second: Double) throws {
        let clever = try clever(norm)
        let scores = try clever.scores(of: input, index: 0, label: 0, by: model, seed: 1)
        #expect(scores.map(\.target) == [1, 2])
        #expect(abs(scores[0].distance - first) < 1e-6)
        #expect(abs(scores[1].distance - second) < 1e-6)
        #expect(scores.allSatisfy { $0.pValue == nil })
        let score = try clever.score(of: input, index: 0, label: 0, by: model, seed: 1)
        #expect(score == scores[1])
    }

    @Test func isAtMostTheRadius() throws {
        let score = try clever(.l2, radius: 0.125).score(of: input, index: 0, label: 0, by: model, seed: 1)
        #expect(score.distance == 0.125)
    }

    @Test func isZeroForAWrongLabel() throws {
        let scores = try clever(.l2).scores(of: input, index: 0, label: 1, by: model, seed: 1)
        #expect(scores[0].distance == 0)
        #expect(scores[0].margin < 0)
    }

    /// A score without any slope is as far away as the ball lets one see.
    @Test func isTheRadiusWithoutAGradient() throws {
        let flat = AffineClassifier(weights: [[0, 0], [0, 0]], bias: [1, 0])
        let score = try clever(.linf).score(of: [0, 0], index: 0, label: 0, by: flat, seed: 1)
        #expect(score.distance == 5)
        #expect(score.gradientLimit == 0)
    }

    @Test func isZeroWhereGradientsAreNoNumbers() throws {
        let broken = NaNClassifier(model, logitsToo: false)
        let score = try clever(.l2).score(of: input, index: 0, label: 0, by: broken, seed: 1)
        #expect(score.distance == 0)
        #expect(score.gradientLimit == .infinity)
    }

    /// On a curved model the limit is beyond what was seen, and the fit is a fit.
    @Test(arguments: [Norm.l2, .linf, .l1])
    func extrapolatesFromWhatItSees(norm: Norm) throws {
        let curved = TwoLayerClassifier(classCount: 3, hidden: 6, inputShape: [5], seed: 4)
        let input = [Float](repeating: 0.4, count: 5)
        let label = try curved.labels(for: Tensor([1, 5], input))[0]
        let clever = try CLEVER(
            norm: norm,
            radius: 0.3,
            bounds: Bounds(0, 1),
            batchCount: 60,
            batchSize: 20
        )
        let scores = try clever.scores(of: input, index: 0, label: label, by: curved, seed: 1)
        for score in scores {
            #expect(score.gradientLimit >= score.largestGradient)
            #expect(score.gradientLimit < 3 * score.largestGradient)
            #expect(try #require(score.pValue) > 0.01)
            #expect(score.distance == min(score.margin / score.gradientLimit, Double(Float(0.3))))
        }
    }

    @Test func asksForEachGradientOnce() throws {
        let counting = CountingClassifier(model)
        _ = try clever(.l2).score(of: input, index: 0, label: 0, by: counting, seed: 1)
        #expect(counting.gradients == 2 * 4 * 8)
        #expect(counting.predictions == 1)
        _ = try clever(.l2).score(of: input, index: 0, label: 0, targets: [2], by: counting, seed: 1)
        #expect(counting.gradients == 3 * 4 * 8)
    }

    @Test(arguments: [Norm.linf, .l2, .l1])
    func pointsStayInTheBallAndTheBox(norm: Norm) throws {
        let watching = PointWatcher(size: 4)
        let bounds = Bounds(0, 0.6)
        let clever = try CLEVER(norm: norm, radius: 0.5, bounds: bounds, batchCount: 5, batchSize: 40)
        let center = [Float](repeating: 0.5, count: 4)
        _ = try clever.score(of: center, index: 0, label: 0, by: watching, seed: 1)
        let points = watching.points
        #expect(points.count == 200)
        let distances = points.map { norm.distance($0, center) }
        let elements = points.flatMap { $0 }
        #expect(distances.allSatisfy { $0 <= 0.5 + 1e-6 })
        #expect(distances.contains { $0 > 0.3 })
        #expect(elements.allSatisfy { $0 >= 0 && $0 <= 0.6 })
        // Few are moved to the same corner of the box.
        #expect(Set(points).count > 190)
    }

    @Test func thereIsNoEstimateForCounts() {
        #expect(throws: CertificateError.unsupportedNorm(certificate: "clever", norm: .l0)) {
            try CLEVER(norm: .l0, radius: 3, bounds: Bounds(0, 1))
        }
    }
}

/// Two classes with a constant slope, and a memory of where gradients were asked for.
private final class PointWatcher: GradientAccess {
    private let base: AffineClassifier
    private let seen = Mutex<[[Float]]>([])

    init(size: Int) {
        let weights = [[Double](repeating: 1, count: size), [Double](repeating: 0, count: size)]
        base = AffineClassifier(weights: weights, bias: [0, 0])
    }

    var inputShape: Shape { base.inputShape }
    var classCount: Int { base.classCount }
    var points: [[Float]] { seen.withLock { $0 } }

    func logits(for inputs: Tensor) throws -> Tensor { try base.logits(for: inputs) }

    func inputGradient(of loss: Loss, at inputs: Tensor, aims: [Aim]) throws -> LossGradient {
        let elements = Array(inputs.elements)
        let size = inputs.rowSize
        let rows = (0..<inputs.rowCount).map { Array(elements[$0 * size..<($0 + 1) * size]) }
        seen.withLock { $0 += rows }
        return try base.inputGradient(of: loss, at: inputs, aims: aims)
    }
}
