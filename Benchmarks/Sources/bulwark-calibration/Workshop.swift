import BulwarkAttacks
import BulwarkModels
import BulwarkOneDNN
import BulwarkTensors

/// Where the models of one seed are trained; networks that several of them begin with are trained once.
final class Workshop {
    let training: DataSet
    let classCount: Int
    let threat: ThreatModel
    let seed: UInt64
    let execution: Execution
    let backend: any Backend = OneDNNBackend()
    private var shelf: [String: Graph] = [:]
    private var adversary: Surrogates?

    init(training: DataSet, classCount: Int, threat: ThreatModel, seed: UInt64, execution: Execution) {
        self.training = training
        self.classCount = classCount
        self.threat = threat
        self.seed = seed
        self.execution = execution
    }

    var inputShape: Shape { training.sampleShape }

    /// How often to see every sample: about 40,000 samples altogether, or a multiple of them.
    func epochs(_ effort: Int = 1) -> Int { max(effort * 40_000 / training.sampleCount, 1) }

    /// What `make` gives, made once.
    func keeping(_ name: String, _ make: () throws -> Graph) rethrows -> Graph {
        if let graph = shelf[name] { return graph }
        let graph = try make()
        shelf[name] = graph
        return graph
    }

    /// A graph from the layers between its input and its scores.
    func graph(_ body: (inout Layers, ValueID) throws -> ValueID) throws -> Graph {
        var layers = Layers(seed: seed)
        let input = try layers.input(inputShape)
        let scores = try body(&layers, input)
        return layers.builder.graph(outputs: [scores])
    }

    func classifier(_ graph: Graph) throws -> GraphClassifier {
        GraphClassifier(try ClassifierGraph(graph), backend: backend, execution: execution)
    }

    func trainer(effort: Int = 1) -> Trainer {
        Trainer(optimizer: .adam(learningRate: 1e-3), epochs: epochs(effort), batchSize: 64, seed: seed)
    }

    /// A graph fitted to the training samples, or to what a transformation makes of each batch.
    func fit(
        _ graph: Graph,
        effort: Int = 1,
        transform: ((Tensor, [Int], GraphClassifier) throws -> Tensor)? = nil
    ) throws -> Graph {
        try trainer(effort: effort).train(
            graph,
            inputs: training.inputs,
            labels: training.labels,
            backend: backend,
            execution: execution,
            perturb: transform
        )
    }

    /// The ordinary convolutional network, trained on the samples as they are.
    func plainConvolutional() throws -> Graph {
        try keeping("convolutional") {
            try fit(graph { try $0.convolutional($1, classes: classCount) })
        }
    }

    /// The ordinary network of dense layers.
    func plainPerceptron() throws -> Graph {
        try keeping("perceptron") {
            try fit(graph { try $0.perceptron($1, classes: classCount) })
        }
    }

    /// An adversary's own networks, for attacks that transfer.
    func surrogates() throws -> Surrogates {
        if let adversary { return adversary }
        let trainer = SurrogateTrainer(backend: backend, execution: execution, seed: seed)
        let members = try SurrogateArchitecture.plain(for: training.inputs, classCount: classCount)
            .enumerated()
            .map { number, architecture in
                try trainer.fit(
                    architecture,
                    inputs: training.inputs,
                    labels: training.labels,
                    member: number
                )
            }
        let surrogates = try Surrogates(members, queries: 0, trainer: trainer)
        adversary = surrogates
        return surrogates
    }

    /// A graph fitted to what PGD with 7 steps makes of each batch (Madry et al., ICLR 2018).
    func adversarially(_ graph: Graph, effort: Int = 2) throws -> Graph {
        var batch: UInt64 = 0
        let attack = try pgd(.crossEntropy, steps: 7)
        return try fit(graph, effort: effort) { inputs, labels, model in
            batch += 1
            let random = RandomSource(seed: self.seed &* 0x1_0000_0000 &+ batch, stream: "training")
            let aims = labels.map { Aim.anythingBut($0) }
            let part = Batch(inputs: inputs, aims: aims, samples: Array(labels.indices))
            return try attack.perturb(part, against: model, random: random).candidates
        }
    }

    /// An attack on the training samples of an untargeted adversary.
    func pgd(_ loss: Loss, steps: Int, stopping: PGD.Stopping = .afterAllSteps) throws -> PGD {
        try PGD(
            threat: ThreatModel(norm: threat.norm, epsilon: threat.epsilon, bounds: threat.bounds),
            loss: loss,
            stepSize: AttackTable.stepSize(epsilon: threat.epsilon, steps: steps),
            steps: steps,
            restarts: 1,
            randomStart: true,
            stopping: stopping
        )
    }

    /// Each batch through fresh draws of a random transformation.
    func through(
        _ transformation: any RandomTransformation
    ) -> (Tensor, [Int], GraphClassifier) throws -> Tensor {
        var random = SeededRandom(seed: seed, stream: "augmentation")
        let shape = inputShape
        return { inputs, _, _ in
            let rows = try (0..<inputs.rowCount).map { row in
                let function = try transformation.draw(for: shape, random: &random)
                return function.value(at: Array(inputs.row(row).elements))
            }
            return Tensor(inputs.shape, rows.flatMap { $0 })
        }
    }
}
