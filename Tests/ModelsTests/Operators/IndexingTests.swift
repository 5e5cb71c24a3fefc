import BulwarkModels
import BulwarkTensors
import Testing
import TestSupport

/// Operators that choose and move elements: what they give for numbers that one can follow by hand.
struct IndexingTests {
    private let square = Tensor([3, 3], [1, 2, 3, 4, 5, 6, 7, 8, 9])

    @Test func anIndexOutsideItsAxisGivesNoNumber() {
        let data = Tensor([4], [1, 2, 3, 4])
        let indices = Tensor([6], [0, -4, 3, 4, -5, .nan])
        let value = RuntimeGather().value(of: [data, indices], shape: [6])
        #expect(Array(value.elements.prefix(3)) == [1, 1, 4])
        #expect(value.elements.dropFirst(3).allSatisfy { $0.isNaN })
        let gradient = RuntimeGather().vjp(
            Tensor([6], repeating: 1),
            inputs: [data, indices],
            output: value,
            needed: [true, false]
        )
        #expect(gradient[0] == Tensor([4], [2, 0, 0, 1]))
    }

    @Test func aScatterWithAnIndexOutsideGivesNoNumbers() {
        let inputs = [square, Tensor([1, 1], [3]), Tensor([1, 3])]
        let value = ScatterND().value(of: inputs, shape: [3, 3])
        #expect(value.elements.allSatisfy { $0.isNaN })
        let gradients = ScatterND().vjp(square, inputs: inputs, output: value, needed: [true, true, true])
        #expect(gradients == inputs.map { Tensor($0.shape) })
    }

    @Test(arguments: [
        (ScatterReduction.none, [1, 2, 3, 4, 30, 6, 7, 8, 9] as [Float]),
        (.add, [1, 2, 3, 4, 55, 6, 7, 8, 9]),
        (.mul, [1, 2, 3, 4, 3000, 6, 7, 8, 9]), (.max, [1, 2, 3, 4, 30, 6, 7, 8, 9]),
        (.min, [1, 2, 3, 4, 5, 6, 7, 8, 9]),
    ])
    func updatesOfOnePlaceMeet(reduction: ScatterReduction, expected: [Float]) {
        let inputs = [square, Tensor([2, 2], [1, 1, -2, 1]), Tensor([2], [20, 30])]
        let scatter = ScatterND(reduction: reduction)
        #expect(scatter.value(of: inputs, shape: [3, 3]) == Tensor([3, 3], expected))
    }

    /// Factors that are zero: the gradient of a product is the product of the others.
    @Test func theGradientOfAProductWithZeros() {
        let inputs = [Tensor([2], [0, 3]), Tensor([3], [0, 1, 1]), Tensor([3], [5, 0, 0])]
        let scatter = ScatterElements(reduction: .mul)
        let output = scatter.value(of: inputs, shape: [2])
        let gradients = scatter.vjp(
            Tensor([2], [1, 1]),
            inputs: inputs,
            output: output,
            needed: [true, false, true]
        )
        #expect(output == Tensor([2], [0, 0]))
        #expect(gradients[0] == Tensor([2], [5, 0]))
        #expect(gradients[2] == Tensor([3], [0, 0, 0]))
    }

    @Test func nothingComparesWithNaN() {
        let nan = Tensor([1], [.nan])
        for relation in Comparison.Relation.allCases {
            #expect(Comparison(relation).value(of: [nan, nan], shape: [1]) == Tensor([1], [0]))
        }
    }

    /// Infinities on the side that is not taken stay out of value and gradient.
    @Test func whatIsNotChosenDoesNotMatter() {
        let inputs = [Tensor([2], [1, 0]), Tensor([2], [1, .infinity]), Tensor([2], [-.infinity, 2])]
        let output = Where().value(of: inputs, shape: [2])
        #expect(output == Tensor([2], [1, 2]))
        let gradients = Where().vjp(
            Tensor([2], [3, 4]),
            inputs: inputs,
            output: output,
            needed: [false, true, true]
        )
        #expect(gradients[1] == Tensor([2], [3, 0]))
        #expect(gradients[2] == Tensor([2], [0, 4]))
    }

    @Test func aCircularCacheGoesOnAtItsBeginning() {
        let cache = Tensor([1, 3, 1], [1, 2, 3])
        let new = Tensor([1, 2, 1], [8, 9])
        func written(_ isCircular: Bool) -> Tensor {
            TensorScatter(isCircular: isCircular).value(
                of: [cache, new, Tensor([1], [2])],
                shape: [1, 3, 1]
            )
        }
        #expect(written(true) == Tensor([1, 3, 1], [9, 2, 8]))
        #expect(written(false).elements.allSatisfy { $0.isNaN })
    }
}

