import BulwarkAttacks
import BulwarkModels
import BulwarkTensors
import Testing

/// Samples share lanes and workers; none of that may show in what becomes of them.
struct WalksTests {
    private static func network() throws -> ClassifierGraph {
        var random = SeededRandom(seed: 5, stream: "network")
        func tensor(_ shape: Shape) -> Tensor {
            Tensor(shape, generating: { _ in random.uniform(-1, 1) })
        }
        var builder = GraphBuilder()
        let input = try builder.input("x", [.batch, 6])
        let first = try builder.parameter("first", tensor([6, 8]))
        let second = try builder.parameter("second", tensor([8, 3]))
        let hidden = try builder.apply(MatMul(), to: [input, first])
        let active = try builder.apply(Relu(), to: [hidden])
        let logits = try builder.apply(MatMul(), to: [active, second])
        return try ClassifierGraph(builder.graph(outputs: [logits]))
    }

    @Test(arguments: [PGD.Stopping.atSuccess, .afterAllSteps])
    func lanesAndThreadsChangeNothing(_ stopping: PGD.Stopping) throws {
        let network = try Self.network()
        var random = SeededRandom(seed: 6, stream: "inputs")
        let inputs = Tensor([23, 6], generating: { _ in random.uniform(0, 1) })
        let threat = ThreatModel(norm: .linf, epsilon: 0.2, bounds: Bounds(0, 1))
        let attack = try PGD(
            threat: threat,
            loss: .crossEntropy,
            stepSize: 0.05,
            steps: 9,
            restarts: 2,
            randomStart: true,
            stopping: stopping
        )
        func run(threads: Int, blockSize: Int) throws -> Perturbed {
            // The reference computes each sample by itself, so blocks of other sizes give the same bits.
            let model = GraphClassifier(
                network,
                backend: ReferenceBackend(),
                execution: Execution(threads: threads, blockSize: blockSize)
            )
            let aims = try model.labels(for: inputs).map { Aim.anythingBut($0) }
            return try attack.perturb(
                Batch(inputs: inputs, aims: aims, samples: Array(0..<23)),
                against: model,
                random: RandomSource(seed: 1, stream: "walks")
            )
        }
        let expected = try run(threads: 1, blockSize: 64)
        #expect(expected.claimed.contains(true) && expected.claimed.contains(false))
        for (threads, blockSize) in [(1, 1), (1, 4), (2, 5), (3, 2)] {
            let found = try run(threads: threads, blockSize: blockSize)
            #expect(found.candidates.isBitwiseEqual(to: expected.candidates), "\(threads), \(blockSize)")
            #expect(found.gradients == expected.gradients && found.queries == expected.queries)
            #expect(found.claimed == expected.claimed && found.restarts == expected.restarts)
        }
    }
}
