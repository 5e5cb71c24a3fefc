import BulwarkModels
import BulwarkTensors
import Foundation
import Testing

/// What a caller may say about a model: lengths of open axes, inputs that are constants, outputs that are
/// wanted.
struct ImportOptionsTests {
    private typealias Port = NodeModel.Port

    private func read(_ model: NodeModel, _ options: ONNXImportOptions) throws -> Graph {
        try ONNXReader.read(model.bytes, options: options).graph
    }

    private func run(_ graph: Graph, _ inputs: [Tensor], batch: Int = 1) throws -> [Tensor] {
        try ReferenceBackend().compile(graph, batchSize: batch, differentiating: []).forward(inputs)
    }

    private let sequence = NodeModel(
        inputs: [Port("tokens", ["batch", "length"])],
        outputs: [Port("y", nil)]
    ).node("Relu", ["tokens"])

    @Test func anOpenAxisBesideTheSamplesIsRefused() {
        #expect(throws: ONNXError.self) { try read(sequence, ONNXImportOptions()) }
    }

    @Test func anOpenAxisTakesTheLengthThatIsGiven() throws {
        let graph = try read(sequence, ONNXImportOptions(dimensions: ["length": 3]))
        #expect(graph[graph.inputs[0]].shape == [.batch, 3])
        let fixed = try read(sequence, ONNXImportOptions(dimensions: ["length": 3, "batch": 2]))
        #expect(fixed[fixed.inputs[0]].shape == [2, 3])
    }

    @Test func anOpenAxisWithoutANameIsCalledByItsPlace() throws {
        let model = NodeModel(inputs: [Port("x", ["N", ""])], outputs: [Port("y", nil)]).node("Relu")
        let graph = try read(model, ONNXImportOptions(dimensions: ["x:1": 4]))
        #expect(graph[graph.inputs[0]].shape == [.batch, 4])
    }

