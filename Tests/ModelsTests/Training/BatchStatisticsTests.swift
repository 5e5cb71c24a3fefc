import BulwarkModels
import BulwarkTensors
import Testing

/// Training of a network with batch normalisation.
struct BatchStatisticsTests {
    /// Two steps of plain descent (rate 0.5) on six samples, through a dense layer, a normalisation, a
    /// rectifier and another dense layer: the same in PyTorch 2.13 with `BatchNorm1d` in double precision.
    @Test func twoStepsAgreeWithPyTorch() throws {
        var builder = GraphBuilder()
        let input = try builder.input("x", [.batch, 3])
        let first = try builder.parameter(
            "w1",
            Tensor([4, 3], generating: { Float(($0 / 3 * 5 + $0 % 3 * 2) % 7) / 4 - 0.7 }),
            isTrainable: true
        )
        let scale = try builder.parameter("scale", Tensor([4], [1, 0.5, 2, 1.5]), isTrainable: true)
        let bias = try builder.parameter("bias", Tensor([4], [0.1, -0.2, 0.3, 0]), isTrainable: true)
        let mean = try builder.parameter("mean", Tensor([4]))
        let variance = try builder.parameter("variance", Tensor([4], repeating: 1))
        let second = try builder.parameter(
            "w2",
            Tensor([2, 4], [0.5, -0.25, 0.75, -1, -0.5, 1, 0.25, 0.6]),
            isTrainable: true
        )
        var value = try builder.apply(Gemm(transposesRight: true), to: [input, first])
        value = try builder.apply(BatchNormalization(), to: [value, scale, bias, mean, variance])
        value = try builder.apply(Relu(), to: [value])
        value = try builder.apply(Gemm(transposesRight: true), to: [value, second])
        let graph = builder.graph(outputs: [value])
        var losses: [Double] = []
        let trained = try Trainer(optimizer: .sgd(learningRate: 0.5, momentum: 0), epochs: 2, batchSize: 6)
            .train(
                graph,
                inputs: Tensor([6, 3], generating: { Float(($0 / 3 * 7 + $0 % 3 * 3) % 11) / 5 - 1 }),
                labels: [0, 1, 1, 0, 1, 0],
                backend: ReferenceBackend(),
                execution: Execution(threads: 1, blockSize: 6)
            ) { losses.append($0.loss) }
        expect(losses.map(Float.init), [1.3094954, 0.4951591])
        let expected: [(ValueID, [Float])] = [
            (
                first,
                [
                    -0.7180834, -0.2330876, 0.2305773, 0.551221, -0.6934497, -0.2190733, 0.0596722, 0.5443962,
                    -0.7037951, -0.2878728, 0.192126, 0.646659,
                ]
            ), (scale, [1.180159, 0.1961543, 1.9249501, 1.3043309]),
            (bias, [0.2497579, -0.3376707, 0.2467328, -0.2169041]),
            (
                second,
                [
                    0.6914185, -0.1701967, 0.1944913, -0.8193477, -0.6914185, 0.9201967, 0.8055087, 0.4193477,
                ]
            ), (mean, [0.0041258, -0.0303788, 0.0121223, 0.0118663]),
            (variance, [0.8988119, 0.8696771, 0.9109712, 0.8702244]),
        ]
        for (id, numbers) in expected {
            expect(Array(try #require(trained.parameters[id]).elements), numbers)
        }
    }

    /// A normalisation whose scale and bias are fixed goes by its running statistics, which stay.
    @Test func frozenNormalisationsStayAsTheyAre() throws {
        var builder = GraphBuilder()
        let input = try builder.input("x", [.batch, 2])
        let fixed = try [1, 0, 0.5, 4].enumerated().map { position, number in
            try builder.parameter("p\(position)", Tensor([2], repeating: Float(number)))
        }
        let weight = try builder.parameter("w", Tensor([2, 2], [1, 0, 0, 1]), isTrainable: true)
        let normal = try builder.apply(BatchNormalization(), to: [input] + fixed)
        let output = try builder.apply(Gemm(), to: [normal, weight])
        let graph = builder.graph(outputs: [output])
        let trained = try Trainer(optimizer: .sgd(learningRate: 1, momentum: 0), epochs: 1, batchSize: 4)
            .train(
                graph,
                inputs: Tensor([4, 2], [1, 2, 3, 4, 5, 6, 7, 8]),
                labels: [0, 1, 0, 1],
                backend: ReferenceBackend(),
                execution: Execution(threads: 1, blockSize: 2)
            )
        for id in fixed { #expect(trained.parameters[id] == graph.parameters[id]) }
        #expect(trained.parameters[weight] != graph.parameters[weight])
    }

    private func expect(
        _ found: [Float],
        _ expected: [Float],
        sourceLocation: SourceLocation = #_sourceLocation
    ) {
        #expect(found.count == expected.count, sourceLocation: sourceLocation)
        for (one, other) in zip(found, expected) {
            #expect(abs(one - other) < 2e-6, "\(found)", sourceLocation: sourceLocation)
        }
    }
}
