import BulwarkAttacks
import BulwarkModels
import BulwarkOneDNN
import BulwarkTensors
import CAllocations
import Testing

/// A step that has been taken before asks for no memory but the few words that oneDNN itself sets up for each
/// primitive it runs.
@Suite(.enabled(if: allocations_are_counted(), "this platform's allocator cannot be counted"))
struct AllocationTests {
    @Test func theCounterCounts() {
        let before = allocations_of_this_thread()
        let tensor = Tensor([3])
        #expect(allocations_of_this_thread() > before)
        #expect(tensor.count == 3)
    }

    /// Loops of our own: convolutions by Winograd's method and of few channels, maxima, and their gradients;
    /// two primitives rearrange the output and its cotangent.
    @Test func stepsOfOurOwnAllocateNothing() throws {
        var builder = GraphBuilder()
        var value = try builder.input("x", [.batch, 1, 28, 28])
        for (position, channels) in [(1, 16), (16, 32)].enumerated() {
            var random = SeededRandom(seed: 1, stream: "weights \(position)")
            let weights = try builder.parameter(
                "w\(position)",
                .random([channels.1, channels.0, 3, 3], &random)
            )
            let convolution = Conv(strides: [1, 1], dilations: [1, 1], padsBegin: [1, 1], padsEnd: [1, 1])
            value = try builder.apply(convolution, to: [value, weights])
            value = try builder.apply(Relu(), to: [value])
            value = try builder.apply(MaxPool.halving, to: [value])
        }
        let graph = builder.graph(outputs: [value])
        let perStep = Double(try allocations(graph, batchSize: 4, steps: 50)) / 50
        #expect(perStep <= 2 * Self.mostForAPrimitive, "\(perStep) allocations a step")
    }

    /// What oneDNN asks for depends on what runs, and not on how often: so many pieces for each primitive.
    @Test func stepsOfPrimitivesAllocateWhatOneDNNDoes() throws {
        let small = try Architecture.mlp.graph(inputShape: [64], classCount: 10, width: 64, seed: 1)
        // Three products forwards and three backwards.
        let perStep = Double(try allocations(small, batchSize: 32, steps: 100)) / 100
        #expect(perStep <= 6 * Self.mostForAPrimitive, "\(perStep) allocations a step")
        let large = try Architecture.mlp.graph(inputShape: [64], classCount: 10, width: 256, seed: 1)
        #expect(try allocations(large, batchSize: 128, steps: 100) == Int64(perStep * 100))
    }

    /// The loop around the gradient: step, projection, the best candidate, all in place.
    @Test func stepsOfAnAttackAllocateNoMoreThanTheirGradient() throws {
        let graph = try Architecture.mlp.graph(inputShape: [64], classCount: 10, width: 64, seed: 1)
        let model = GraphClassifier(
            try ClassifierGraph(graph),
            backend: OneDNNBackend(),
            execution: Execution(threads: 1, blockSize: 32)
        )
        var random = SeededRandom(seed: 3, stream: "inputs")
        let inputs = Tensor.random([64, 64], &random).map { ($0 + 1) / 2 }
        let batch = Batch(
            inputs: inputs,
            aims: (0..<64).map { .anythingBut($0 % 10) },
            samples: Array(0..<64)
        )
        func allocations(steps: Int) throws -> Int64 {
            let attack = try PGD(
                threat: ThreatModel(norm: .linf, epsilon: 0.1, bounds: Bounds(0, 1)),
                loss: .crossEntropy,
                stepSize: 0.01,
                steps: steps,
                restarts: 1,
                randomStart: false,
                stopping: .afterAllSteps
            )
            let source = RandomSource(seed: 0, stream: "pgd")
            _ = try attack.perturb(batch, against: model, random: source)
            let before = allocations_of_this_thread()
            _ = try attack.perturb(batch, against: model, random: source)
            return allocations_of_this_thread() - before
        }
        // Two blocks of samples, and six primitives for each step of a block.
        let perStep = Double(try allocations(steps: 60) - allocations(steps: 10)) / 100
        #expect(perStep <= 6 * Self.mostForAPrimitive, "\(perStep) allocations a step")
    }

    private static let mostForAPrimitive = 12.0

    /// How often this thread asks for memory in so many steps forwards and backwards, after a few others.
    private func allocations(_ graph: Graph, batchSize: Int, steps: Int) throws -> Int64 {
        let executable = try OneDNNBackend().compile(graph, batchSize: batchSize, differentiating: .inputs)
        var random = SeededRandom(seed: 2, stream: "inputs")
        let shape = try graph[graph.inputs[0]].shape.resolved(batchSize: batchSize)
        let inputs = [Tensor.random(shape, &random)]
        var outputs = try executable.forward(inputs)
        let cotangents = outputs
        var gradients = try executable.backward(cotangents)
        let before = allocations_of_this_thread()
        for _ in 0..<steps {
            try executable.forward(inputs, into: &outputs)
            try executable.backward(cotangents, into: &gradients)
        }
        return allocations_of_this_thread() - before
    }
}

extension MaxPool {
    /// Windows of two by two, side by side.
    fileprivate static var halving: MaxPool {
        MaxPool(
            kernel: [2, 2],
            strides: [2, 2],
            dilations: [1, 1],
            padsBegin: [0, 0],
            padsEnd: [0, 0],
            ceilMode: false
        )
    }
}
