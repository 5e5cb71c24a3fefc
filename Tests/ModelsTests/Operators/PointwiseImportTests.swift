import BulwarkModels
import BulwarkTensors
import Testing

/// What import makes of activations, reductions and positions: their forms in different operator sets, and
/// nodes without meaning.
struct PointwiseImportTests {
    private let square = Tensor([2, 2], [1, -2, 3, 4])

    private func types(_ model: NodeModel) throws -> [String] {
        try model.graph().nodes.map(\.operation.name)
    }

    // MARK: Several operands

    @Test func sumsAndMeansBecomeAdditions() throws {
        let model = NodeModel([nil, 2]).with("a", .floats([1, 2], [2])).with("b", .floats([3], [1]))
        let sum = model.node("Sum", ["x", "a", "b"])
        #expect(try types(sum) == ["Add", "Add"])
        #expect(try sum.run(square) == Tensor([2, 2], [5, 3, 7, 9]))
        let mean = model.node("Mean", ["x", "a", "b", "x"])
        #expect(try types(mean) == ["Add", "Add", "Add", "Div"])
        #expect(try mean.run(square) == Tensor([2, 2], [1.5, 0.25, 2.5, 3.25]))
    }

    @Test(arguments: ["Sum", "Mean", "Max", "Min"])
    func oneOperandIsTheResult(type: String) throws {
        let model = NodeModel([nil, 2]).node(type, ["x"], outputs: ["z"]).node("Neg", ["z"])
        #expect(try types(model) == ["Neg"])
    }

    @Test func shapesHaveMaximaAndProductsWhateverTheBatch() throws {
        let model = NodeModel([nil, 2, 3]).with("ones", .list(1, 1, 1)).node("Shape", outputs: ["s"])
        let maximum = model.node("Max", ["s", "ones"], outputs: ["t"]).node("Reshape", ["x", "t"])
        #expect(try shape(maximum) == "[N, 2, 3]")
        let minimum = model.node("Min", ["s", "ones"], outputs: ["t"]).node("Expand", ["x", "t"])
        #expect(try shape(minimum) == "[N, 2, 3]")
        let product = model.node("ReduceProd", ["s"], outputs: ["t"]).node("Reshape", ["x", "t"])
        #expect(try shape(product) == "[6N]")
        let largest = model.with("two", .list(0, 1)).node("Gather", ["s", "two"], outputs: ["t"])
            .node("ReduceMax", ["t"], outputs: ["u"]).node("Expand", ["x", "u"])
        #expect(throws: ONNXError.self) { try largest.graph() }
    }

    @Test(arguments: [
        ("ReduceMax", 1, "[N, 3, 4]"), ("ReduceMin", 1, "[N, 2, 1]"), ("ReduceProd", 1, "[N, 6, 4]"),
        ("ReduceL1", 0, "[N, 6, 4]"), ("ReduceSumSquare", 1, "[N, 13, 17]"),
    ])
    func integersKnownAtImportAreReduced(type: String, axis: Int, expected: String) throws {
        let model = NodeModel([nil, 1, 1]).with("s", .ints([2, 3, 4, 1], [2, 2]))
            .node(type, ["s"], ["axes": .ints([axis]), "keepdims": .int(0)], outputs: ["t"])
            .node("Expand", ["x", "t"])
        #expect(try shape(model) == expected)
    }

    @Test func integersKnownAtImportMayBeTooLargeForFloats() throws {
        let model = NodeModel([nil, 7]).with("s", .list(5000, 5000)).with("zero", .list(0)).with(
            "one",
            .list(1)
        )
        .node("ReduceProd", ["s"], outputs: ["end"]).node("Slice", ["x", "zero", "end", "one"])
        #expect(try shape(model) == "[N, 7]")
    }

    // MARK: Reductions

    @Test(arguments: [
        "ReduceMax", "ReduceMin", "ReduceProd", "ReduceL1", "ReduceL2", "ReduceSumSquare", "ReduceLogSum",
        "ReduceLogSumExp",
    ])
    func axesAreAnAttributeOrAnInput(type: String) throws {
        let input = Tensor([2, 2, 2], [1, 2, 3, 4, 5, 6, 7, 8])
        let old = NodeModel(opset: 13, [nil, 2, 2]).node(
            type,
            ["x"],
            ["axes": .ints([-1]), "keepdims": .int(0)]
        )
        let new = NodeModel(opset: 18, [nil, 2, 2]).with("axes", .list(2))
            .node(type, ["x", "axes"], ["keepdims": .int(0)])
        #expect(try shape(old) == "[N, 2]")
        #expect(try shape(new) == "[N, 2]")
        #expect(try old.run(input) == new.run(input))
        let all = NodeModel(opset: 18, [nil, 2, 2]).node(type)
        #expect(try shape(all) == "[1, 1, 1]")
    }

