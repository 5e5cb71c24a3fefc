import BulwarkEvaluation
import BulwarkModels
import BulwarkTensors
import Testing

/// Affine classifiers, on which the distance to the boundary has a closed form.
struct AffineCertificateTests {
    static let free = Bounds(-100, 100)
    static let box = Bounds(0, 1)
    static let input: [Float] = [0.6, 0.5, 0.2]

    /// Logits 1.7, 0.1 and 0.05 at the input.
    static func threeClasses() throws -> ClassifierGraph {
        let layer = ReluNetwork.Layer(
            weights: [[1, 2, 0], [0, 1, -1], [-1, 0.5, 2]],
            bias: [0.1, -0.2, 0]
        )
        return try ReluNetwork([layer]).classifier()
    }

    static func certifiers(
        _ model: ClassifierGraph,
        _ norm: Norm,
        _ bounds: Bounds
    ) throws -> [any RobustnessCertifier] {
        [
            try IntervalBoundPropagation(model, norm: norm, bounds: bounds),
            try CROWN(model, norm: norm, bounds: bounds),
        ]
    }

    /// gap − ε·‖w_y − w_j‖₁ with the margin in the last layer: 1.6 − 3ε and 1.65 − 5.5ε.
    @Test func marginsInTheLastLayerAreExact() throws {
        for certifier in try Self.certifiers(Self.threeClasses(), .linf, Self.free) {
            let bounds = certifier.marginBounds(of: Self.input, label: 0, epsilon: 0.1)
            #expect(bounds[0] == .infinity)
            #expect(abs(bounds[1] - 1.3) < 1e-5)
            #expect(abs(bounds[2] - 1.1) < 1e-5)
        }
    }

    /// gap − ε·(‖w_y‖₁ + ‖w_j‖₁) from the scores' intervals: 1.6 − 5ε and 1.65 − 6.5ε.
    @Test func differencesOfIntervalsAreLooser() throws {
        let certifier = try IntervalBoundPropagation(Self.threeClasses(), norm: .linf, bounds: Self.free)
        let logits = certifier.logitBounds(of: Self.input, epsilon: 0.1)
        #expect(abs(logits[0].lowerBound - logits[1].upperBound - 1.1) < 1e-5)
        #expect(abs(logits[0].lowerBound - logits[2].upperBound - 1) < 1e-5)
    }

    @Test(arguments: [(Norm.linf, 0.30), (.l2, 0.51537341)], [free, box])
    func theCertifiedRadiusIsTheDistance(oracle: (norm: Norm, distance: Double), bounds: Bounds) throws {
        for certifier in try Self.certifiers(Self.threeClasses(), oracle.norm, bounds) {
            let radius = try #require(
                certifier.certifiedRadius(of: Self.input, label: 0, maximum: 1, precision: 1e-7)
            )
            #expect(radius <= oracle.distance)
            #expect(radius > oracle.distance * (1 - 1e-5))
        }
    }

    @Test(arguments: [(Norm.linf, 3.0 / 7), (.l2, 0.6)])
    func isExactForTwoClasses(oracle: (norm: Norm, distance: Double)) throws {
        let layer = ReluNetwork.Layer(weights: [[3, -4], [0, 0]], bias: [1, 0])
        let model = try ReluNetwork([layer]).classifier()
        for certifier in try Self.certifiers(model, oracle.norm, Self.free) {
            #expect(certifier.isCertified([1, 0.25], label: 0, epsilon: oracle.distance * 0.99999))
            #expect(!certifier.isCertified([1, 0.25], label: 0, epsilon: oracle.distance * 1.00001))
        }
    }

    /// In the unit box no radius reaches class 1.
    @Test func whatTheBoxPutsOutOfReachIsCertified() throws {
        for certifier in try Self.certifiers(Self.threeClasses(), .linf, Self.box) {
            #expect(certifier.marginBounds(of: Self.input, label: 0, epsilon: 50)[1] > 0)
            #expect(certifier.marginBounds(of: Self.input, label: 0, epsilon: 50)[2] < 0)
        }
    }

    /// In a box the loss of margin is Σ|dwᵢ|·δᵢ with δᵢ = min(ε, slackᵢ) for Linf and min(t·|dwᵢ|, slackᵢ)
    /// with ‖δ‖₂ = ε for L2.
    @Test(arguments: [Norm.linf, .l2], 0..<20)
    func isExactInABox(norm: Norm, seed: Int) throws {
        let size = 12
        let network = ReluNetwork(sizes: [size, 2], seed: UInt64(seed))
        var random = SeededRandom(seed: UInt64(seed), stream: "point")
        // Some elements begin on the border, where the box cuts at once.
        let input = (0..<size).map { $0 % 4 == 0 ? Float($0 % 8 / 4) : random.uniform() }
        let logits = network.logits(input)
        let slope = zip(network.layers[0].weights[0], network.layers[0].weights[1]).map {
            Double($0) - Double($1)
        }
        let slack = zip(slope, input).map { $0 > 0 ? Double($1) : 1 - Double($1) }
        for epsilon in [0.02, 0.3, 0.9] {
            func moves(_ reach: Double) -> [Double] {
                zip(slope, slack).map { min(norm == .linf ? reach : reach * abs($0), $1) }
            }
            var (low, high) = (0.0, 1e6)
            for _ in 0..<200 {
                let middle = (low + high) / 2
                let length = norm.distance(moves(middle).map { Float($0) }, slack.map { _ in 0 })
                if length < epsilon { low = middle } else { high = middle }
            }
            let loss = zip(slope, moves(high)).reduce(0) { $0 + abs($1.0) * $1.1 }
            let expected = logits[0] - logits[1] - loss
            for certifier in try Self.certifiers(network.classifier(), norm, Self.box) {
                let bound = certifier.marginBounds(of: input, label: 0, epsilon: epsilon)[1]
                #expect(bound <= expected + 1e-6, "\(certifier.name) at \(epsilon)")
                #expect(bound > expected - 3e-5, "\(certifier.name) at \(epsilon)")
            }
        }
    }

    @Test func aWrongLabelHasNoRadius() throws {
        for certifier in try Self.certifiers(Self.threeClasses(), .linf, Self.free) {
            #expect(certifier.certifiedRadius(of: Self.input, label: 1, maximum: 1) == nil)
            #expect(!certifier.isCertified(Self.input, label: 1, epsilon: 0))
        }
    }

    @Test func aBatchIsItsSamples() throws {
        let inputs = Tensor([3, 3], [0.6, 0.5, 0.2, 0.2, 0.5, 0.6, 0.6, 0.5, 0.2])
        for certifier in try Self.certifiers(Self.threeClasses(), .linf, Self.free) {
            #expect(certifier.certified(inputs, labels: [0, 0, 0], epsilon: 0.25) == [true, false, true])
            #expect(certifier.certified(inputs, labels: [0, 0, 2], epsilon: 0) == [true, true, false])
            let radii = certifier.certifiedRadii(of: inputs, labels: [0, 0, 2], maximum: 1)
            let radius = try #require(radii[0])
            #expect(radius > 0.296 && radius <= 0.3)
            #expect(radii[2] == nil)
        }
    }

    /// The largest radius that was asked for is the answer where all of it is proved.
    @Test func theRadiusEndsAtTheMaximum() throws {
        let crown = try CROWN(Self.threeClasses(), norm: .linf, bounds: Self.free)
        #expect(crown.certifiedRadius(of: Self.input, label: 0, maximum: 0.25) == 0.25)
    }
}
