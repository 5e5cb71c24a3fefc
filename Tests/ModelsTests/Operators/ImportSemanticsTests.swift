import BulwarkModels
import BulwarkTensors
import Testing

/// What import makes of nodes whose meaning depends on the operator set, or on numbers that are known
/// already.
struct ImportSemanticsTests {
    private let cube = Tensor([2, 2, 2], [0, 1, 2, 3, 4, 4, 4, 4])

    private func types(_ model: NodeModel) throws -> [String] {
        try model.graph().nodes.map(\.operation.name)
    }
    private func shape(_ model: NodeModel) throws -> String {
        let graph = try model.graph()
        return graph[graph.outputs[0]].shape.description
    }

    // MARK: Softmax

    @Test func beforeOperatorSet13SoftmaxNormalisesOverAllAxesFromItsOwn() throws {
        let model = NodeModel(opset: 11, [nil, 2, 2]).node("Softmax")
        let result = try model.run(cube)
        let first = result.elements.prefix(4)
        #expect(abs(first.reduce(0, +) - 1) < 1e-6)
        #expect(result.elements.suffix(4).allSatisfy { $0 == 0.25 })
        #expect(try types(model) == ["Reshape", "Softmax", "Reshape"])
    }

    @Test func sinceOperatorSet13SoftmaxNormalisesOverOneAxis() throws {
        let model = NodeModel(opset: 13, [nil, 2, 2]).node("Softmax")
        let result = try model.run(cube)
        #expect(abs(result[0] + result[1] - 1) < 1e-6)
        #expect(result.elements.suffix(4).allSatisfy { $0 == 0.5 })
        #expect(try types(model) == ["Softmax"])
    }

