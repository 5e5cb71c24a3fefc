import BulwarkEvaluation
import BulwarkModels
import BulwarkTensors
import Testing

/// Every kind of layer that can be bounded, in a network that ends in scores.
struct LayerCertificateTests {
    /// A layer between images `[N, 4, 5, 6]` and the scores.
    struct Case: Sendable, CustomTestStringConvertible {
        let name: String
        let build: @Sendable (inout LayerBuilder, ValueID) throws -> ValueID
        var testDescription: String { name }

        init(_ name: String, _ build: @escaping @Sendable (inout LayerBuilder, ValueID) throws -> ValueID) {
            self.name = name
            self.build = build
        }

        func model() throws -> ClassifierGraph {
            var network = LayerBuilder()
            let input = try network.builder.input("image", [.batch, 4, 5, 6])
            return try network.finish(build(&network, input))
        }
    }

    static let cases: [Case] = [
        Case("Flatten") { try $0.apply(Flatten(), $1) },
        Case("Conv") { try $0.conv($1, outputs: 5) },
        Case("Conv by tiles, in groups") { try $0.conv($1, outputs: 4, kernel: [3, 3], group: 2) },
        Case("Conv with steps and gaps") {
            try $0.conv($1, outputs: 6, kernel: [2, 3], group: 2, strides: [2, 1], dilations: [1, 2])
        },
        Case("Conv, Relu") { try $0.relu($0.conv($1, outputs: 5)) },
        Case("two times Conv, Relu, MaxPool") {
            let first = try $0.maxPool($0.relu($0.conv($1, outputs: 6, kernel: [3, 3])))
            return try $0.relu($0.conv(first, outputs: 8, kernel: [3, 3]))
        },
        Case("Conv, MaxPool, Relu") { try $0.relu($0.maxPool($0.conv($1, outputs: 5))) },
        Case("MaxPool of the input") { try $0.maxPool($1) },
        Case("MaxPool that overlaps, in padding") {
            try $0.apply(
                MaxPool(
                    kernel: [3, 2],
                    strides: [1, 1],
                    dilations: [1, 2],
                    padsBegin: [1, 0],
                    padsEnd: [1, 1]
                ),
                $0.conv($1, outputs: 3)
            )
        },
        Case("GlobalMaxPool") { try $0.apply(GlobalMaxPool(), $0.conv($1, outputs: 5)) },
        Case("AveragePool") {
            try $0.apply(
                AveragePool(kernel: [2, 2], strides: [2, 2], padsBegin: [0, 0], padsEnd: [0, 0]),
                $1
            )
        },
        Case("AveragePool in padding that counts") {
            try $0.apply(
                AveragePool(
                    kernel: [3, 3],
                    strides: [2, 2],
                    padsBegin: [1, 1],
                    padsEnd: [1, 1],
                    countsPadding: true
                ),
                $1
            )
        },
        Case("AveragePool in padding that does not") {
            try $0.apply(
                AveragePool(kernel: [3, 3], strides: [2, 2], padsBegin: [1, 1], padsEnd: [1, 1]),
                $0.relu($0.conv($1, outputs: 3))
            )
        },
        Case("GlobalAveragePool") { try $0.apply(GlobalAveragePool(), $0.relu($0.conv($1, outputs: 7))) },
        Case("ReduceMean") { try $0.apply(ReduceMean(axes: [-1, 1], keepsAxes: false), $1) },
        Case("ReduceSum") { try $0.apply(ReduceSum(axes: [2]), $0.relu($0.conv($1, outputs: 3))) },
        Case("BatchNormalization") { try $0.relu($0.normalization($0.conv($1, outputs: 5))) },
        Case("residual Add") {
            let shortcut = try $0.conv($1, outputs: 5, kernel: [3, 3])
            let branch = try $0.conv($0.relu(shortcut), outputs: 5, kernel: [3, 3])
            return try $0.relu($0.apply(Add(), branch, shortcut))
        },
        Case("Sub of two values") {
            let branch = try $0.relu($0.conv($1, outputs: 4, kernel: [3, 3]))
            return try $0.apply(Sub(), $0.relu($1), branch)
        },
        Case("Sub and Div as in the normalisation of pixels") {
            let centered = try $0.apply(Sub(), $1, $0.parameter([4, 1, 1]))
            return try $0.apply(Div(), centered, $0.parameter([4, 1, 1], from: 1))
        },
        Case("constants on the left") {
            try $0.apply(Mul(), $0.parameter([6]), $0.apply(Sub(), $0.parameter([1, 1, 5, 1]), $1))
        },
        Case("Neg") { try $0.apply(Neg(), $0.relu($1)) },
        Case("an operand that is stretched") {
            let column = try $0.apply(ReduceSum(axes: [3]), $1)
            return try $0.relu($0.apply(Add(), $1, column))
        },
        Case("Expand") { try $0.apply(Expand(to: [1, 4, 5, 3]), $0.apply(ReduceSum(axes: [3]), $1)) },
        Case("LeakyRelu") { try $0.apply(LeakyRelu(slope: 0.2), $0.conv($1, outputs: 5)) },
        Case("Clip") { try $0.apply(Clip(lower: -0.2, upper: 0.3), $0.conv($1, outputs: 5)) },
        Case("Clip from below") { try $0.apply(Clip(lower: 0.1, upper: nil), $0.conv($1, outputs: 5)) },
        Case("Clip with huge limits") {
            try $0.apply(
                Clip(lower: -.greatestFiniteMagnitude, upper: .greatestFiniteMagnitude),
                $0.conv($1, outputs: 5)
            )
        },
        Case("Abs") { try $0.apply(Abs(), $0.conv($1, outputs: 5)) },
        Case("Transpose") { try $0.relu($0.apply(Transpose(permutation: [0, 3, 1, 2]), $1)) },
        Case("Slice and Concat") {
            let part = try $0.apply(Slice([.init(axis: 2, start: 4, count: 3, step: -2)]), $1)
            return try $0.relu($0.apply(Concat(axis: 2), part, $1))
        },
        Case("Gather") { try $0.apply(Gather(axis: -1, indices: [5, 0, 0]), $1) },
        Case("Pad with a number") {
            try $0.apply(Pad(begin: [0, 0, 1, 0], end: [0, 0, 0, 2], mode: .constant(0.5)), $1)
        },
        Case("Pad by mirroring") {
            try $0.apply(Pad(begin: [0, 0, 2, 1], end: [0, 0, 0, 1], mode: .reflect), $1)
        },
        Case("MatMul of rows") { try $0.relu($0.apply(MatMul(), $0.rows($1), $0.parameter([30, 7]))) },
        Case("MatMul with a vector") { try $0.apply(MatMul(), $0.rows($1), $0.parameter([30])) },
        Case("MatMul from the left") { try $0.relu($0.apply(MatMul(), $0.parameter([3, 4]), $0.rows($1))) },
        Case("Gemm with factors") {
            let flat = try $0.apply(Flatten(), $1)
            return try $0.apply(
                Gemm(alpha: 0.5, beta: 2),
                flat,
                $0.parameter([120, 7]),
                $0.parameter([1, 7])
            )
        },
        Case("a constant that is computed") {
            let weights = try $0.apply(Transpose(permutation: [1, 0]), $0.parameter([7, 30]))
            return try $0.apply(MatMul(), $0.rows($1), weights)
        },
        Case("Squeeze and Unsqueeze") {
            try $0.apply(Squeeze(axes: [1]), $0.apply(Unsqueeze(axes: [1]), $0.relu($1)))
        },
    ]