    @Test(arguments: [["width": 3], ["length": 0], ["length": -1], ["length": .max]])
    func lengthsThatMakeNoSenseAreRefused(dimensions: [String: Int]) {
        #expect(throws: (any Error).self) {
            try read(sequence, ONNXImportOptions(dimensions: dimensions))
        }
    }

    @Test func anAxisNamedLikeTheSamplesGrowsWithThem() throws {
        let model = NodeModel(inputs: [Port("x", ["N", 2, "N"])], outputs: [Port("y", nil)]).node("Relu")
        let graph = try read(model, ONNXImportOptions())
        #expect(graph[graph.inputs[0]].shape == [.batch, 2, .batch])
    }

    // MARK: Constants

    private let shifted = NodeModel(
        inputs: [Port("x", ["N", 2]), Port("s", [2], type: 7)],
        outputs: [Port("y", nil)]
    ).node("Reshape", ["x", "s"])

    @Test func anInputThatIsBoundBecomesAConstant() throws {
        let options = ONNXImportOptions(constants: ["s": .integers([-1, 1], shape: [2])])
        let graph = try read(shifted, options)
        #expect(graph.inputs.count == 1)
        #expect(graph[graph.outputs[0]].shape == [Dimension(constant: 0, batchMultiple: 2), 1])
    }

    @Test func aBoundFloatIsFolded() throws {
        let model = NodeModel(
            inputs: [Port("x", ["N", 2]), Port("c", [2])],
            outputs: [Port("y", nil)]
        ).node("Neg", ["c"], outputs: ["d"]).node("Add", ["x", "d"])
        let options = ONNXImportOptions(constants: ["c": .floats(Tensor([2], [1, 2]))])
        let graph = try read(model, options)
        #expect(graph.nodes.map(\.operation.name) == ["Add"])
        #expect(try run(graph, [Tensor([1, 2], [5, 5])])[0].elements.elementsEqual([4, 3]))
    }

    @Test(arguments: [
        ["s": ONNXConstant.integers([-1, 1, 1], shape: [3])], ["s": .floats(Tensor([2], [1, 2]))],
        ["z": .integers([1], shape: [])], ["s": .integers([1], shape: [2])],
    ])
    func constantsThatDoNotFitTheirInputAreRefused(constants: [String: ONNXConstant]) {
        #expect(throws: ONNXError.self) { try read(shifted, ONNXImportOptions(constants: constants)) }
    }

    // MARK: Outputs

    private let everything = ONNXImportOptions(outputs: .all, firstAxis: .asDeclared)

    @Test func allOutputsComeInTheFilesOrder() throws {
        let model = NodeModel(
            inputs: [Port("x", [2, 3])],
            outputs: [Port("shape", nil, type: 7), Port("y", nil), Port("five", nil)]
        )
        .with("five", .scalar(5))
        .node("Shape", outputs: ["shape"])
        .node("Relu")
        let graph = try read(model, everything)
        let outputs = try run(graph, [Tensor([2, 3], [-1, 1, -1, 1, -1, 1])])
        #expect(outputs[0].elements.elementsEqual([2, 3]))
        #expect(outputs[1].elements.elementsEqual([0, 1, 0, 1, 0, 1]))
        #expect(outputs[2] == Tensor(scalar: 5))
        #expect(graph.outputs.map { graph[$0].type } == [.int64, .float32, .float32])
    }

    @Test func aModelWithoutInputsHasOutputs() throws {
        let model = NodeModel(inputs: [], outputs: [Port("y", nil)])
            .node("Constant", [], ["value_floats": .floats([1, 2])])
        #expect(try run(read(model, everything), [])[0].elements.elementsEqual([1, 2]))
        #expect(throws: ONNXError.self) { try read(model, ONNXImportOptions()) }
    }

    @Test func axesMayBeEmptyWhereTheyAreAsDeclared() throws {
        let model = NodeModel(inputs: [Port("x", [2, 0, 4])], outputs: [Port("y", nil)])
            .with("a", .list(1)).node("ReduceSum", ["x", "a"])
        let output = try run(read(model, everything), [Tensor([2, 0, 4])])[0]
        #expect(output == Tensor([2, 1, 4]))
        #expect(throws: ONNXError.self) { try read(model, ONNXImportOptions()) }
    }

    @Test func aNumberAloneIsAnInput() throws {
        let model = NodeModel(inputs: [Port("x", [])], outputs: [Port("y", nil)]).node("Neg")
        #expect(try run(read(model, everything), [Tensor(scalar: 3)])[0] == Tensor(scalar: -3))
    }

    @Test func anOutputOfIntegersThatFloatsDoNotCarryIsRefused() {
        let model = NodeModel(inputs: [Port("x", [1])], outputs: [Port("c", nil, type: 7)])
            .with("c", .number(1 << 24)).node("Relu")
        #expect(throws: ONNXError.self) { try read(model, everything) }
    }

    // MARK: Several inputs

    @Test func severalInputsShareTheSamples() throws {
        let model = NodeModel(
            inputs: [Port("left", [1, 2]), Port("right", [1, 2])],
            outputs: [Port("y", nil)]
        ).node("Add", ["left", "right"])
        let graph = try read(model, ONNXImportOptions())
        #expect(graph.inputs.map { graph[$0].shape } == [[.batch, 2], [.batch, 2]])
        let three = Tensor([3, 2], [1, 2, 3, 4, 5, 6])
        #expect(try run(graph, [three, three], batch: 3)[0] == 2 * three)
        let executable = try ReferenceBackend().compile(graph, batchSize: 3, differentiating: .inputs)
        #expect(throws: BackendError.self) { try executable.forward([three, three.rows(0..<2)]) }
        _ = try executable.forward([three, three])
        #expect(try executable.backward([three]).inputs == [three, three])
    }

    @Test func anInputOfAnotherExtentKeepsEveryFirstAxisAsItIs() throws {
        let model = NodeModel(
            inputs: [Port("x", [1, 2]), Port("table", [5, 2])],
            outputs: [Port("y", nil)]
        ).node("Add", ["x", "table"])
        let graph = try read(model, ONNXImportOptions())
        #expect(graph[graph.outputs[0]].shape == [5, 2])
    }
}
