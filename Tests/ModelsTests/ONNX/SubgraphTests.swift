import BulwarkModels
import BulwarkTensors
import Testing

/// Graphs inside graphs: branches whose condition is known, and functions that a model defines.
struct SubgraphTests {
    private typealias Port = NodeModel.Port

    private let one = Tensor([1, 2], [-1, 2])

    private func branch(_ type: String, of input: String = "x") -> NodeModel.Attribute {
        .graph(
            NodeModel(inputs: [], outputs: [Port("\(type)_result", nil)])
                .node(type, [input], outputs: ["\(type)_result"])
        )
    }

    private func choice(_ condition: Int) -> NodeModel {
        NodeModel([nil, 2]).with("c", .small([condition], [], type: 9))
            .node("Neg", outputs: ["minus"])
            .node("If", ["c"], ["then_branch": branch("Abs"), "else_branch": branch("Relu", of: "minus")])
    }

    @Test func theBranchThatIsKnownTakesThePlaceOfTheNode() throws {
        #expect(try choice(1).graph().nodes.map(\.operation.name) == ["Abs"])
        #expect(try choice(1).run(one).elements.elementsEqual([1, 2]))
        #expect(try choice(0).run(one).elements.elementsEqual([1, 0]))
    }

    @Test func aConditionMayComeFromShapes() throws {
        let model = NodeModel([nil, 2])
            .with("i", .list(1))
            .node("Shape", outputs: ["shape"])
            .node("Gather", ["shape", "i"], outputs: ["width"])
            .node("Cast", ["width"], ["to": .int(9)], outputs: ["c"])
            .node("If", ["c"], ["then_branch": branch("Neg"), "else_branch": branch("Abs")])
        #expect(try model.run(one).elements.elementsEqual([1, -2]))
    }

    @Test func aConditionThatIsComputedIsRefused() {
        let model = NodeModel([nil, 2])
            .node("ReduceSum", ["x"], ["keepdims": .int(0)], outputs: ["sum"])
            .node("Cast", ["sum"], ["to": .int(9)], outputs: ["c"])
            .node("If", ["c"], ["then_branch": branch("Neg"), "else_branch": branch("Abs")])
        #expect(throws: ONNXError.self) { try model.graph() }
    }

    @Test func whatOnlyABranchReadsIsComputedBeforeIt() throws {
        let inner = NodeModel(inputs: [], outputs: [Port("r", nil)])
            .with("k", .scalar(3)).node("Mul", ["minus", "k"], outputs: ["r"])
        let model = NodeModel([nil, 2]).with("c", .small([1], [], type: 9))
            .node("If", ["c"], ["then_branch": .graph(inner), "else_branch": branch("Abs")])
            .node("Neg", outputs: ["minus"])
        #expect(try model.run(one).elements.elementsEqual([3, -6]))
    }

    @Test func branchesOfBranchesAreRefusedAtSomeDepth() {
        var body = NodeModel(inputs: [], outputs: [Port("r0", nil)]).node("Abs", outputs: ["r0"])
        for level in 1...20 {
            body = NodeModel(inputs: [], outputs: [Port("r\(level)", nil)])
                .node(
                    "If",
                    ["c"],
                    ["then_branch": .graph(body), "else_branch": branch("Abs")],
                    outputs: ["r\(level)"]
                )
        }
        let model = NodeModel([nil, 2]).with("c", .small([1], [], type: 9))
            .node("If", ["c"], ["then_branch": .graph(body), "else_branch": branch("Abs")])
        #expect(throws: ONNXError.self) { try model.graph() }
    }

    // MARK: Functions

    private let scaled = NodeModel(inputs: [Port("a", nil), Port("b", nil)], outputs: [Port("r", nil)])
        .node("LeakyRelu", ["a"], ["alpha": .reference("slope")], outputs: ["t"])
        .node("Add", ["t", "b"], outputs: ["r"])

    @Test func aFunctionTakesThePlaceOfEachCall() throws {
        let model = NodeModel([nil, 2]).function("Scaled", attributes: ["slope"], scaled)
            .node("Scaled", ["x", "x"], ["slope": .float(0.5)], outputs: ["m"], domain: "test")
            .node("Scaled", ["m", "x"], ["slope": .float(0.25)], domain: "test")
        #expect(try model.graph().nodes.map(\.operation.name) == ["LeakyRelu", "Add", "LeakyRelu", "Add"])
        // -1.5, 4 after the first call, then -0.375 - 1, 4 + 2.
        #expect(try model.run(one).elements.elementsEqual([-1.375, 6]))
    }

    @Test func anAttributeThatACallLeavesOutIsLeftOutInside() throws {
        let model = NodeModel([nil, 2]).function("Scaled", attributes: ["slope"], scaled)
            .node("Scaled", ["x", "x"], domain: "test")
        // The default of LeakyRelu: 0.01.
        #expect(try model.run(one).elements.elementsEqual([-1.01, 4]))
    }

    @Test func namesOutsideAFunctionMeanNothingInIt() {
        let body = NodeModel(inputs: [Port("a", nil)], outputs: [Port("r", nil)])
            .node("Add", ["a", "x"], outputs: ["r"])
        let model = NodeModel([nil, 2]).function("Outer", body).node("Outer", ["x"], domain: "test")
        #expect(throws: ONNXError.self) { try model.graph() }
    }

    @Test func functionsThatUnfoldWithoutEndAreRefused() {
        var model = NodeModel([nil, 2])
        for level in 0..<30 {
            let callee = level == 0 ? ("Abs", "") : ("F\(level - 1)", "test")
            let body = NodeModel(inputs: [Port("a", nil)], outputs: [Port("r", nil)])
                .node(callee.0, ["a"], outputs: ["t"], domain: callee.1)
                .node(callee.0, ["t"], outputs: ["r"], domain: callee.1)
            model = model.function("F\(level)", body)
        }
        #expect(throws: ONNXError.self) { try model.node("F29", ["x"], domain: "test").graph() }
    }

    @Test func twoFunctionsOfOneNameAreRefused() {
        let model = NodeModel([nil, 2]).function("Scaled", scaled).function("Scaled", scaled).node("Abs")
        #expect(throws: ONNXError.self) { try model.graph() }
    }
}