    static let input: [Float] = {
        var random = SeededRandom(seed: 3, stream: "certified image")
        return (0..<120).map { _ in random.uniform() }
    }()

    static func logits(_ model: ClassifierGraph, _ points: [[Float]]) throws -> Tensor {
        let classifier = GraphClassifier(
            model,
            backend: ReferenceBackend(),
            execution: Execution(threads: 1)
        )
        let shape = model.inputShape.batched(points.count)
        return try classifier.logits(for: Tensor(shape, points.flatMap { $0 }))
    }

    /// A layer that is read wrongly gives other scores at the sample itself.
    @Test(arguments: cases)
    func aBallOfRadiusZeroIsTheSample(layer: Case) throws {
        let model = try layer.model()
        let logits = try Self.logits(model, [Self.input])
        let crown = try CROWN(model, norm: .linf, bounds: Bounds(0, 1))
        for (label, bounds) in crown.logitBounds(of: Self.input, epsilon: 0).enumerated() {
            #expect(bounds.contains(Double(logits[label])))
            #expect(bounds.upperBound - bounds.lowerBound < 4e-3)
        }
    }

    @Test(arguments: cases, [Norm.linf, .l2])
    func noPointOfTheBallIsBelowTheBound(layer: Case, norm: Norm) throws {
        let model = try layer.model()
        let bounds = Bounds(0, 1)
        for epsilon in norm == .linf ? [0.02, 0.2] : [0.1, 1] {
            let sampler = RegionSampler(norm: norm, epsilon: epsilon, bounds: bounds)
            let points = sampler.points(around: Self.input, count: 40, seed: 1)
            let logits = try Self.logits(model, points)
            for certifier in try AffineCertificateTests.certifiers(model, norm, bounds) {
                let margins = certifier.marginBounds(of: Self.input, label: 0, epsilon: epsilon)
                #expect(margins.dropFirst().allSatisfy { $0.isFinite })
                for row in points.indices {
                    let first = Double(logits[row * 3])
                    for other in 1..<3 {
                        let margin = first - Double(logits[row * 3 + other])
                        #expect(margin >= margins[other], "\(certifier.name) at \(epsilon)")
                    }
                }
            }
        }
    }

    /// A graph whose file fixes the number of samples is bounded for one sample all the same.
    @Test func aFixedNumberOfSamplesIsNoObstacle() throws {
        for count in [1, 4] {
            var network = LayerBuilder()
            let input = try network.builder.input("image", [Dimension(constant: count), 4, 5, 6])
            let hidden = try network.relu(network.conv(input, outputs: 3))
            let flat = try network.apply(Reshape(to: [Dimension(constant: count), 90]), hidden)
            let model = try network.finish(flat)
            let crown = try CROWN(model, norm: .linf, bounds: Bounds(0, 1))
            let logits = try Self.logits(model, [Self.input])
            for (label, bounds) in crown.logitBounds(of: Self.input, epsilon: 0).enumerated() {
                #expect(bounds.contains(Double(logits[label])))
            }
        }
    }

    /// The layers of a binary model with a sigmoid, as read from a file.
    @Test func aSingleSigmoidHasAMargin() throws {
        var network = LayerBuilder()
        let input = try network.builder.input("x", [.batch, 4])
        let logit = try network.apply(MatMul(), input, network.parameter([4, 1]))
        let output = try network.apply(Sigmoid(), logit)
        let model = try ClassifierGraph(network.builder.graph(outputs: [output]))
        let sample: [Float] = [0.1, 0.9, 0.4, 0.3]
        let logits = try Self.logits(model, [sample])
        let label = logits[0] > logits[1] ? 0 : 1
        let crown = try CROWN(model, norm: .l2, bounds: Bounds(-10, 10))
        let margin = crown.marginBounds(of: sample, label: label, epsilon: 0)[1 - label]
        #expect(abs(margin - Double(abs(logits[0] - logits[1]))) < 1e-5)
    }
}