    /// Without axes to reduce, what an operator does to single elements remains.
    @Test(
        arguments: [
            ("ReduceMax", [1, 0.5]), ("ReduceMin", [1, 0.5]), ("ReduceProd", [1, 0.5]),
            ("ReduceL1", [1, 0.5]),
            ("ReduceL2", [1, 0.5]), ("ReduceSumSquare", [1, 0.25]), ("ReduceLogSum", [0, -0.693_147_2]),
            ("ReduceLogSumExp", [1, 0.5]),
        ] as [(String, [Float])]
    )
    func withoutAxesElementsMayStayOnTheirOwn(type: String, expected: [Float]) throws {
        let model = NodeModel(opset: 18, [nil, 2]).node(
            type,
            ["x"],
            ["noop_with_empty_axes": .int(1)],
            outputs: ["z"]
        )
        .node("Identity", ["z"])
        #expect(try model.run(Tensor([1, 2], [1, 0.5])) == Tensor([1, 2], expected))
    }

    @Test func normsOfSingleElementsAreMagnitudes() throws {
        for type in ["ReduceL1", "ReduceL2"] {
            let model = NodeModel(opset: 18, [nil, 2]).node(type, ["x"], ["noop_with_empty_axes": .int(1)])
            #expect(try types(model) == ["Abs"])
        }
    }

    // MARK: Operator sets

