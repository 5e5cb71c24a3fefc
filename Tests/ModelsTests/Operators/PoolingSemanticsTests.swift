import BulwarkModels
import BulwarkTensors
import Testing

/// What a window covers at the edges of an image, where readers of the ONNX specification differ.
struct PoolingSemanticsTests {
    private let six = Tensor([1, 1, 6], [1, 2, 3, 4, 5, 6])

    private func pool(
        _ type: String = "AveragePool",
        _ extent: Int = 6,
        _ kernel: Int,
        stride: Int,
        pads: [Int] = [0, 0],
        _ more: [String: NodeModel.Attribute] = [:]
    ) -> NodeModel {
        let attributes: [String: NodeModel.Attribute] = [
            "kernel_shape": .ints([kernel]), "strides": .ints([stride]), "pads": .ints(pads),
            "ceil_mode": .int(1),
        ]
        return NodeModel(opset: 19, [nil, 1, extent])
            .node("AveragePool" == type ? type : "MaxPool", ["x"], attributes.merging(more) { $1 })
    }

    @Test func elementsBeyondTheImageDoNotCountTowardsTheMean() throws {
        #expect(try pool("AveragePool", 6, 3, stride: 2).run(six).elements.elementsEqual([2, 4, 5.5]))
    }

    @Test func paddingCountsOnlyOnDemandAndOnlyAsFarAsItGoes() throws {
        let without = pool("AveragePool", 6, 3, stride: 2, pads: [1, 1])
        #expect(try without.run(six).elements.elementsEqual([1.5, 3, 5, 6]))
        let with = pool("AveragePool", 6, 3, stride: 2, pads: [1, 1], ["count_include_pad": .int(1)])
        // The last window covers 6, one element of padding, and one that is beyond both.
        #expect(try with.run(six).elements.elementsEqual([1, 3, 5, 3]))
    }

    @Test(arguments: ["AveragePool", "MaxPool"])
    func aLastWindowThatBeginsInThePaddingIsLeftOut(type: String) throws {
        let result = try pool(type, 2, 3, stride: 3, pads: [1, 1]).run(Tensor([1, 1, 2], [1, 2]))
        #expect(result.shape == [1, 1, 1])
    }

    @Test func theFirstOfEqualMaximaGetsTheGradient() throws {
        let input = Tensor([1, 1, 4], [5, 5, 1, 5])
        let graph = try pool("MaxPool", 4, 4, stride: 1).graph()
        let executable = try ReferenceBackend().compile(graph, batchSize: 1, differentiating: .inputs)
        _ = try executable.forward([input])
        let gradient = try executable.backward([Tensor([1, 1, 1], [3])]).inputs[0]
        #expect(gradient.elements.elementsEqual([3, 0, 0, 0]))
    }

    @Test func aMaximumIsNaNWhereAnElementIs() throws {
        let input = Tensor([1, 1, 4], [1, .nan, 7, 2])
        let result = try pool("MaxPool", 4, 2, stride: 2).run(input)
        #expect(result[0].isNaN)
        #expect(result[1] == 7)
    }

    @Test func dilatedMeansAreTakenOverTheTaps() throws {
        let model = pool(
            "AveragePool",
            6,
            2,
            stride: 1,
            pads: [2, 0],
            ["dilations": .ints([3]), "ceil_mode": .int(0)]
        )
        // Taps at o - 2 and o + 1; those before the image do not count.
        #expect(try model.run(six).elements.elementsEqual([2, 3, 2.5, 3.5, 4.5]))
        let counting = pool(
            "AveragePool",
            6,
            2,
            stride: 1,
            pads: [2, 0],
            ["dilations": .ints([3]), "ceil_mode": .int(0), "count_include_pad": .int(1)]
        )
        #expect(try counting.run(six).elements.elementsEqual([1, 1.5, 2.5, 3.5, 4.5]))
    }

    @Test func dilatedMeansCanBeWrittenInOperatorSet17() throws {
        let graph = try pool("AveragePool", 6, 2, stride: 2, ["dilations": .ints([2])]).graph()
        #expect(graph.nodes.map(\.operation.name) == ["Conv", "Div"])
    }

    @Test(arguments: [
        ("SAME_UPPER", [3, 5, 3]), ("SAME_LOWER", [1, 3, 5]), ("VALID", [3, 5]), ("NOTSET", [3, 5]),
    ])
    func anOddElementOfPaddingGoesWhereItsNameSays(mode: String, expected: [Float]) throws {
        let model = NodeModel([nil, 1, 3])
            .with("w", .floats([1, 1], [1, 1, 2]))
            .node("Conv", ["x", "w"], ["auto_pad": .string(mode)])
        let result = try model.run(Tensor([1, 1, 3], [1, 2, 3]))
        #expect(result.elements.elementsEqual(expected))
    }

    @Test func samePaddingRoundsTheNumberOfOutputsUp() throws {
        let attributes: [String: NodeModel.Attribute] = [
            "auto_pad": .string("SAME_LOWER"), "kernel_shape": .ints([2]), "strides": .ints([2]),
        ]
        let model = NodeModel([nil, 1, 5]).node("MaxPool", ["x"], attributes)
        // One element of padding, at the beginning: windows cover (pad, 1), (9, 3), (7, 5).
        let result = try model.run(Tensor([1, 1, 5], [1, 9, 3, 7, 5]))
        #expect(result.elements.elementsEqual([1, 9, 7]))
    }

    @Test func aConvolutionShowsItsPaddingAsNumbers() throws {
        let model = NodeModel([nil, 1, 6, 7])
            .with("w", .floats([Float](repeating: 1, count: 12), [1, 1, 4, 3]))
            .node("Conv", ["x", "w"], ["auto_pad": .string("SAME_LOWER"), "strides": .ints([2, 2])])
        let conv = try #require(try model.graph().nodes.first?.operation as? Conv)
        #expect(conv.padsBegin == [1, 1])
        #expect(conv.padsEnd == [1, 1])
        #expect(conv.group == 1)
        #expect(conv.dilations == [1, 1])
    }
}
