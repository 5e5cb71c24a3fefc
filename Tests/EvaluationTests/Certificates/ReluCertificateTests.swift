import BulwarkEvaluation
import BulwarkModels
import BulwarkTensors
import Testing

/// Small networks of dense layers, whose smallest margins can be found by other means.
struct ReluCertificateTests {
    static let free = Bounds(-100, 100)

    /// The smallest margin over a square, by cutting it into the pieces on which the network is affine.
    @Test(arguments: [[2, 6, 3], [2, 4, 4, 3], [2, 3, 3, 3, 2]], 0..<8)
    func noBoundIsAboveTheSmallestMargin(sizes: [Int], seed: Int) throws {
        let network = ReluNetwork(sizes: sizes, seed: UInt64(seed))
        let model = try network.classifier()
        let ibp = try IntervalBoundPropagation(model, norm: .linf, bounds: Self.free)
        let crown = try CROWN(model, norm: .linf, bounds: Self.free)
        let input: [Float] = [0.3, -0.2]
        let logits = network.logits(input)
        let label = logits.indices.reduce(0) { logits[$1] > logits[$0] ? $1 : $0 }
        for epsilon in [0.01, 0.1, 0.5] {
            let lower = input.map { Double($0) - epsilon }
            let upper = input.map { Double($0) + epsilon }
            let (loose, tight) = (
                ibp.marginBounds(of: input, label: label, epsilon: epsilon),
                crown.marginBounds(of: input, label: label, epsilon: epsilon)
            )
            for other in logits.indices where other != label {
                let exact = network.smallestMargin(label, over: other, lower: lower, upper: upper)
                #expect(tight[other] <= exact + 1e-9)
                #expect(loose[other] <= tight[other] + 1e-9)
            }
        }
    }

    /// Where no rectifier switches inside the ball, the network is affine there.
    @Test(arguments: 0..<8)
    func isExactWhereNoNeuronSwitches(seed: Int) throws {
        let network = ReluNetwork(sizes: [2, 6, 6, 3], seed: UInt64(seed))
        let crown = try CROWN(network.classifier(), norm: .linf, bounds: Self.free)
        let input: [Float] = [0.3, -0.2]
        let epsilon = 1e-4
        for other in 1..<3 {
            let exact = network.smallestMargin(
                0,
                over: other,
                lower: input.map { Double($0) - epsilon },
                upper: input.map { Double($0) + epsilon }
            )
            let bound = crown.marginBounds(of: input, label: 0, epsilon: epsilon)[other]
            #expect(abs(bound - exact) < 2e-5)
        }
    }

    /// One rectifier at a time is enclosed by lines that nobody can improve: max(x, 0) over [−1, 2] has the
    /// lower line x and over [−2, 1] the lower line 0, and the upper line is the chord.
    @Test func theLinesOfARectifierAreThoseOfThePaper() throws {
        // The scores are max(x, 0) and 0.
        let network = ReluNetwork([
            .init(weights: [[1]], bias: [0]), .init(weights: [[1], [0]], bias: [0, 0]),
        ])
        let crown = try CROWN(network.classifier(), norm: .linf, bounds: Self.free)
        func margin(_ certifier: CROWN, around center: Float) -> Double {
            certifier.marginBounds(of: [center], label: 0, epsilon: 1.5)[1]
        }
        // Intervals know that a rectifier is not below 0.
        #expect(abs(margin(crown, around: 0.5)) < 1e-5)
        #expect(abs(margin(crown, around: -0.5)) < 1e-5)
        // max(x, 0) − x/2 is not below −x/2 ≥ −1 by the lower line 0, nor below x/2 ≥ −1/2 by the lower line
        // x; its smallest value is 0. x is computed as max(x + 10, 0) − 10.
        let bent = ReluNetwork([
            .init(weights: [[1], [1]], bias: [0, 10]), .init(weights: [[1, -0.5], [0, 0]], bias: [5, 0]),
        ])
        let lines = try CROWN(bent.classifier(), norm: .linf, bounds: Self.free)
        #expect(abs(margin(lines, around: 0.5) + 0.5) < 1e-4)
        #expect(abs(margin(lines, around: -0.5) + 0.5) < 1e-4)
        // x/2 − max(x, 0) over [−1, 2] is not below x/2 − 2/3·(x + 1), which at 2 is −1, its smallest value.
        let opposite = ReluNetwork([
            .init(weights: [[1], [1]], bias: [0, 10]), .init(weights: [[-1, 0.5], [0, 0]], bias: [-5, 0]),
        ])
        let chord = try CROWN(opposite.classifier(), norm: .linf, bounds: Self.free)
        #expect(abs(margin(chord, around: 0.5) + 1) < 1e-4)
    }

    @Test(arguments: [Norm.linf, .l2])
    func functionsOfTheInputAreTighterThanIntervals(norm: Norm) throws {
        var (loose, tight) = (0.0, 0.0)
        for seed in 0..<6 {
            let network = ReluNetwork(sizes: [8, 20, 20, 20, 3], seed: UInt64(seed))
            let model = try network.classifier()
            let ibp = try IntervalBoundPropagation(model, norm: norm, bounds: Self.free)
            let crown = try CROWN(model, norm: norm, bounds: Self.free)
            let input = [Float](repeating: 0.3, count: 8)
            for epsilon in [0.003, 0.03] {
                let one = ibp.marginBounds(of: input, label: 0, epsilon: epsilon)
                let other = crown.marginBounds(of: input, label: 0, epsilon: epsilon)
                for (low, high) in zip(one, other) { #expect(low <= high + 1e-9) }
                loose += one[1]
                tight += other[1]
            }
        }
        #expect(loose < tight - 5)
    }

    @Test(arguments: [Norm.linf, .l2], 0..<6)
    func boundsFallWithTheRadius(norm: Norm, seed: Int) throws {
        let model = try ReluNetwork(sizes: [5, 12, 12, 3], seed: UInt64(seed)).classifier()
        let input = [Float](repeating: 0.4, count: 5)
        for certifier in try AffineCertificateTests.certifiers(model, norm, Self.free) {
            var last = Double.infinity
            for epsilon in [0, 0.001, 0.01, 0.03, 0.1, 0.3, 1] {
                let bound = certifier.marginBounds(of: input, label: 0, epsilon: epsilon)[1]
                #expect(bound < last, "\(certifier.name) at \(epsilon)")
                last = bound
            }
        }
    }

    /// The radius is proved, the true one is not below it, and nothing inside it is misclassified.
    @Test(arguments: 0..<6)
    func theRadiusIsProvedAndNotBeyondTheTrueOne(seed: Int) throws {
        let network = ReluNetwork(sizes: [2, 6, 6, 2], seed: UInt64(seed))
        let crown = try CROWN(network.classifier(), norm: .linf, bounds: Self.free)
        let input: [Float] = [0.5, 0.4]
        let logits = network.logits(input)
        let label = logits[0] > logits[1] ? 0 : 1
        let radius = try #require(crown.certifiedRadius(of: input, label: label, maximum: 8))
        #expect(radius > 0)
        for share in [0.25, 0.5, 0.75, 1] {
            #expect(crown.isCertified(input, label: label, epsilon: share * radius))
        }
        let smallest = network.smallestMargin(
            label,
            over: 1 - label,
            lower: input.map { Double($0) - radius },
            upper: input.map { Double($0) + radius }
        )
        #expect(smallest > 0)
    }
}
