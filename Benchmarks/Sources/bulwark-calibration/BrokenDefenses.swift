import BulwarkAttacks
import BulwarkModels
import BulwarkTensors

extension Subject {
    /// Defenses of which it is published how they mislead.
    static let broken: [Subject] =
        [1e3, 1e4, 1e5].map(loud) + [probabilities] + [40, 100].map(distilled) + [
            saturated, bitDepth, thermometer, compression, resized, noisy, winners, exportedWinners, detector,
        ]

    private static func loud(_ factor: Float) -> Subject {
        let power = Int(factor).description.count - 1
        return Subject(
            name: "loud-1e\(power)",
            group: .broken,
            meaning: "CNN with logits times 10^\(power): the softmax saturates in single precision "
                + "(Carlini and Wagner, S&P 2017, section VIII)",
            causes: ["gradients-are-nonzero"],
            twin: { try $0.plainConvolutional() }
        ) { shop in
            let plain = try shop.plainConvolutional()
            return Target(
                try shop.extending(plain) { try $0.times($1, factor) },
                following: try shop.classifier(plain)
            )
        }
    }

    private static let probabilities = Subject(
        name: "probabilities",
        group: .broken,
        meaning: "CNN with logits times 100 that answers with probabilities, taken for logits",
        causes: ["outputs-are-logits", "gradients-are-nonzero"],
        twin: { try $0.plainConvolutional() }
    ) { shop in
        let plain = try shop.plainConvolutional()
        let graph = try shop.extending(plain) { layers, scores in
            let shares = try layers.builder.apply(Softmax(axis: -1), to: [layers.times(scores, 100)])
            // Behind another operator the softmax is not recognised as the end of the model.
            return try layers.times(shares, 1)
        }
        return Target(graph, following: try shop.classifier(plain))
    }

    private static func distilled(_ temperature: Float) -> Subject {
        Subject(
            name: "distilled-\(Int(temperature))",
            group: .broken,
            meaning:
                "CNN by defensive distillation at temperature \(Int(temperature)) (Papernot et al., arXiv "
                + "1511.04508; broken by Carlini and Wagner, S&P 2017)",
            causes: ["gradients-are-nonzero"],
            twin: { try $0.plainConvolutional() }
        ) { shop in
            let student = try Distillation(temperature: temperature, workshop: shop).student {
                try $0.convolutional($1, classes: shop.classCount)
            }
            return Target(student)
        }
    }

    private static let saturated = Subject(
        name: "saturated-units",
        group: .broken,
        meaning:
            "MLP of sigmoids so steep that they saturate (after Nayebi and Ganguli, arXiv 1703.09202; broken "
            + "by Brendel and Bethge, arXiv 1704.01547)",
        causes: ["gradients-are-nonzero", "gradients-match-finite-differences"],
        twin: { try $0.plainPerceptron() }
    ) { shop in
        func graph(_ slope: Float) throws -> Graph {
            try shop.graph { layers, input in
                try layers.perceptron(input, classes: shop.classCount) {
                    try $0.builder.apply(Sigmoid(), to: [$0.times($1, slope)])
                }
            }
        }
        // From gentle to steep; every graph has its values in the same order.
        var fitted = try shop.fit(graph(1))
        for slope in [4, 16, 64] as [Float] {
            let trained = fitted.parameters.filter { fitted.trainable.contains($0.key) }
            fitted = try shop.fit(graph(slope).replacingParameters(trained))
        }
        let trained = fitted.parameters.filter { fitted.trainable.contains($0.key) }
        let gentle = try graph(4).replacingParameters(trained)
        return Target(fitted, following: try shop.classifier(gentle))
    }

    private static let bitDepth = Subject(
        name: "bit-depth",
        group: .broken,
        meaning:
            "CNN behind 8 levels a pixel, with the gradient of zero that rounding has (Xu et al., NDSS 2018; "
            + "broken by He et al., WOOT 2017)",
        causes: ["gradients-are-nonzero"],
        twin: { try $0.plainConvolutional() }
    ) { shop in
        let plain = try shop.plainConvolutional()
        let graph = try shop.preceding(plain) { try $0.reducingBitDepth($1, bits: 3) }
        return Target(
            ZeroGradient(base: try shop.scores(graph)),
            following: try shop.classifier(plain)
        )
    }

    private static let thermometer = Subject(
        name: "thermometer",
        group: .broken,
        meaning:
            "CNN on thermometer codes of 8 levels, as from a file, which offers no gradient (Buckman et al., "
            + "ICLR 2018; broken by Athalye et al., ICML 2018)"
    ) { shop in
        func graph(isSoft: Bool) throws -> Graph {
            try shop.graph {
                try $0.convolutional($0.thermometer($1, levels: 8, isSoft: isSoft), classes: shop.classCount)
            }
        }
        let fitted = try shop.fit(graph(isSoft: false))
        return Target(fitted, following: try shop.classifier(graph(isSoft: true).takingWeights(of: fitted)))
    }

