import BulwarkModels
import BulwarkTensors
import TestSupport
import Testing

/// Layers as whole nodes: what they give, that it can be differentiated, and what is refused.
struct LayerTests {
    @Test(arguments: LayerVector.table)
    func givesTheNumbersOfOtherRuntimes(row: LayerVector) throws {
        let found = try run(row, row.input.tensor)
        #expect(found.shape.dimensions == row.shape)
        for (position, expected) in row.expected.enumerated() where position < found.count {
            let difference = abs(found[position] - expected)
            #expect(difference <= 1e-4 * max(1, abs(expected)), "element \(position): \(found[position])")
        }
        #expect(found.count == row.expected.count)
    }

    /// Compositions and operators alike: the gradient at the input is that of differences.
    @Test(arguments: LayerVector.table)
    func gradientsAgreeWithDifferences(row: LayerVector) throws {
        let graph = try row.model.graph()
        let input = row.input.tensor
        let samples = graph[graph.inputs[0]].shape[0].fixed == nil ? input.shape[0] : 1
        let executable = try ReferenceBackend().compile(graph, batchSize: samples, differentiating: .inputs)
        let output = try executable.forward([input])[0]
        var random = SeededRandom(seed: 5, stream: row.name)
        let cotangent = Tensor(output.shape, (0..<output.count).map { _ in random.uniform(-1, 1) })
        let gradient = try executable.backward([cotangent]).inputs[0]
        let length = gradient.elements.reduce(0.0) { $0 + Double($1) * Double($1) }.squareRoot()
        for _ in 0..<3 {
            let direction = FiniteDifferences.direction(input.shape, &random)
            let measured = try FiniteDifferences.derivative(
                of: { point in
                    zip(try executable.forward([point])[0].elements, cotangent.elements).reduce(0.0) {
                        $0 + Double($1.0) * Double($1.1)
                    }
                },
                at: input,
                along: direction
            )
            let claimed = zip(gradient.elements, direction.elements).reduce(0.0) {
                $0 + Double($1.0) * Double($1.1)
            }
            #expect(
                abs(measured - claimed) <= 5e-3 * length + 1e-3,
                "measured \(measured), claimed \(claimed)"
            )
        }
    }

    private func run(_ row: LayerVector, _ input: Tensor) throws -> Tensor {
        let graph = try row.model.graph()
        let samples = graph[graph.inputs[0]].shape[0].fixed == nil ? input.shape[0] : 1
        return try ReferenceBackend().compile(graph, batchSize: samples, differentiating: []).forward([input]
        )[0]
    }

    /// The window of a reflection at places far outside and at places that are not numbers.
    @Test func samplesAnyPlaceWithoutTrapping() {
        let images = Tensor([1, 1, 1, 3], [1, 2, 4])
        let far: [Float] = [-.infinity, 0, .infinity, 0, 1e30, 0, -1e30, 0, .nan, 0]
        let places = Tensor([1, 1, 5, 2], far)
        for padding in [GridSample.Padding.zeros, .border, .reflection] {
            for mode in [GridSample.Interpolation.nearest, .linear, .cubic] {
                let operation = GridSample(interpolation: mode, padding: padding)
                let found = operation.value(of: [images, places], shape: [1, 1, 1, 5])
                #expect(found[4].isNaN)
                if padding == .zeros { #expect(Array(found.elements.prefix(4)) == [0, 0, 0, 0]) }
                if padding == .border { #expect(abs(found[1] - 4) < 1e-4 && abs(found[0] - 1) < 1e-4) }
            }
        }
    }

    @Test func regionsOfMissingImagesAreNotNumbers() {
        let images = Tensor([1, 1, 4, 4], repeating: 1)
        let regions = Tensor([3, 4], [0, 0, 2, 2, 0, 0, 2, 2, 0, 0, .infinity, 2])
        let operation = RoiAlign(extents: [1, 1])
        let found = operation.value(of: [images, regions, Tensor([3], [0, 1, 0])], shape: [3, 1, 1, 1])
        #expect(found[0] == 1)
        #expect(found[1].isNaN && found[2].isNaN)
    }

    @Test func positionsOutsideTheImageAreNotNumbers() {
        let operation = MaxUnpool(kernel: [2], strides: [2], padsBegin: [0], padsEnd: [0])
        for position in [-1, 4, 0.5, Float.nan] {
            let inputs = [Tensor([1, 1, 2], [1, 2]), Tensor([1, 1, 2], [0, position])]
            let found = operation.value(of: inputs, shape: [1, 1, 4])
            #expect(found.elements.filter(\.isNaN).count == 4)
        }
    }

    @Test func aQueryThatSeesNoKeyGivesZeros() throws {
        let mask = NodeModel.Constant.floats([0, 0, -.infinity, -.infinity], [2, 2])
        let model = NodeModel(opset: 24, [1, 1, 2, 2])
            .with("mask", mask)
            .node("Attention", ["x", "x", "x", "mask"])
        let found = try model.run(Tensor([1, 1, 2, 2], [1, 2, 3, 4]))
        #expect(found[0] > 1 && found[2] == 0 && found[3] == 0)
    }

    private static let refused: [(String, NodeModel)] = [
        (
            "no steps at all",
            NodeModel([1, 3, 2]).with("w", .floats([], [1, 0, 2])).node("RNN", ["x", "w", "w"])
        ),
        (
            "too many steps",
            NodeModel([5000, 1, 1]).with("w", .floats([1], [1, 1, 1])).node("RNN", ["x", "w", "w"])
        ),
        (
            "a scale that overflows",
            NodeModel([1, 1, 4, 4]).with("s", .floats([1, 1, 1e30, 1], [4])).node("Resize", ["x", "", "s"])
        ),
        (
            "a scale that is not a number",
            NodeModel([1, 1, 4, 4]).with("s", .floats([1, 1, -1, 1], [4])).node("Resize", ["x", "", "s"])
        ),
        ("no target", NodeModel([1, 1, 4, 4]).node("Resize", ["x"])),
        ("empty blocks", NodeModel([1, 4, 2, 2]).node("DepthToSpace", ["x"], ["blocksize": .int(0)])),
        (
            "blocks that overflow",
            NodeModel([1, 4, 2, 2]).node("DepthToSpace", ["x"], ["blocksize": .int(1 << 40)])
        ),
        (
            "an output without end",
            NodeModel([1, 1, 4]).with("w", .floats([1, 1], [1, 1, 2]))
                .node("ConvTranspose", ["x", "w"], ["strides": .ints([1 << 31 - 1])])
        ),
        (
            "padding that leaves nothing",
            NodeModel([1, 1, 4]).with("w", .floats([1, 1], [1, 1, 2]))
                .node("ConvTranspose", ["x", "w"], ["pads": .ints([9, 9])])
        ),
        ("a norm that is none", NodeModel([1, 1, 4]).node("GlobalLpPool", ["x"], ["p": .int(0)])),
        (
            "groups that do not divide",
            NodeModel(opset: 21, [1, 4, 2]).with("s", .floats([1, 1, 1, 1], [4]))
                .node("GroupNormalization", ["x", "s", "s"], ["num_groups": .int(3)])
        ),
        (
            "a window without end",
            NodeModel([1, 4, 2]).node("LRN", ["x"], ["size": .int(1 << 40)])
        ),
        (
            "statistics of an open batch",
            NodeModel([nil, 2, 3]).with("p", .floats([1, 1], [2]))
                .node("BatchNormalization", ["x", "p", "p", "p", "p"], ["training_mode": .int(1)])
        ),
        (
            "a cell that is bounded or not",
            NodeModel([2, 1, 1]).with("w", .floats([1, 1, 1, 1], [1, 4, 1]))
                .node("LSTM", ["x", "w", "w"], ["clip": .float(1)])
        ),
        (
            "graphs inside attention",
            NodeModel(opset: 25, [1, 1, 2, 2]).node("Attention", ["x", "x"])
        ),
    ]

    @Test(arguments: refused.indices)
    func isRefused(index: Int) {
        let (name, model) = Self.refused[index]
        #expect(throws: (any Error).self, "\(name)") { try model.graph() }
    }
}
