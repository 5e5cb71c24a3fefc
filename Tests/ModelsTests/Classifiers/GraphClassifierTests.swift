import BulwarkModels
import BulwarkTensors
import Synchronization
import TestSupport
import Testing

/// `GraphClassifier` and the `BlockRunner` below it.
struct GraphClassifierTests {
    private static func classifier(seed: UInt64, threads: Int, blockSize: Int = 4) throws -> GraphClassifier {
        GraphClassifier(
            try ClassifierGraph(RandomGraphs.network(seed: seed)),
            backend: ReferenceBackend(),
            execution: Execution(threads: threads, blockSize: blockSize)
        )
    }

    private static func samples(_ model: GraphClassifier, count: Int) -> (inputs: Tensor, aims: [Aim]) {
        let aims = (0..<count).map { row -> Aim in
            let truth = row % model.classCount
            return row % 3 == 0 ? .exactly((truth + 1) % model.classCount, not: truth) : .anythingBut(truth)
        }
        return (normals(model.inputShape.batched(count), seed: 7), aims)
    }

    @Test(arguments: 1...6 as ClosedRange<UInt64>)
    func samplesThreadsAndOrderDoNotChangeABit(seed: UInt64) throws {
        let count = 11
        let reference = try Self.classifier(seed: seed, threads: 1)
        let (inputs, aims) = Self.samples(reference, count: count)
        let logits = try reference.logits(for: inputs)
        let slope = try reference.inputGradient(of: .margin, at: inputs, aims: aims)
        let features = try reference.activations(for: inputs)
        #expect(slope.logits.isBitwiseEqual(to: logits))
        let orders = [Array(0..<count), (0..<count).reversed(), [7], [3, 10, 0], [0, 0, 0, 0, 0, 4]]
        for threads in 1...3 {
            let model = try Self.classifier(seed: seed, threads: threads)
            for order in orders {
                let part = inputs.gatheringRows(order)
                #expect(try model.logits(for: part).isBitwiseEqual(to: logits.gatheringRows(order)))
                let found = try model.inputGradient(of: .margin, at: part, aims: order.map { aims[$0] })
                #expect(found.gradient.isBitwiseEqual(to: slope.gradient.gatheringRows(order)))
                #expect(found.losses.map(\.bitPattern) == order.map { slope.losses[$0].bitPattern })
                let read = try model.activations(for: part)
                #expect((read == nil) == (features == nil))
                if let read, let features { #expect(read.isBitwiseEqual(to: features.gatheringRows(order))) }
            }
        }
    }

    @Test func noSamplesGiveNoRows() throws {
        let model = try Self.classifier(seed: 1, threads: 2)
        let none = Tensor(model.inputShape.batched(0))
        #expect(try model.logits(for: none).shape == [0, model.classCount])
        #expect(try model.labels(for: none).isEmpty)
        let slope = try model.inputGradient(of: .crossEntropy, at: none, aims: [])
        #expect(slope.gradient.shape == none.shape)
        #expect(slope.losses.isEmpty)
    }

    /// A model whose file fixes the batch gives every sample what the same model with an open batch gives it.
    @Test func aFixedBatchIsKept() throws {
        func graph(_ batch: Dimension) throws -> Graph {
            var builder = GraphBuilder()
            let input = try builder.input("x", [batch, 4])
            let first = try builder.apply(
                Gemm(),
                to: [input, builder.parameter("v", normals([4, 5], seed: 8))]
            )
            let hidden = try builder.apply(Relu(), to: [first])
            let scores = try builder.apply(
                Gemm(),
                to: [hidden, builder.parameter("w", normals([5, 3], seed: 9))]
            )
            return builder.graph(outputs: [scores])
        }
        let execution = Execution(threads: 2, blockSize: 3)
        let open = GraphClassifier(
            try ClassifierGraph(graph(.batch)),
            backend: ReferenceBackend(),
            execution: execution
        )
        for batch in [1, 3, 8] {
            let fixed = try ClassifierGraph(graph(Dimension(constant: batch)))
            #expect(fixed.fixedBatch == batch)
            let model = GraphClassifier(fixed, backend: ReferenceBackend(), execution: execution)
            let (inputs, aims) = Self.samples(model, count: 7)
            #expect(try model.logits(for: inputs) == open.logits(for: inputs))
            #expect(try model.activations(for: inputs) == open.activations(for: inputs))
            let slope = try model.inputGradient(of: .crossEntropy, at: inputs, aims: aims)
            #expect(
                try slope.gradient == open.inputGradient(of: .crossEntropy, at: inputs, aims: aims).gradient
            )
        }
    }

