import BulwarkModels
import BulwarkTensors
import Testing

/// The activations that the last layer with weights reads.
struct PenultimateTests {
    /// Grows a graph over `[N, 4]` and says which of its values are the penultimate activations.
    private func check(
        _ grow: (inout GraphBuilder, ValueID) throws -> (hidden: ValueID?, output: ValueID),
        sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        var builder = GraphBuilder()
        let input = try builder.input("x", [.batch, 4])
        let (hidden, output) = try grow(&builder, input)
        let classifier = try ClassifierGraph(builder.graph(outputs: [output]))
        let model = GraphClassifier(
            classifier,
            backend: ReferenceBackend(),
            execution: Execution(threads: 2, blockSize: 3)
        )
        let inputs = normals([7, 4], seed: 5)
        let found = try model.activations(for: inputs)
        #expect(model.hasActivations == (hidden != nil), sourceLocation: sourceLocation)
        guard let hidden else {
            #expect(found == nil, sourceLocation: sourceLocation)
            return
        }
        let expected = try builder.graph(outputs: [hidden]).compiledOutput(for: inputs)
        let flat = expected.reshaped(to: [7, expected.count / 7])
        #expect(try #require(found).isBitwiseEqual(to: flat), sourceLocation: sourceLocation)
    }

    private func weights(_ builder: inout GraphBuilder, _ shape: Shape) throws -> ValueID {
        try builder.parameter("w", normals(shape, seed: 6))
    }

    @Test func aHiddenLayerIsFound() throws {
        try check { builder, input in
            let first = try builder.apply(Gemm(), to: [input, weights(&builder, [4, 5])])
            let hidden = try builder.apply(Relu(), to: [first])
            let scores = try builder.apply(MatMul(), to: [hidden, weights(&builder, [5, 3])])
            return (hidden, try builder.apply(Add(), to: [scores, weights(&builder, [3])]))
        }
    }

    @Test func aHiddenLayerBehindASingleLogitIsFound() throws {
        for isProbability in [false, true] {
            try check { builder, input in
                let first = try builder.apply(Gemm(), to: [input, weights(&builder, [4, 5])])
                let hidden = try builder.apply(Tanh(), to: [first])
                let score = try builder.apply(Gemm(), to: [hidden, weights(&builder, [5, 1])])
                return (hidden, isProbability ? try builder.apply(Sigmoid(), to: [score]) : score)
            }
        }
    }

    @Test func aHiddenLayerOfOneUnitIsALayer() throws {
        try check { builder, input in
            let first = try builder.apply(Gemm(), to: [input, weights(&builder, [4, 5])])
            let narrow = try builder.apply(
                Gemm(),
                to: [builder.apply(Relu(), to: [first]), weights(&builder, [5, 1])]
            )
            return (narrow, try builder.apply(Gemm(), to: [narrow, weights(&builder, [1, 3])]))
        }
    }

    @Test func aLastConvolutionIsALayer() throws {
        try check { builder, input in
            let image = try builder.apply(Reshape(to: [.batch, 1, 2, 2]), to: [input])
            let convolution = Conv(strides: [1, 1], dilations: [1, 1], padsBegin: [0, 0], padsEnd: [0, 0])
            let first = try builder.apply(convolution, to: [image, weights(&builder, [6, 1, 1, 1])])
            let hidden = try builder.apply(Relu(), to: [first])
            let maps = try builder.apply(convolution, to: [hidden, weights(&builder, [3, 6, 1, 1])])
            return (
                hidden, try builder.apply(Flatten(), to: [builder.apply(GlobalAveragePool(), to: [maps])])
            )
        }
    }

    @Test func aModelWithOneLayerHasNone() throws {
        try check { builder, input in
            (nil, try builder.apply(Gemm(), to: [input, weights(&builder, [4, 3])]))
        }
        try check { builder, input in
            (nil, try builder.apply(Gemm(), to: [input, weights(&builder, [4, 1])]))
        }
    }

    @Test func aModelWithoutWeightsHasNone() throws {
        try check { builder, input in (nil, try builder.apply(Relu(), to: [input])) }
    }

    /// A product of two activations, as in attention, is no layer with weights.
    @Test func aProductOfActivationsIsNoLayer() throws {
        try check { builder, input in
            let hidden = try builder.apply(
                Relu(),
                to: [builder.apply(Gemm(), to: [input, weights(&builder, [4, 6])])]
            )
            let values = try builder.apply(Gemm(), to: [hidden, weights(&builder, [6, 6])])
            let rows = try builder.apply(
                Reshape(to: [.batch, 1, 2]),
                to: [builder.apply(Slice([.init(axis: 1, start: 0, count: 2)]), to: [values])]
            )
            let columns = try builder.apply(
                Reshape(to: [.batch, 2, 2]),
                to: [builder.apply(Slice([.init(axis: 1, start: 2, count: 4)]), to: [values])]
            )
            let product = try builder.apply(MatMul(), to: [rows, columns])
            return (hidden, try builder.apply(Reshape(to: [.batch, 2]), to: [product]))
        }
    }

    /// Rows that are no samples, here two for each, would be given to the wrong samples.
    @Test func activationsWithOtherRowsThanSamplesAreNotShown() throws {
        try check { builder, input in
            let split = try builder.apply(
                Reshape(to: [Dimension(constant: 0, batchMultiple: 2), 2]),
                to: [input]
            )
            let hidden = try builder.apply(
                Relu(),
                to: [builder.apply(Gemm(), to: [split, weights(&builder, [2, 5])])]
            )
            let scores = try builder.apply(Gemm(), to: [hidden, weights(&builder, [5, 3])])
            let pairs = try builder.apply(Reshape(to: [.batch, 2, 3]), to: [scores])
            return (nil, try builder.apply(ReduceMean(axes: [1], keepsAxes: false), to: [pairs]))
        }
    }
}
