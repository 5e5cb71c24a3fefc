import BulwarkModels
import BulwarkOneDNN
import BulwarkTensors
import TestSupport
import Testing

/// The same bits for a sample wherever it stands in a block, whatever stands beside it, and however many
/// threads run.
struct OneDNNDeterminismTests {
    /// A graph of one operator and the shape of one sample.
    struct Case: Sendable, CustomStringConvertible {
        let description: String
        let sample: Shape
        let operation: any Operator
        let parameters: [Shape]

        func graph() throws -> Graph {
            var random = SeededRandom(seed: 21, stream: "parameters")
            return try .single(operation, sample: sample, parameters: parameters.map { .random($0, &random) })
        }
    }

    private static func conv(
        _ channels: Int,
        _ outputs: Int,
        _ extent: Int,
        _ kernel: Int,
        stride: Int = 1,
        group: Int = 1
    ) -> Case {
        let pads = [kernel / 2, kernel / 2]
        return Case(
            description:
                "conv \(channels) to \(outputs), kernel \(kernel), extent \(extent), stride \(stride), \(group) groups",
            sample: [channels, extent, extent],
            operation: Conv(
                group: group,
                strides: [stride, stride],
                dilations: [1, 1],
                padsBegin: pads,
                padsEnd: pads
            ),
            parameters: [[outputs, channels / group, kernel, kernel], [outputs]]
        )
    }

    private static func gemm(_ inner: Int, _ columns: Int, isTransposed: Bool) -> Case {
        Case(
            description: "gemm \(inner) to \(columns)\(isTransposed ? ", transposed" : "")",
            sample: [inner],
            operation: Gemm(transposesRight: isTransposed),
            parameters: [isTransposed ? [columns, inner] : [inner, columns], [columns]]
        )
    }

    private static func matMul(_ sample: Shape, _ columns: Int) -> Case {
        Case(
            description: "matmul \(sample) to \(columns)",
            sample: sample,
            operation: MatMul(),
            parameters: [[sample[sample.rank - 1], columns]]
        )
    }

    private static func pool(_ channels: Int, _ extent: Int, _ kernel: Int, _ stride: Int) -> [Case] {
        let (size, step, pad) = ([kernel, kernel], [stride, stride], [kernel / 3, kernel / 3])
        let name = "\(channels) channels, \(extent)×\(extent), window \(kernel), stride \(stride)"
        return [
            Case(
                description: "max pool, \(name)",
                sample: [channels, extent, extent],
                operation: MaxPool(
                    kernel: size,
                    strides: step,
                    dilations: [1, 1],
                    padsBegin: pad,
                    padsEnd: pad
                ),
                parameters: []
            ),
            Case(
                description: "average pool, \(name)",
                sample: [channels, extent, extent],
                operation: AveragePool(kernel: size, strides: step, padsBegin: pad, padsEnd: pad),
                parameters: []
            ),
        ]
    }

    static let cases: [Case] =
        [
            conv(1, 32, 28, 3), conv(32, 64, 14, 3), conv(3, 16, 32, 3), conv(16, 16, 8, 3),
            conv(64, 64, 8, 1),
            conv(16, 32, 9, 1), conv(8, 12, 7, 5), conv(16, 32, 16, 3, stride: 2),
            conv(32, 32, 8, 3, group: 32),
            conv(24, 12, 6, 3, group: 3), conv(5, 7, 4, 3), conv(64, 128, 4, 3),
            conv(32, 64, 15, 1, stride: 2),
            gemm(784, 256, isTransposed: true), gemm(256, 256, isTransposed: false),
            gemm(256, 10, isTransposed: true),
            gemm(10, 3, isTransposed: false), gemm(64, 2, isTransposed: true),
            gemm(3136, 128, isTransposed: true),
            gemm(13, 1, isTransposed: false), gemm(1, 17, isTransposed: true),
            gemm(1000, 33, isTransposed: false),
            matMul([7, 20], 12), matMul([3, 5, 64], 48), matMul([1, 33], 100),
        ] + pool(32, 28, 2, 2) + pool(5, 9, 3, 2) + pool(16, 8, 3, 1)

    /// What one block of samples gives: output and gradient at the input.
    private static func run(_ graph: Graph, _ inputs: Tensor, _ cotangents: Tensor) throws -> (Tensor, Tensor)
    {
        let executable = try OneDNNBackend().compile(
            graph,
            batchSize: inputs.rowCount,
            differentiating: .inputs
        )
        let output = try executable.forward([inputs])[0]
        return (output, try executable.backward([cotangents.reshaped(to: output.shape)]).inputs[0])
    }

    private static func outputShape(_ graph: Graph, batchSize: Int) throws -> Shape {
        try graph[graph.outputs[0]].shape.resolved(batchSize: batchSize)
    }

