import BulwarkTensors

/// A graph as it is while its parameters are fitted: normalisations go by the statistics of the block they
/// see, and give them away so that running ones can follow.
///
/// Ioffe and Szegedy, "Batch normalization" (ICML 2015), algorithm 1. The statistics are those of a block and
/// not of the whole batch: Hoffer, Hubara and Soudry, "Train longer, generalize better" (NeurIPS 2017),
/// section 4.
struct TrainingGraph {
    /// What runs: the outputs of the original graph, and then mean and variance of each normalisation.
    let graph: Graph
    /// The normalisations whose scale or bias is trained.
    let statistics: [Statistic]

    /// The running statistics of one normalisation.
    struct Statistic {
        /// The parameters that hold them.
        let mean: ValueID
        let variance: ValueID
        /// The value that is normalised.
        let source: ValueID
        /// Its statistics, `[C]` each.
        let batch: (mean: ValueID, variance: ValueID)
    }

    /// - Throws: `GraphError` if a normalisation has no values to take statistics of.
    init(_ original: Graph) throws {
        var builder = GraphBuilder(extending: original)
        var moments: [ValueID: (mean: ValueID, variance: ValueID)] = [:]
        var statistics: [Statistic] = []
        for node in original.nodes where Self.isFitted(node, original) {
            let found = try Self.moments(of: node.inputs[0], into: &builder)
            moments[node.output] = found
            statistics.append(
                Statistic(
                    mean: node.inputs[3],
                    variance: node.inputs[4],
                    source: node.inputs[0],
                    batch: found
                )
            )
        }
        self.statistics = statistics
        let extended = builder.graph(
            outputs: original.outputs + statistics.flatMap { [$0.batch.mean, $0.batch.variance] }
        )
        // The new nodes stand behind the others, in the order of the normalisations that read them.
        var added = extended.nodes.filter { $0.output.index >= original.values.count }[...]
        var nodes: [Graph.Node] = []
        for node in original.nodes {
            guard let (mean, variance) = moments[node.output] else {
                nodes.append(node)
                continue
            }
            nodes += added.prefix(Self.momentNodes)
            added = added.dropFirst(Self.momentNodes)
            let inputs = Array(node.inputs.prefix(3)) + [mean, variance]
            nodes.append(
                Graph.Node(name: node.name, operation: node.operation, inputs: inputs, output: node.output)
            )
        }
        graph = Graph(
            values: extended.values,
            inputs: original.inputs,
            outputs: extended.outputs,
            parameters: original.parameters,
            trainable: original.trainable,
            nodes: nodes
        )
    }

    /// Whether a node is a normalisation with running statistics whose scale or bias is trained.
    private static func isFitted(_ node: Graph.Node, _ graph: Graph) -> Bool {
        node.operation is BatchNormalization && node.inputs[1...2].contains(where: graph.trainable.contains)
            && node.inputs[3...4].allSatisfy { graph.parameters[$0] != nil }
    }

    /// How many nodes `moments` adds.
    private static let momentNodes = 5

    /// The mean and the variance of each channel, `[C]`.
    private static func moments(
        of values: ValueID,
        into builder: inout GraphBuilder
    ) throws -> (mean: ValueID, variance: ValueID) {
        let rank = builder.shape(of: values).rank
        let axes = [0] + Array(2..<rank)
        let mean = try builder.apply(ReduceMean(axes: axes, keepsAxes: true), to: [values])
        let centered = try builder.apply(Sub(), to: [values, mean])
        let squares = try builder.apply(Mul(), to: [centered, centered])
        let variance = try builder.apply(ReduceMean(axes: axes, keepsAxes: false), to: [squares])
        return (try builder.apply(Squeeze(axes: axes), to: [mean]), variance)
    }
}