    @Test func beforeOperatorSet7SlopesBelongToChannels() throws {
        let model = NodeModel(opset: 6, [nil, 2, 1, 2]).with("s", .floats([0.5, 2], [2])).node(
            "PRelu",
            ["x", "s"]
        )
        #expect(
            try model.run(Tensor([1, 2, 1, 2], [-1, 1, -1, -2])) == Tensor([1, 2, 1, 2], [-0.5, 1, -2, -4])
        )
        let later = NodeModel(opset: 9, [nil, 2, 1, 2]).with("s", .floats([0.5, 2], [2])).node(
            "PRelu",
            ["x", "s"]
        )
        #expect(
            try later.run(Tensor([1, 2, 1, 2], [-1, 1, -1, -2]))
                == Tensor([1, 2, 1, 2], [-0.5, 1, -0.5, -4])
        )
    }

    @Test func beforeOperatorSet13HardmaxChoosesAmongAllAxesFromItsOwn() throws {
        let input = Tensor([1, 2, 2], [1, 2, 4, 3])
        let old = NodeModel(opset: 11, [nil, 2, 2]).node("Hardmax", ["x"], ["axis": .int(1)])
        #expect(try old.run(input) == Tensor([1, 2, 2], [0, 0, 1, 0]))
        let new = NodeModel(opset: 13, [nil, 2, 2]).node("Hardmax", ["x"], ["axis": .int(1)])
        #expect(try new.run(input) == Tensor([1, 2, 2], [0, 0, 1, 1]))
    }

    @Test func theCountOfTopKIsAnAttributeOrAnInput() throws {
        let input = Tensor([1, 4], [3, 1, 4, 2])
        let old = NodeModel(opset: 6, [nil, 4]).node("TopK", ["x"], ["k": .int(2)], outputs: ["y", "i"])
        #expect(try old.run(input) == Tensor([1, 2], [4, 3]))
        let new = NodeModel(opset: 11, [nil, 4]).with("k", .list(2))
        let smallest = new.node("TopK", ["x", "k"], ["largest": .int(0)], outputs: ["y", "i"])
        #expect(try smallest.run(input) == Tensor([1, 2], [1, 2]))
        let positions = new.node("TopK", ["x", "k"], outputs: ["v", "i"]).node("Cast", ["i"], ["to": .int(1)])
        #expect(try positions.run(input) == Tensor([1, 2], [2, 0]))
    }

    @Test func gatedSwishIsASwishAndAProduct() throws {
        let model = NodeModel(opset: 28, [nil, 2]).node("Neg", outputs: ["b"])
            .node("SwiGLU", ["x", "b"], ["alpha": .float(0)])
        #expect(try types(model) == ["Neg", "Swish", "Mul"])
        #expect(try model.run(square) == Tensor([2, 2], [-0.5, -2, -4.5, -8]))
    }

    // MARK: Refusals

    struct Row: Sendable, CustomStringConvertible {
        let description: String
        let model: NodeModel
    }

    static let refused: [Row] = {
        let cube = NodeModel(opset: 18, [nil, 3, 4]).with("one", .list(1)).with("two", .list(1, 2))
            .with("far", .list(5)).with("minus", .list(-1)).with("twice", .list(1, -2)).with(
                "half",
                .scalar(0.5)
            )
            .with("w", .floats([1, 2], [2])).with("plane", .floats([1, 2, 3, 4], [1, 1, 2, 2]))
        let floats: [NodeModel.Attribute] = [.float(.nan), .float(.infinity), .int(1)]
        var rows = [
            Row(
                description: "Gelu by another formula",
                model: cube.node("Gelu", ["x"], ["approximate": .string("fast")])
            ),
            Row(description: "Celu with alpha 0", model: cube.node("Celu", ["x"], ["alpha": .float(0)])),
            Row(description: "PRelu with slopes that do not fit", model: cube.node("PRelu", ["x", "w"])),
            Row(description: "PRelu with more axes of slopes", model: cube.node("PRelu", ["x", "plane"])),
            Row(description: "PRelu without slopes", model: cube.node("PRelu", ["x"])),
            Row(description: "Max that does not broadcast", model: cube.node("Max", ["x", "w"])),
            Row(description: "Max of nothing", model: cube.node("Max", [])),
            Row(description: "Sum of nothing", model: cube.node("Sum", [])),
            Row(
                description: "LpNormalization with p 3",
                model: cube.node("LpNormalization", ["x"], ["p": .int(3)])
            ),
            Row(description: "TopK of too many", model: cube.node("TopK", ["x", "far"])),
            Row(description: "TopK of fewer than none", model: cube.node("TopK", ["x", "minus"])),
            Row(description: "TopK of samples", model: cube.node("TopK", ["x", "one"], ["axis": .int(0)])),
            Row(description: "TopK without a count", model: cube.node("TopK", ["x"])),
            Row(description: "TopK with two counts", model: cube.node("TopK", ["x", "two"])),
            Row(description: "CumSum without an axis", model: cube.node("CumSum", ["x"])),
            Row(description: "CumSum along two axes", model: cube.node("CumSum", ["x", "two"])),
            Row(description: "CumSum along a missing axis", model: cube.node("CumSum", ["x", "far"])),
            Row(description: "CumProd along a missing axis", model: cube.node("CumProd", ["x", "far"])),
            Row(description: "Trilu of a vector", model: NodeModel([nil]).node("Trilu")),
            Row(description: "Trilu at half a diagonal", model: cube.node("Trilu", ["x", "half"])),
            Row(description: "Trilu at two diagonals", model: cube.node("Trilu", ["x", "two"])),
            Row(description: "Det of an oblong", model: cube.node("Det")),
            Row(description: "Det of a vector", model: NodeModel([nil]).node("Det")),
            Row(description: "SwiGLU of different shapes", model: cube.node("SwiGLU", ["x", "w"])),
            Row(
                description: "MeanVarianceNormalization twice over",
                model: cube.node("MeanVarianceNormalization", ["x"], ["axes": .ints([1, -2])])
            ),
            Row(
                description: "an enormous determinant",
                model: NodeModel([nil]).with("s", .list(4096, 4096)).node(
                    "ConstantOfShape",
                    ["s"],
                    outputs: ["m"]
                ).node("Det", ["m"], outputs: ["d"]).node("Add", ["x", "d"])
            ),
        ]
        for type in ["ArgMax", "ArgMin", "Hardmax", "LpNormalization"] {
            for axis in [3, -4, .max, .min] {
                rows.append(
                    Row(
                        description: "\(type) axis \(axis)",
                        model: cube.node(type, ["x"], ["axis": .int(axis)])
                    )
                )
            }
        }
        for type in [
            "ReduceMax", "ReduceProd", "ReduceL1", "ReduceL2", "ReduceLogSum", "ReduceLogSumExp",
            "ReduceSumSquare",
        ] {
            rows.append(Row(description: "\(type) of an axis twice", model: cube.node(type, ["x", "twice"])))
            rows.append(Row(description: "\(type) of a missing axis", model: cube.node(type, ["x", "far"])))
        }
        for (type, name) in [
            ("Elu", "alpha"), ("Selu", "gamma"), ("Celu", "alpha"), ("HardSigmoid", "beta"),
            ("Shrink", "lambd"),
            ("ThresholdedRelu", "alpha"), ("Swish", "alpha"),
        ] {
            for value in floats {
                rows.append(
                    Row(description: "\(type) \(name) \(value)", model: cube.node(type, ["x"], [name: value]))
                )
            }
        }
        return rows
    }()

    @Test(arguments: refused)
    func nodesWithoutMeaningAreRefused(row: Row) {
        let error = #expect(throws: (any Error).self) { try row.model.graph() }
        #expect(error is ONNXError || error is GraphError)
    }

    private func shape(_ model: NodeModel) throws -> String {
        let graph = try model.graph()
        return graph[graph.outputs[0]].shape.description
    }
}