/// What the importer makes of these operators.
struct IndexingImportTests {
    /// Exporters write an expansion as a choice between a shape and ones, by a comparison with -1.
    @Test func shapesWithTheBatchAreComparedAndChosen() throws {
        let model = NodeModel([nil, 3])
            .with("none", .list(-1, -1))
            .with("ones", .list(1, 1))
            .node("Shape", outputs: ["shape"])
            .node("Equal", ["shape", "none"], outputs: ["isOpen"])
            .node("Where", ["isOpen", "ones", "shape"], outputs: ["target"])
            .node("Expand", ["x", "target"])
        let graph = try model.graph()
        #expect(graph[graph.outputs[0]].shape == [.batch, 3])
        #expect(graph.nodes.isEmpty)
    }

    @Test func aComparisonThatDependsOnTheBatchIsRefused() {
        let model = NodeModel([nil, 3])
            .with("four", .list(4, 3))
            .with("ones", .list(1, 1))
            .node("Shape", outputs: ["shape"])
            .node("Equal", ["shape", "four"], outputs: ["isFour"])
            .node("Where", ["isFour", "ones", "shape"], outputs: ["target"])
            .node("Expand", ["x", "target"])
        #expect(throws: ONNXError.self) { try model.graph() }
    }

    @Test func indicesThatTheModelComputesAreLookedUp() throws {
        let model = NodeModel([nil, 2])
            .with("table", .floats([0, 10, 20, 30, 40, 50], [3, 2]))
            .node("Cast", ["x"], ["to": .int(7)], outputs: ["index"])
            .node("Gather", ["table", "index"], ["axis": .int(0)])
        let found = try model.run(Tensor([1, 2], [2, -3]))
        #expect(found == Tensor([1, 2, 2], [40, 50, 0, 10]))
    }

    /// Numbers and equations: `numpy.einsum` gives the same.
    @Test(
        arguments: [
            ("ij,jk->ik", [2, 2], [5, 6, 7, 8], [19, 22, 43, 50]),
            ("ij,jk", [2, 2], [5, 6, 7, 8], [19, 22, 43, 50]),
            ("ij,j->i", [2], [5, 6], [17, 39]), ("ij,kj->ki", [1, 2], [5, 6], [17, 39]),
            ("ij,ij->", [2, 2], [5, 6, 7, 8], [70]), ("ij,k->", [2], [5, 6], [110]),
            ("ij,ij->ij", [2, 2], [5, 6, 7, 8], [5, 12, 21, 32]), ("...j,...j->...", [2], [5, 6], [17, 39]),
            ("ij,...->i...", [2], [5, 6], [15, 18, 35, 42]),
            ("i j , i k -> i j k", [2, 1], [5, 6], [5, 10, 18, 24]),
        ] as [(String, [Int], [Float], [Float])]
    )
    func sumsOfProducts(equation: String, shape: [Int], numbers: [Float], expected: [Float]) throws {
        let model = NodeModel([2, 2])
            .with("other", .floats(numbers, shape))
            .node("Einsum", ["x", "other"], ["equation": .string(equation)])
        let found = try model.run(Tensor([2, 2], [1, 2, 3, 4]))
        #expect(Array(found.elements) == expected)
    }

    @Test(arguments: [("ii->i", [1, 4] as [Float]), ("ii", [5]), ("ij->ji", [1, 3, 2, 4]), ("ij->", [10])])
    func sumsOfOneOperand(equation: String, expected: [Float]) throws {
        let model = NodeModel([2, 2]).node("Einsum", ["x"], ["equation": .string(equation)])
        #expect(try Array(model.run(Tensor([2, 2], [1, 2, 3, 4])).elements) == expected)
    }

    @Test(arguments: [
        "ij,jk->iz", "ij->ij", "ij,jk->i->k", "i,jk->ik", "ij,jk->ii", "i1,jk->ik", "...i...,jk->ik", ",->",
    ])
    func equationsThatMakeNoSenseAreRefused(equation: String) {
        let model = NodeModel([2, 3])
            .with("other", .floats([1, 2, 3, 4, 5, 6], [3, 2]))
            .node("Einsum", ["x", "other"], ["equation": .string(equation)])
        #expect(throws: ONNXError.self) { try model.graph() }
    }

    @Test func sequencesOfSamplesGrowWithTheBatch() throws {
        let model = NodeModel([nil, 2, 3])
            .node("Einsum", ["x", "x"], ["equation": .string("bij,bkj->bik")])
        let graph = try model.graph()
        #expect(graph[graph.outputs[0]].shape == [.batch, 2, 2])
    }

    @Test(arguments: [
        ("Range", ["zero", "many", "one"]), ("Range", ["zero", "one", "zero"]), ("Tile", ["x", "many"]),
        ("OneHot", ["x", "many", "pair"]), ("NonZero", ["x"]), ("Unique", ["x"]), ("Compress", ["x", "x"]),
        ("Compress", ["x", "many"]), ("ReverseSequence", ["x", "one"]), ("Einsum", []),
    ])
    func hostileNodesAreRefused(type: String, inputs: [String]) {
        let model = NodeModel([nil, 3])
            .with("zero", .number(0))
            .with("one", .number(1))
            .with("many", .list(Int.max))
            .with("pair", .floats([0, 1], [2]))
            .node(type, inputs)
        #expect(throws: (any Error).self) { try model.graph() }
    }
}
