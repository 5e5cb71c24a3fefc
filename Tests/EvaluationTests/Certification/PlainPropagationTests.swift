import BulwarkEvaluation
import BulwarkModels
import BulwarkTensors
import Testing

/// Bounds by places, sixteen functions at a time, against the plain form.
struct PlainPropagationTests {
    /// Convolutions, one of them in groups and with gaps, and dense layers, with rectifiers between them.
    struct Network {
        let model: ClassifierGraph
        let plain: PlainPropagation
        static let inputShape: Shape = [2, 5, 6]

        init() throws {
            var network = LayerBuilder()
            var random = SeededRandom(seed: 4, stream: "plain")
            func tensor(_ shape: Shape, _ scale: Float) -> Tensor {
                Tensor(shape, generating: { _ in scale * random.normal() })
            }
            var value = try network.builder.input("image", [.batch, 2, 5, 6])
            var layers: [PlainPropagation.Layer] = []
            var shape = Self.inputShape
            func add(_ operation: any Operator, _ constants: [Tensor], to output: Shape) throws {
                let ids = try constants.map { constant in
                    try network.builder.parameter("constant\(layers.count).\(constant.shape.rank)", constant)
                }
                value = try network.builder.apply(operation, to: [value] + ids)
                let input = shape
                layers.append(
                    PlainPropagation.layer(input.count) { elements in
                        let tensor = Tensor(input.batched(1), elements)
                        return Array(
                            operation.value(of: [tensor] + constants, shape: output.batched(1)).elements
                        )
                    }
                )
                shape = output
            }
            let same = Conv(strides: [1, 1], dilations: [1, 1], padsBegin: [1, 1], padsEnd: [1, 1])
            try add(same, [tensor([4, 2, 3, 3], 0.3), tensor([4], 0.2)], to: [4, 5, 6])
            value = try network.relu(value)
            let grouped = Conv(
                group: 2,
                strides: [2, 1],
                dilations: [1, 2],
                padsBegin: [0, 1],
                padsEnd: [1, 1]
            )
            try add(grouped, [tensor([6, 2, 2, 2], 0.4), tensor([6], 0.2)], to: [6, 3, 6])
            value = try network.apply(Flatten(), network.relu(value))
            shape = [shape.count]
            try add(Gemm(transposesRight: true), [tensor([20, 108], 0.15), tensor([20], 0.2)], to: [20])
            value = try network.relu(value)
            try add(Gemm(), [tensor([20, 3], 0.3), tensor([3], 0.2)], to: [3])
            model = try ClassifierGraph(network.builder.graph(outputs: [value]))
            plain = PlainPropagation(layers: layers)
        }
    }

    @Test(arguments: [0, 0.001, 0.01, 0.05, 0.3])
    func boundsAreThoseOfThePlainForm(epsilon: Double) throws {
        let network = try Network()
        let crown = try CROWN(network.model, norm: .linf, bounds: Bounds(0, 1))
        let input = Array(uniform(Network.inputShape, seed: 5).elements)
        let bounds = crown.marginBounds(of: input, label: 1, epsilon: epsilon)
        let plain = network.plain.margins(
            lower: input.map { max(Double($0) - epsilon, 0) },
            upper: input.map { min(Double($0) + epsilon, 1) },
            label: 1
        )
        for other in [0, 2] {
            let (bound, expected) = (bounds[other], plain[other])
            // Lower by what rounding may do to a model in single precision, and by no more: about a
            // thousandth of the scores for sums of a hundred terms, whatever their order.
            let slack = 1.5e-3 * max(abs(expected), 1)
            #expect(bound < expected)
            #expect(bound > expected - slack)
        }
    }
}