    @Test(arguments: cases, [32, 20, 7])
    func aSamplesBitsDoNotDependOnItsPlace(_ example: Case, _ block: Int) throws {
        let graph = try example.graph()
        var random = SeededRandom(seed: 22, stream: "samples")
        let inputs = Tensor.random(example.sample.batched(block), &random)
        let cotangents = Tensor.random(try Self.outputShape(graph, batchSize: block), &random)
        let (outputs, gradients) = try Self.run(graph, inputs, cotangents)
        for _ in 0..<3 {
            let order = random.permutation(of: block)
            let (shuffled, shuffledGradients) = try Self.run(
                graph,
                inputs.gatheringRows(order),
                cotangents.gatheringRows(order)
            )
            #expect(shuffled.isBitwiseEqual(to: outputs.gatheringRows(order)))
            #expect(shuffledGradients.isBitwiseEqual(to: gradients.gatheringRows(order)))
        }
        // One sample everywhere.
        let (same, sameGradients) = try Self.run(
            graph,
            inputs.gatheringRows(Array(repeating: 1, count: block)),
            cotangents.gatheringRows(Array(repeating: 1, count: block))
        )
        for place in 0..<block {
            #expect(same.row(place).isBitwiseEqual(to: outputs.row(1)))
            #expect(sameGradients.row(place).isBitwiseEqual(to: gradients.row(1)))
        }
    }

    @Test(arguments: cases)
    func aSamplesBitsDoNotDependOnItsNeighbours(_ example: Case) throws {
        let graph = try example.graph()
        var random = SeededRandom(seed: 23, stream: "samples")
        let inputs = Tensor.random(example.sample.batched(32), &random)
        let cotangents = Tensor.random(try Self.outputShape(graph, batchSize: 32), &random)
        let (outputs, gradients) = try Self.run(graph, inputs, cotangents)
        let few = [0, 1, 2, 3, 4]
        let (padded, paddedGradients) = try Self.run(
            graph,
            inputs.rows(0..<5).paddedRows(to: 32),
            cotangents.rows(0..<5).paddedRows(to: 32)
        )
        #expect(padded.gatheringRows(few).isBitwiseEqual(to: outputs.gatheringRows(few)))
        #expect(paddedGradients.gatheringRows(few).isBitwiseEqual(to: gradients.gatheringRows(few)))
    }

    @Test(arguments: [1, 2, 4])
    func blocksOnSeveralThreadsGiveTheSameBits(threads: Int) async throws {
        let (graph, _, cotangent) = try OneDNNBackendTests.example(seed: 2, batchSize: 16)
        let blocks = try (0..<8).map { try RandomGraphs.inputs(for: graph, batchSize: 16, seed: $0)[0] }
        let expected = try Self.results(graph, blocks, cotangent)
        let found = try await withThrowingTaskGroup(of: [(Int, [Tensor])].self) { group in
            for worker in 0..<threads {
                group.addTask {
                    let own = blocks.indices.filter { $0 % threads == worker }
                    return Array(zip(own, try Self.results(graph, own.map { blocks[$0] }, cotangent)))
                }
            }
            var results = [[Tensor]](repeating: [], count: blocks.count)
            for try await part in group { for (block, tensors) in part { results[block] = tensors } }
            return results
        }
        for (one, other) in zip(found, expected) {
            #expect(one.count == other.count)
            #expect(zip(one, other).allSatisfy { $0.isBitwiseEqual(to: $1) })
        }
    }

    /// Outputs and all gradients of each block, from one executable.
    private static func results(_ graph: Graph, _ blocks: [Tensor], _ cotangent: Tensor) throws -> [[Tensor]]
    {
        let executable = try OneDNNBackend()
            .compile(graph, batchSize: 16, differentiating: [.inputs, .parameters])
        return try blocks.map { block in
            let output = try executable.forward([block])
            let gradients = try executable.backward([cotangent])
            return output + gradients.inputs + graph.trainable.compactMap { gradients.parameters[$0] }
        }
    }

    @Test func twoExecutablesRunSideBySide() async throws {
        let expected = try Self.cases.prefix(6).map { try Self.fingerprint($0) }
        // Each example on two threads at once, all of them together.
        let found = try await withThrowingTaskGroup(of: (Int, [Tensor]).self) { group in
            for copy in 0..<2 {
                for (index, example) in Self.cases.prefix(6).enumerated() {
                    group.addTask { (copy * 6 + index, try Self.fingerprint(example)) }
                }
            }
            var results: [Int: [Tensor]] = [:]
            for try await (index, tensors) in group { results[index] = tensors }
            return results
        }
        for (index, tensors) in found {
            #expect(zip(tensors, expected[index % 6]).allSatisfy { $0.isBitwiseEqual(to: $1) })
        }
        #expect(found.count == 12)
    }

    private static func fingerprint(_ example: Case) throws -> [Tensor] {
        let graph = try example.graph()
        var random = SeededRandom(seed: 25, stream: "samples")
        let inputs = Tensor.random(example.sample.batched(8), &random)
        let cotangents = Tensor.random(try outputShape(graph, batchSize: 8), &random)
        let (output, gradient) = try run(graph, inputs, cotangents)
        return [output, gradient]
    }
}