    @Test func bothMeaningsOfTheLastAxisAreOneOperator() throws {
        #expect(
            try types(NodeModel(opset: 11, [nil, 2, 2]).node("Softmax", ["x"], ["axis": .int(-1)])) == [
                "Softmax"
            ]
        )
        #expect(try types(NodeModel(opset: 12, [nil, 5]).node("LogSoftmax")) == ["LogSoftmax"])
    }

    // MARK: Shapes

    @Test(arguments: [
        ([0, -1], "[N, 24]"), ([-1, 24], "[N, 24]"), ([0, 0, -1], "[N, 2, 12]"), ([-1, 12], "[2N, 12]"),
        ([0, 2, 2, 6], "[N, 2, 2, 6]"), ([-1], "[24N]"),
    ])
    func reshapeKeepsTheBatchASymbol(target: [Int], expected: String) throws {
        let model = NodeModel([nil, 2, 3, 4]).with("s", .ints(target, [target.count])).node(
            "Reshape",
            ["x", "s"]
        )
        #expect(try shape(model) == expected)
    }

    @Test func shapeArithmeticDisappears() throws {
        // What exporters write for x.view(x.size(0), -1).
        let model = NodeModel([nil, 2, 3])
            .with("zero", .number(0)).with("rest", .list(-1)).with("axes", .list(0))
            .node("Shape", ["x"], outputs: ["shape"])
            .node("Gather", ["shape", "zero"], ["axis": .int(0)], outputs: ["batch"])
            .node("Unsqueeze", ["batch", "axes"], outputs: ["list"])
            .node("Concat", ["list", "rest"], ["axis": .int(0)], outputs: ["target"])
            .node("Reshape", ["x", "target"])
        #expect(try types(model) == ["Reshape"])
        #expect(try shape(model) == "[N, 6]")
    }

    @Test func arithmeticWithTheBatchIsExact() throws {
        // Rows of two: (N · 6 / 2, 2).
        let model = NodeModel([nil, 2, 3])
            .with("six", .list(6)).with("two", .list(2)).with("one", .list(1)).with("zero", .list(0))
            .node("Shape", ["x"], ["end": .int(1)], outputs: ["batch"])
            .node("Mul", ["batch", "six"], outputs: ["count"])
            .node("Div", ["count", "two"], outputs: ["half"])
            .node("Add", ["half", "one"], outputs: ["more"])
            .node("Sub", ["more", "one"], outputs: ["rows"])
            .node("Concat", ["rows", "two"], ["axis": .int(0)], outputs: ["target"])
            .node("Reshape", ["x", "target"])
        #expect(try shape(model) == "[3N, 2]")
    }

    @Test func divisionOfIntegersRoundsTowardsZero() throws {
        let model = NodeModel([nil, 6])
            .with("a", .list(-7)).with("b", .list(2)).with("four", .list(4))
            .node("Div", ["a", "b"], outputs: ["q"])  // -3, not -4
            .node("Add", ["q", "four"], outputs: ["r"])
            .node("Slice", ["x", "r", "four", "r"])  // axis 1, elements 1..<4
        #expect(try shape(model) == "[N, 3]")
    }

    @Test func flattenMergesTheBatchWithWhatPrecedesItsAxis() throws {
        #expect(try shape(NodeModel([nil, 2, 3]).node("Flatten", ["x"], ["axis": .int(2)])) == "[2N, 3]")
        #expect(try shape(NodeModel([nil, 2, 3]).node("Flatten", ["x"], ["axis": .int(0)])) == "[1, 6N]")
        #expect(try shape(NodeModel([nil, 2, 3]).node("Flatten", ["x"], ["axis": .int(-1)])) == "[2N, 3]")
    }

    // MARK: Nodes that leave nothing behind

    @Test func identityAndDropoutShareTheirInput() throws {
        let model = NodeModel([nil, 3])
            .node("Identity", ["x"], outputs: ["a"])
            .node("Dropout", ["a"], ["ratio": .float(0.5)], outputs: ["b", "mask"])
            .node("Relu", ["b"])
        #expect(try types(model) == ["Relu"])
    }

    @Test func whatDependsOnConstantsAloneIsComputedAtImport() throws {
        let model = NodeModel([nil, 2])
            .with("shape", .list(2))
            .node("Constant", [], ["value_floats": .floats([1, 2])], outputs: ["a"])
            .node("ConstantOfShape", ["shape"], ["value": .tensor(.floats([3], [1]))], outputs: ["b"])
            .node("Mul", ["a", "b"], outputs: ["c"])
            .node("Cast", ["c"], ["to": .int(7)], outputs: ["d"])
            .node("Cast", ["d"], ["to": .int(1)], outputs: ["e"])
            .node("Add", ["x", "e"])
        #expect(try types(model) == ["Add"])
        #expect(try model.run(Tensor([1, 2], [0.5, 0.25])).elements.elementsEqual([3.5, 6.25]))
    }

    // MARK: Selections

    @Test func aSingleIndexRemovesItsAxis() throws {
        let model = NodeModel([nil, 3, 2]).with("i", .number(-1)).node(
            "Gather",
            ["x", "i"],
            ["axis": .int(1)]
        )
        #expect(try shape(model) == "[N, 2]")
        #expect(try model.run(Tensor([1, 3, 2], [1, 2, 3, 4, 5, 6])).elements.elementsEqual([5, 6]))
    }

    @Test func aTableOfIndicesAddsAxes() throws {
        let model = NodeModel([nil, 3]).with("i", .ints([0, 1, 2, 2], [2, 2])).node(
            "Gather",
            ["x", "i"],
            ["axis": .int(1)]
        )
        #expect(try shape(model) == "[N, 2, 2]")
        #expect(try model.run(Tensor([1, 3], [7, 8, 9])).elements.elementsEqual([7, 8, 9, 9]))
    }

    /// (start, end, step) of an axis of five elements, and what is left.
    @Test(
        arguments: [
            (1, 3, 1, [1, 2]), (-2, Int.max, 1, [3, 4]), (Int.min, 2, 1, [0, 1]), (0, 5, 2, [0, 2, 4]),
            (-1, Int.min, -1, [4, 3, 2, 1, 0]), (Int.max, 1, -2, [4, 2]), (3, 0, -1, [3, 2, 1]),
            (1, 5, Int.max, [1]),
            (4, Int.min, Int.min, [4]), (2, -1, 1, [2, 3]), (0, -5, -1, []), (7, 9, 1, []),
        ] as [(Int, Int, Int, [Float])]
    )
    func sliceCutsItsBoundsOffAtTheAxis(start: Int, end: Int, step: Int, expected: [Float]) throws {
        let model = NodeModel([nil, 5])
            .with("s", .list(start)).with("e", .list(end)).with("a", .list(1)).with("t", .list(step))
            .node("Slice", ["x", "s", "e", "a", "t"])
        #expect(try model.run(Tensor([1, 5], [0, 1, 2, 3, 4])).elements.elementsEqual(expected))
    }

    @Test func aSliceOfTheWholeBatchIsNone() throws {
        let model = NodeModel([nil, 5])
            .with("s", .list(0, 1)).with("e", .list(Int.max, 3))
            .node("Slice", ["x", "s", "e"])
        #expect(try shape(model) == "[N, 2]")
    }

    @Test func splitsBecomeSlices() throws {
        let model = NodeModel([nil, 5])
            .with("sizes", .list(2, 3))
            .node("Split", ["x", "sizes"], ["axis": .int(1)], outputs: ["a", "b"])
            .node("Concat", ["b", "a"], ["axis": .int(1)])
        #expect(try types(model) == ["Slice", "Slice", "Concat"])
        #expect(try model.run(Tensor([1, 5], [0, 1, 2, 3, 4])).elements.elementsEqual([2, 3, 4, 0, 1]))
    }

    @Test func sinceOperatorSet18TheLastPartOfASplitMayBeSmaller() throws {
        let model = NodeModel(opset: 18, [nil, 5])
            .node("Split", ["x"], ["axis": .int(1), "num_outputs": .int(2)], outputs: ["a", "y"])
        #expect(try shape(model) == "[N, 2]")
    }

    // MARK: Limits and powers

    @Test func eitherLimitOfClipMayBeMissing() throws {
        let input = Tensor([1, 3], [-2, 0.5, 2])
        let above = NodeModel([nil, 3]).with("m", .scalar(1)).node("Clip", ["x", "", "m"])
        #expect(try above.run(input).elements.elementsEqual([-2, 0.5, 1]))
        let below = NodeModel([nil, 3]).with("m", .scalar(0)).node("Clip", ["x", "m"])
        #expect(try below.run(input).elements.elementsEqual([0, 0.5, 2]))
    }

    @Test func wholeExponentsTakeNegativeBases() throws {
        let model = NodeModel([nil, 2]).with("p", .scalar(3)).node("Pow", ["x", "p"])
        #expect(try model.run(Tensor([1, 2], [-2, 3])).elements.elementsEqual([-8, 27]))
    }

    @Test func reductionsWithoutAxesMeanAllOrNone() throws {
        let all = NodeModel(opset: 18, [nil, 2, 3]).node("ReduceSum", ["x"], ["keepdims": .int(0)])
        #expect(try shape(all) == "[]")
        let none = NodeModel(opset: 18, [nil, 3]).with("one", .scalar(1))
            .node("ReduceMean", ["x"], ["noop_with_empty_axes": .int(1)], outputs: ["same"])
            .node("Add", ["same", "one"])
        #expect(try types(none) == ["Add"])
    }
}
