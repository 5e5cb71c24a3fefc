import BulwarkAttacks
import BulwarkModels
import BulwarkTensors

/// A classifier beside a network that tells attacked inputs from clean ones, whose yes or no decides whether an
/// additional class *rejected* wins.
///
/// Gong, Wang and Ku, "Adversarial and clean data are not twins" (arXiv 1704.04960), section 3. The threshold
/// has no gradient, so an attack on the whole does not see the detector. Broken by Carlini and Wagner,
/// "Adversarial examples are not easily detected" (AISec 2017), section 3.
struct Detector {
    /// The score of *rejected* if the detector says so, and minus that score if not: far above and below all
    /// others.
    private static let decisive: Float = 100
    /// The share of clean training samples that may be rejected.
    private static let falseAlarms = 0.02

    /// The model as deployed, and the same with the detector's score in place of its decision.
    let deployed: Graph
    let soft: Graph

    init(_ workshop: Workshop) throws {
        var layers = Layers(seed: workshop.seed)
        let input = try layers.input(workshop.inputShape)
        let scores = try layers.convolutional(input, classes: workshop.classCount)
        let answers = try layers.convolutional(input, classes: 2, prefix: "detector.")
        let classifier = try workshop.fit(layers.builder.graph(outputs: [scores]))
        let detector = try Self.train(layers.builder.graph(outputs: [answers]), against: classifier, workshop)
        var parameters = classifier.parameters.filter { classifier.trainable.contains($0.key) }
        for id in detector.trainable { parameters[id] = detector.parameters[id] }

        let difference = try layers.constant("difference", Tensor([2, 1], [-1, 1]))
        let suspicion = try layers.builder.apply(MatMul(), to: [answers, difference])
        let clean = try workshop.classifier(detector).logits(for: workshop.training.inputs)
        let suspicions = (0..<clean.rowCount).map { clean[2 * $0 + 1] - clean[2 * $0] }.sorted()
        let threshold = suspicions[Int((1 - Self.falseAlarms) * Double(suspicions.count - 1))]
        let excess = try layers.plus(suspicion, -threshold)
        let zero = try layers.constant("zero", Tensor(scalar: 0))
        let alarm = try layers.builder.apply(Comparison(.greater), to: [excess, zero])
        let decision = try layers.plus(layers.times(alarm, 2 * Self.decisive), -Self.decisive)
        let largest = try layers.builder.apply(TopK(count: 1), to: [scores])
        func whole(_ rejected: ValueID) throws -> Graph {
            let all = try layers.builder.apply(Concat(axis: 1), to: [scores, rejected])
            return layers.builder.graph(outputs: [all]).replacingParameters(parameters)
        }
        deployed = try whole(decision)
        // Above the largest score exactly where the detector rejects, as Carlini and Wagner write it.
        soft = try whole(layers.builder.apply(Add(), to: [largest, excess]))
    }

    /// A network that says 0 of the training samples and 1 of what an attack on the classifier makes of them.
    private static func train(_ graph: Graph, against classifier: Graph, _ workshop: Workshop) throws -> Graph
    {
        let (inputs, labels) = (workshop.training.inputs, workshop.training.labels)
        let batch = Batch(
            inputs: inputs,
            aims: labels.map { .anythingBut($0) },
            samples: Array(labels.indices)
        )
        let attack = try workshop.pgd(.crossEntropy, steps: 20)
        let random = RandomSource(seed: workshop.seed, stream: "detector")
        let attacked = try attack.perturb(batch, against: workshop.classifier(classifier), random: random)
        return try workshop.trainer().train(
            graph,
            inputs: .concatenatingRows([inputs, attacked.candidates], rowShape: workshop.inputShape),
            labels: labels.map { _ in 0 } + labels.map { _ in 1 },
            backend: workshop.backend,
            execution: workshop.execution
        )
    }
}
