import BulwarkModels
import BulwarkOneDNN
import BulwarkTensors
import Testing

/// Softmax and layer normalisation.
struct RowKernelTests {
    static let shapes: [Shape] = [[1], [5], [3, 1], [3, 5], [2, 4, 17], [2, 1000], [1, 2, 3, 33]]

    @Test(arguments: shapes)
    func softmaxAgreesWithTheReference(_ shape: Shape) throws {
        var random = SeededRandom(seed: 31, stream: "rows")
        for scale: Float in [1, 30, 200] {
            let values = Tensor.random(shape, &random).map { scale * $0 }
            try NodeComparison.expectAgreement(Softmax(), [values], "scale \(scale)")
            try NodeComparison.expectAgreement(Softmax(axis: 0), [values], "first axis, scale \(scale)")
        }
        #expect(try NodeComparison.isFast(Softmax(), [shape]))
    }

    @Test(arguments: [Float.nan, .infinity, -.infinity])
    func softmaxOfElementsThatAreNotFiniteAgrees(_ element: Float) throws {
        var random = SeededRandom(seed: 32, stream: "rows")
        let values = Tensor.random([3, 20], &random)
        let some = Tensor(values.shape, generating: { $0 == 7 ? element : values[$0] })
        try NodeComparison.expectAgreement(Softmax(), [some])
    }

    @Test(arguments: shapes)
    func layersAgreeWithTheReference(_ shape: Shape) throws {
        var random = SeededRandom(seed: 33, stream: "rows")
        let values = Tensor.random(shape, &random).map { 3 * $0 + 5 }
        let length = shape[shape.rank - 1]
        let (scale, bias) = (Tensor.random([length], &random), Tensor.random([length], &random))
        for parameters in [[scale], [scale, bias]] {
            let inputs = [values] + parameters
            // With trained, with computed and with fixed parameters.
            try NodeComparison.expectAgreement(LayerNormalization(), inputs, parameters: [1, 2])
            try NodeComparison.expectAgreement(LayerNormalization(), inputs)
            var builder = GraphBuilder()
            var ids = [try builder.input("x", SymbolicShape(shape))]
            for (position, tensor) in parameters.enumerated() {
                ids.append(try builder.parameter("p\(position)", tensor))
            }
            let output = try builder.apply(LayerNormalization(), to: ids)
            let graph = builder.graph(outputs: [output])
            try NodeComparison.expectAgreement(graph, [values], batchSize: 1, "\(shape)")
            let plain = try OneDNNBackend().plainOperators(of: graph, batchSize: 1, differentiating: .inputs)
            #expect(plain.isEmpty)
        }
    }
}