    private static let compression = Subject(
        name: "jpeg",
        group: .broken,
        meaning:
            "CNN behind rounded cosine coefficients, with the gradient of zero that rounding has (Guo et al., "
            + "ICLR 2018; broken by Athalye et al., ICML 2018)",
        causes: ["gradients-are-nonzero"],
        twin: { try $0.plainConvolutional() }
    ) { shop in
        let plain = try shop.plainConvolutional()
        let block = shop.inputShape[1] % 8 == 0 && shop.inputShape[2] % 8 == 0 ? 8 : 4
        let graph = try shop.preceding(plain) { try $0.compressing($1, block: block, step: 0.1) }
        return Target(
            ZeroGradient(base: try shop.scores(graph)),
            following: try shop.classifier(plain)
        )
    }

    private static let resized = Subject(
        name: "random-resize",
        group: .broken,
        meaning:
            "CNN behind random resizing and padding (Xie et al., ICLR 2018; broken by Athalye et al., ICML "
            + "2018)",
        causes: ["model-is-deterministic"],
        twin: { try $0.plainConvolutional() }
    ) { shop in
        try shop.randomized(by: RandomResizeAndPad(smallestShare: 0.75, probability: 1))
    }

    private static let noisy = Subject(
        name: "random-noise",
        group: .broken,
        meaning:
            "CNN behind normal noise of 0.2 of the box (Liu et al., ECCV 2018, with one draw a question; "
            + "averaging breaks it: Athalye et al., ICML 2018)",
        causes: ["model-is-deterministic"],
        twin: { try $0.plainConvolutional() }
    ) { shop in
        try shop.randomized(by: AdditiveGaussianNoise(standardDeviation: 0.2))
    }

    private static let winners = Subject(
        name: "k-winners",
        group: .broken,
        meaning:
            "MLP of k-winners-take-all with a fifth of 64 units (Xiao et al., ICLR 2020; broken by Tramèr et "
            + "al., NeurIPS 2020), as one operator",
        causes: [
            "predictions-are-smooth", "ascent-does-not-fall-back", "white-box-beats-black-box",
            "gradients-match-finite-differences",
        ],
        twin: { try $0.plainPerceptron() }
    ) { shop in
        try shop.winners { try $0.builder.apply(KWinners(share: 0.2), to: [$1]) }
    }

    private static let exportedWinners = Subject(
        name: "k-winners-graph",
        group: .broken,
        meaning: "the same as PyTorch exports it: a comparison with the k-th largest unit",
        causes: ["gradients-reach-the-input"] + winners.causes,
        twin: { try $0.plainPerceptron() }
    ) { shop in
        try shop.winners { try $0.winners($1, share: 0.2) }
    }

    private static let detector = Subject(
        name: "detector",
        group: .broken,
        meaning:
            "CNN with a network that rejects attacked inputs by a threshold (Gong et al., arXiv 1704.04960; "
            + "broken by Carlini and Wagner, AISec 2017); the adversary wants a class",
        causes: ["gradients-reach-the-input"],
        goal: .targeted
    ) { shop in
        let detector = try Detector(shop)
        return Target(detector.deployed, following: try shop.classifier(detector.soft))
    }
}

extension Workshop {
    /// A graph with more behind its scores.
    func extending(_ graph: Graph, _ body: (inout Layers, ValueID) throws -> ValueID) throws -> Graph {
        var layers = Layers(seed: seed)
        layers.builder = GraphBuilder(extending: graph)
        let output = try body(&layers, graph.outputs[0])
        return layers.builder.graph(outputs: [output])
    }

    /// The plain convolutional network with the weights of `fitted` behind something that changes its input.
    func preceding(_ fitted: Graph, _ body: (inout Layers, ValueID) throws -> ValueID) throws -> Graph {
        let graph = try graph { try $0.convolutional(body(&$0, $1), classes: classCount) }
        return graph.takingWeights(of: fitted)
    }

    func scores(_ graph: Graph) throws -> ScoreClassifier {
        ScoreClassifier(try ClassifierGraph(graph), backend: backend, execution: execution)
    }

    /// A network trained and deployed behind a random transformation, and what averaging makes of it.
    fileprivate func randomized(by transformation: any RandomTransformation) throws -> Target {
        let graph = try graph { try $0.convolutional($1, classes: classCount) }
        let base = try classifier(fit(graph, transform: through(transformation)))
        let randomized = TransformedClassifier(base, behind: transformation)
        var target = Target(FreshDraws(randomized, seed: seed))
        target.mean = ExpectationOverTransformation(randomized, draws: 10, seed: seed)
        return target
    }

    /// A network of k-winners-take-all, and its mean over small noise, which has a gradient to follow.
    fileprivate func winners(_ activation: Layers.Activation) throws -> Target {
        let graph = try graph {
            try $0.perceptron($1, classes: classCount, width: 64, activation: activation)
        }
        let fitted = try fit(graph)
        let noise = AdditiveGaussianNoise(standardDeviation: threat.epsilon / 4)
        return Target(
            fitted,
            following: ExpectationOverTransformation(
                try classifier(fitted),
                over: noise,
                draws: 10,
                seed: seed
            )
        )
    }
}

extension Graph {
    /// The trainable parameters of another graph of the same layers, by name.
    func takingWeights(of other: Graph) -> Graph {
        var replacements: [ValueID: Tensor] = [:]
        let named = Dictionary(uniqueKeysWithValues: other.trainable.map { (other[$0].name, $0) })
        for id in trainable {
            guard let source = named[self[id].name], let tensor = other.parameters[source] else { continue }
            replacements[id] = tensor
        }
        return replacingParameters(replacements)
    }
}
