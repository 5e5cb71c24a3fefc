import BulwarkTensors

/// A graph whose parameters are being fitted: one step after another in memory that is there from the
/// beginning.
final class TrainingRun {
    /// How much of a batch's statistics enters the running ones, as in PyTorch.
    private static let momentum: Float = 0.1

    /// The present tensors of the parameters that training changes, running statistics included.
    private(set) var parameters: [ValueID: Tensor]
    private let model: TrainingGraph
    /// How parameters follow their gradients in the next step.
    var optimizer: Optimizer
    private let threads: Int
    private let runner: BlockRunner
    private var state = Optimizer.State()
    private var blocks: [Block] = []

    /// What one block of a batch is computed from and into.
    ///
    /// `@unchecked Sendable` is sound because a block is computed by one thread, and read when all are done.
    private final class Block: @unchecked Sendable {
        var inputs: [Tensor]
        var outputs: [Tensor]
        var cotangents: [Tensor]
        var gradients: Gradients
        var losses: [Float]
        var aims: [Aim]
        /// Of the samples that are not there to fill the block up.
        var loss = 0.0
        var correct = 0

        init(_ graph: Graph, size: Int) throws {
            func tensor(_ id: ValueID) throws -> Tensor {
                Tensor(try graph[id].shape.resolved(batchSize: size))
            }
            inputs = try graph.inputs.map(tensor)
            outputs = try graph.outputs.map(tensor)
            cotangents = outputs
            gradients = Gradients(
                inputs: [],
                parameters: Dictionary(
                    uniqueKeysWithValues: try graph.trainable.map { ($0, try tensor($0)) }
                )
            )
            losses = Array(repeating: 0, count: size)
            aims = Array(repeating: .anythingBut(0), count: size)
        }
    }

    /// What a step says of its batch as it was before the step.
    struct Progress {
        /// The sum of the samples' losses.
        var loss: Double
        var correct: Int
    }

    /// - Throws: `GraphError` if a normalisation cannot be fitted.
    init(
        _ graph: Graph,
        optimizer: Optimizer,
        batchSize: Int,
        backend: any Backend,
        execution: Execution
    ) throws {
        model = try TrainingGraph(graph)
        self.optimizer = optimizer
        threads = execution.threads
        let size = execution.blockSize ?? BlockSize.suitedToTraining(graph, batchSize: batchSize)
        runner = BlockRunner(
            model.graph,
            backend: backend,
            execution: Execution(threads: execution.threads, blockSize: size),
            differentiating: .parameters
        )
        let statistics = model.statistics.flatMap { [$0.mean, $0.variance] }
        parameters = graph.parameters.filter {
            graph.trainable.contains($0.key) || statistics.contains($0.key)
        }
    }

    /// One step down the mean gradient of the cross-entropy.
    ///
    /// A short last block is filled up with samples of its own, from its first one on, which have no
    /// gradient; only the statistics of normalisations see them.
    ///
    /// - Parameters:
    ///   - inputs: Samples `[N, …]`.
    ///   - rows: Which of them make up the batch.
    ///   - labels: The classes of all samples.
    /// - Returns: Losses and hits before the step.
    /// - Throws: What the backend throws.
    func step(_ inputs: Tensor, rows: [Int], labels: [Int]) throws -> Progress {
        let size = runner.blockSize
        let count = (rows.count + size - 1) / size
        while blocks.count < count { blocks.append(try Block(model.graph, size: size)) }
        let blocks = blocks
        _ = try runner.map(rows.count) { executable, range in
            try Self.compute(blocks[range.lowerBound / size], executable, inputs, rows, range, labels)
        }
        let used = blocks.prefix(count)
        optimizer.step(
            &parameters,
            summing: used.map(\.gradients.parameters),
            threads: threads,
            state: &state
        )
        followStatistics(used)
        runner.setParameters(parameters)
        return Progress(
            loss: used.reduce(0) { $0 + $1.loss },
            correct: used.reduce(0) { $0 + $1.correct }
        )
    }

    private static func compute(
        _ block: Block,
        _ executable: any Executable,
        _ inputs: Tensor,
        _ rows: [Int],
        _ range: Range<Int>,
        _ labels: [Int]
    ) throws {
        for position in block.losses.indices {
            let row = rows[range.lowerBound + position % range.count]
            block.inputs[0].copyRow(position, from: inputs, at: row)
            block.aims[position] = .anythingBut(labels[row])
        }
        try executable.forward(block.inputs, into: &block.outputs)
        Loss.crossEntropy.evaluate(
            block.outputs[0],
            aims: block.aims,
            losses: &block.losses,
            gradient: &block.cotangents[0]
        )
        let share = 1 / Float(rows.count)
        let classes = block.cotangents[0].rowSize
        block.cotangents[0].mutate { slope in
            for index in slope.indices { slope[index] *= index < range.count * classes ? share : 0 }
        }
        try executable.backward(block.cotangents, into: &block.gradients)
        (block.loss, block.correct) = (0, 0)
        for position in 0..<range.count {
            block.loss += Double(block.losses[position])
            let isRight = !block.aims[position].isReached(by: block.outputs[0].argmax(ofRow: position))
            block.correct += isRight ? 1 : 0
        }
    }

    /// Moves running statistics towards those of the blocks, the variance as estimated without bias.
    private func followStatistics(_ blocks: ArraySlice<Block>) {
        for (index, statistic) in model.statistics.enumerated() {
            let position = model.graph.outputs.count - 2 * (model.statistics.count - index)
            let shape = model.graph[statistic.source].shape
            let count = (try? shape.resolved(batchSize: runner.blockSize).count) ?? 1
            let channels = parameters[statistic.mean]?.count ?? 1
            let samples = Float(count / max(channels, 1))
            let correction = samples / max(samples - 1, 1)
            for (id, output, factor) in [
                (statistic.mean, position, Float(1)), (statistic.variance, position + 1, correction),
            ] {
                guard let old = parameters[id] else { continue }
                let share = Self.momentum * factor / Float(blocks.count)
                parameters[id] = Tensor(
                    old.shape,
                    generating: { channel in
                        let sum = blocks.reduce(Float(0)) { $0 + $1.outputs[output][channel] }
                        return (1 - Self.momentum) * old[channel] + share * sum
                    }
                )
            }
        }
    }
}
