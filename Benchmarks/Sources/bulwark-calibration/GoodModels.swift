import BulwarkAttacks
import BulwarkModels

extension Subject {
    /// Models whose gradients are sound, robust or not.
    static let good: [Subject] = [
        Subject(name: "linear", group: .good, meaning: "one dense layer") { shop in
            Target(try shop.fit(shop.graph { try $0.dense($1, shop.classCount, "output") }))
        },
        Subject(name: "mlp", group: .good, meaning: "two hidden layers of rectified units") { shop in
            Target(try shop.plainPerceptron())
        },
        Subject(
            name: "mlp-long",
            group: .good,
            meaning: "the same trained five times as long, so that its logits are large"
        ) { shop in
            Target(try shop.fit(shop.graph { try $0.perceptron($1, classes: shop.classCount) }, effort: 5))
        },
        Subject(name: "mlp-tanh", group: .good, meaning: "two hidden layers of hyperbolic tangents") { shop in
            let graph = try shop.graph { layers, input in
                try layers.perceptron(input, classes: shop.classCount) {
                    try $0.builder.apply(Tanh(), to: [$1])
                }
            }
            return Target(try shop.fit(graph))
        },
        Subject(name: "cnn", group: .good, meaning: "two blocks of convolution and pooling") { shop in
            Target(try shop.plainConvolutional())
        },
        Subject(
            name: "cnn-noise",
            group: .good,
            meaning: "the same trained on inputs with normal noise of 0.1 of the box",
            twin: { try $0.plainConvolutional() }
        ) { shop in
            let noise = AdditiveGaussianNoise(standardDeviation: 0.1)
            let graph = try shop.graph { try $0.convolutional($1, classes: shop.classCount) }
            return Target(try shop.fit(graph, transform: shop.through(noise)))
        },
        Subject(
            name: "mlp-pgd",
            group: .good,
            meaning: "the MLP trained on PGD (Madry et al., ICLR 2018)",
            twin: { try $0.plainPerceptron() }
        ) { shop in
            let graph = try shop.graph { try $0.perceptron($1, classes: shop.classCount) }
            return Target(try shop.adversarially(graph))
        },
        Subject(
            name: "cnn-pgd",
            group: .good,
            meaning: "the CNN trained on PGD (Madry et al., ICLR 2018)",
            twin: { try $0.plainConvolutional() }
        ) { shop in
            let graph = try shop.graph { try $0.convolutional($1, classes: shop.classCount) }
            return Target(try shop.adversarially(graph))
        },
        Subject(name: "mlp-deep", group: .good, meaning: "six hidden layers of 64 rectified units") { shop in
            let graph = try shop.graph { layers, input in
                var value = input
                for number in 1...6 { value = try layers.relu(layers.dense(value, 64, "hidden\(number)")) }
                return try layers.dense(value, shop.classCount, "output")
            }
            return Target(try shop.fit(graph))
        },
        Subject(
            name: "cnn-normalized",
            group: .good,
            meaning: "three convolutions with batch normalisation, then the mean of each channel"
        ) { shop in
            let graph = try shop.graph { layers, input in
                var value = input
                for (number, channels) in [16, 32, 32].enumerated() {
                    value = try layers.convolution(value, channels, "conv\(number)")
                    value = try layers.relu(layers.normalize(value, "normalization\(number)"))
                }
                value = try layers.builder.apply(GlobalAveragePool(), to: [value])
                return try layers.dense(value, shop.classCount, "output")
            }
            return Target(try shop.fit(graph, effort: 2))
        },
        Subject(
            name: "cnn-int8",
            group: .good,
            meaning:
                "the CNN with its input and first activations rounded to 8 bits, as a quantised file has them"
        ) { shop in
            let plain = try shop.plainConvolutional()
            let graph = try shop.graph { try $0.quantizedConvolutional($1, classes: shop.classCount) }
            return Target(graph.takingWeights(of: plain))
        },
    ]
}