    @Test(arguments: [[], [2], [2, 5], [4, 1, 4], [0, 3]] as [Shape])
    func samplesOfAnotherShapeAreATypedError(_ shape: Shape) throws {
        let graph = try Architecture.mlp.graph(inputShape: [4], classCount: 3, width: 4, seed: 1)
        let model = GraphClassifier(
            try ClassifierGraph(graph),
            backend: ReferenceBackend(),
            execution: Execution(threads: 1)
        )
        let wrong = Tensor(shape)
        let error = ClassifierError.inputShape(expected: [4], found: shape.rank > 0 ? shape.dropFirst : [])
        #expect(throws: error) { try model.logits(for: wrong) }
        #expect(throws: error) { try model.activations(for: wrong) ?? Tensor([0]) }
        #expect(throws: error) {
            try model.inputGradient(of: .margin, at: wrong, aims: [.anythingBut(0), .anythingBut(1)])
        }
    }

    /// Fails at blocks that hold a marked sample; the message is the mark.
    private struct TouchyBackend: Backend {
        let name = "touchy"
        var compiles = true

        private final class Touchy: Executable {
            let base: any Executable
            var batchSize: Int { base.batchSize }

            init(_ base: any Executable) { self.base = base }

            func forward(_ inputs: [Tensor]) throws -> [Tensor] {
                if let mark = inputs[0].elements.first(where: { $0 >= 1000 }) {
                    throw BackendError.library("\(mark)")
                }
                return try base.forward(inputs)
            }

            func backward(_ cotangents: [Tensor]) throws -> Gradients { try base.backward(cotangents) }
            func setParameters(_ parameters: [ValueID: Tensor]) { base.setParameters(parameters) }
        }

        func compile(
            _ graph: Graph,
            batchSize: Int,
            differentiating: Differentiation
        ) throws -> any Executable {
            guard compiles else { throw BackendError.library("not here") }
            return Touchy(
                try ReferenceBackend().compile(graph, batchSize: batchSize, differentiating: differentiating)
            )
        }
    }

    @Test(arguments: 1...4)
    func anErrorInABlockSurfacesAndHurtsNothing(threads: Int) throws {
        let graph = try ClassifierGraph(
            Architecture.mlp.graph(inputShape: [2], classCount: 3, width: 4, seed: 1)
        )
        let model = GraphClassifier(
            graph,
            backend: TouchyBackend(),
            execution: Execution(threads: threads, blockSize: 2)
        )
        let good = normals([20, 2], seed: 10)
        let before = try model.logits(for: good)
        var bad = good
        // Blocks 3 and 8; the error of the first is the one that is told.
        bad[2 * 7] = 1007
        bad[2 * 17 + 1] = 1017
        let aims = [Aim](repeating: .anythingBut(0), count: 20)
        for _ in 0..<5 {
            #expect(throws: BackendError.library("1007.0")) { try model.logits(for: bad) }
            #expect(throws: BackendError.library("1007.0")) {
                try model.inputGradient(of: .margin, at: bad, aims: aims)
            }
            #expect(try model.logits(for: good).isBitwiseEqual(to: before))
        }
    }

    @Test(arguments: 1...3)
    func aGraphThatDoesNotCompileIsAnError(threads: Int) throws {
        let graph = try ClassifierGraph(
            Architecture.mlp.graph(inputShape: [2], classCount: 3, width: 4, seed: 1)
        )
        let model = GraphClassifier(
            graph,
            backend: TouchyBackend(compiles: false),
            execution: Execution(threads: threads, blockSize: 2)
        )
        #expect(throws: BackendError.library("not here")) { try model.logits(for: normals([9, 2], seed: 1)) }
    }

    /// Each block is computed once, whole, and its result is where it belongs.
    @Test(arguments: 1...5)
    func blocksCoverTheSamplesInOrder(threads: Int) throws {
        let graph = try Architecture.mlp.graph(inputShape: [2], classCount: 3, width: 4, seed: 1)
        let runner = BlockRunner(
            graph,
            backend: ReferenceBackend(),
            execution: Execution(threads: threads, blockSize: 4),
            differentiating: []
        )
        for count in [0, 1, 3, 4, 5, 8, 29] {
            let calls = Mutex(0)
            let blocks = try runner.map(count) { executable, rows in
                #expect(executable.batchSize == 4)
                calls.withLock { $0 += 1 }
                return rows
            }
            #expect(blocks.flatMap(Array.init) == Array(0..<count))
            #expect(blocks.dropLast().allSatisfy { $0.count == 4 })
            #expect(calls.withLock { $0 } == blocks.count)
        }
    }

    /// Parameters set once hold for executables that exist and for those compiled later.
    @Test func newParametersReachEveryThread() throws {
        let graph = try Architecture.mlp.graph(inputShape: [2], classCount: 3, width: 4, seed: 1)
        let other = try Architecture.mlp.graph(inputShape: [2], classCount: 3, width: 4, seed: 2)
        let inputs = normals([24, 2], seed: 11)
        func outputs(_ runner: BlockRunner) throws -> Tensor {
            let blocks = try runner.map(24) { executable, rows in
                try executable.forward([inputs.rows(rows)])[0]
            }
            return .concatenatingRows(blocks, rowShape: [3])
        }
        let runner = BlockRunner(
            graph,
            backend: ReferenceBackend(),
            execution: Execution(threads: 3, blockSize: 2),
            differentiating: []
        )
        let expected = try other.compiledOutput(for: inputs)
        #expect(try !outputs(runner).isBitwiseEqual(to: expected))
        runner.setParameters(other.parameters)
        for _ in 0..<4 { #expect(try outputs(runner) == expected) }
    }
}
