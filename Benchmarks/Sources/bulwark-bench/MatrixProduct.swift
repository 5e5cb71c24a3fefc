import BulwarkModels
import BulwarkTensors

extension BulwarkBench {
    /// A square matrix times a constant one, each thread with its share of the rows.
    static func matrixProduct(_ workload: Workload) throws -> () throws -> Outcome {
        let size = workload.samples
        var builder = GraphBuilder()
        let left = try builder.input("left", [.batch, Dimension(constant: size)])
        let right = try builder.parameter("right", random(rows: size, columns: size, seed: 1))
        let product = try builder.apply(MatMul(), to: [left, right])
        let classifier = GraphClassifier(
            try ClassifierGraph(builder.graph(outputs: [product])),
            backend: workload.backend,
            execution: Execution(threads: workload.threads, blockSize: size / workload.threads)
        )
        let inputs = random(rows: size, columns: size, seed: 2)
        let times = try workload.times
        return {
            for _ in 0..<times { _ = try classifier.logits(for: inputs) }
            return .numbers([:])
        }
    }

    private static func random(rows: Int, columns: Int, seed: UInt64) -> Tensor {
        var numbers = SeededRandom(seed: seed, stream: "matrix")
        return Tensor([rows, columns], generating: { _ in numbers.uniform() })
    }
}
