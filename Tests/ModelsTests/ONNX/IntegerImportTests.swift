import BulwarkModels
import BulwarkTensors
import Testing

/// Integers and truth values in models: exact at import, carried as floats when the model runs, and never
/// approximately right.
struct IntegerImportTests {
    private typealias Port = NodeModel.Port

    private func executable(_ model: NodeModel, _ options: ONNXImportOptions? = nil) throws -> any Executable
    {
        let everything = ONNXImportOptions(outputs: .all, firstAxis: .asDeclared)
        let graph = try ONNXReader.read(model.bytes, options: options ?? everything).graph
        return try ReferenceBackend().compile(graph, batchSize: 1, differentiating: [])
    }

    private func binary(_ operation: String, type: Int) -> NodeModel {
        NodeModel(
            inputs: [Port("a", [3], type: type), Port("b", [3], type: type)],
            outputs: [Port("y", nil, type: type)]
        ).node(operation, ["a", "b"])
    }

    /// Element types by their number in `TensorProto.DataType`: 2 uint8, 3 int8, 6 int32, 7 int64.
    @Test(
        arguments: [
            ("Add", 2, [200, 1, 0], [100, 1, 0], [44, 2, 0]),
            ("Sub", 2, [1, 5, 0], [2, 5, 255], [255, 0, 1]),
            ("Mul", 3, [100, -128, 7], [2, -1, 3], [-56, -128, 21]),
            ("Div", 6, [-7, 7, 9], [2, -2, 3], [-3, -3, 3]),
            ("Pow", 7, [2, -3, 5], [10, 3, 0], [1024, -27, 1]),
        ] as [(String, Int, [Float], [Float], [Float])]
    )
    func arithmeticIsThatOfIntegers(type: String, number: Int, a: [Float], b: [Float], y: [Float]) throws {
        let model = binary(type, type: number)
        let output = try executable(model).forward([Tensor([3], a), Tensor([3], b)])[0]
        #expect(output.elements.elementsEqual(y))
        let constants = ["a": a, "b": b].mapValues { numbers in
            ONNXConstant.integers(numbers.map { Int($0) }, shape: [3])
        }
        let known = ONNXImportOptions(outputs: .all, firstAxis: .asDeclared, constants: constants)
        #expect(try executable(model, known).forward([])[0].elements.elementsEqual(y))
    }

    @Test(
        arguments: [
            ("Add", [16_777_215, 0, 0], [1, 0, 0]), ("Mul", [4096, 0, 0], [4096, 0, 0]),
            ("Div", [1, 1, 1], [0, 1, 1]), ("Pow", [10, 1, 1], [9, 1, 1]),
        ] as [(String, [Float], [Float])]
    )
    func whatFloatsDoNotCarryExactlyIsRefused(type: String, a: [Float], b: [Float]) throws {
        let executable = try executable(binary(type, type: 7))
        #expect {
            try executable.forward([Tensor([3], a), Tensor([3], b)])
        } throws: { error in
            guard case BackendError.inexactInteger(let node, _, _) = error else { return false }
            return node == "node"
        }
    }

    @Test(
        arguments: [[0.5, 0, 0], [16_777_216, 0, 0], [-1, 0, 0], [256, 0, 0], [.nan, 0, 0]] as [[Float]]
    )
    func inputsThatAreNotOfTheirTypeAreRefused(a: [Float]) throws {
        let executable = try executable(binary("Add", type: 2))
        #expect {
            try executable.forward([Tensor([3], a), Tensor([3])])
        } throws: { error in
            guard case BackendError.inputElement(let name, _) = error else { return false }
            return name == "a"
        }
    }

    @Test func floatOperatorsOnIntegersAreChecked() throws {
        let model = NodeModel(
            inputs: [Port("a", [2], type: 7)],
            outputs: [Port("y", nil, type: 7)]
        ).with("axes", .list(0)).node("ReduceSum", ["a", "axes"])
        let executable = try executable(model)
        #expect(try executable.forward([Tensor([2], [3, 4])])[0][0] == 7)
        #expect(throws: BackendError.self) { try executable.forward([Tensor([2], [16_777_215, 2])]) }
    }

    // MARK: Casts

    private func cast(_ source: Int, _ target: Int) -> NodeModel {
        NodeModel(inputs: [Port("x", [3], type: source)], outputs: [Port("y", nil, type: target)])
            .node("Cast", ["x"], ["to": .int(target)])
    }

    /// (from, to, what, what comes out): 1 float, 9 bool, 10 float16.
    @Test(
        arguments: [
            (1, 7, [-1.9, 1.9, 0], [-1, 1, 0]), (1, 9, [0.1, 0, .nan], [1, 0, 1]),
            (6, 2, [300, -1, 7], [44, 255, 7]), (6, 3, [200, -129, 7], [-56, 127, 7]),
            (9, 1, [1, 0, 1], [1, 0, 1]), (7, 9, [2, 0, -1], [1, 0, 1]),
            (1, 10, [2049, 1e-8, 65520], [2048, 0, .infinity]), (1, 11, [0.1, 1, 2], [0.1, 1, 2]),
        ] as [(Int, Int, [Float], [Float])]
    )
    func castsGiveWhatTheTypeHolds(from: Int, to: Int, x: [Float], y: [Float]) throws {
        let output = try executable(cast(from, to)).forward([Tensor([3], x)])[0]
        #expect(output.elements.elementsEqual(y))
    }

    @Test(arguments: [[300, 0, 0], [.nan, 0, 0], [.infinity, 0, 0], [-1, 0, 0]] as [[Float]])
    func floatsThatATypeOfIntegersDoesNotHoldAreRefused(x: [Float]) throws {
        let executable = try executable(cast(1, 2))
        #expect(throws: BackendError.self) { try executable.forward([Tensor([3], x)]) }
    }

    @Test func castLikeTakesTheTypeOfItsSecondInput() throws {
        let model = NodeModel(inputs: [Port("x", [3])], outputs: [Port("y", nil, type: 2)])
            .with("like", .small([7], [1], type: 2)).node("CastLike", ["x", "like"])
        #expect(
            try executable(model).forward([Tensor([3], [1.5, 255, 0])])[0].elements.elementsEqual([1, 255, 0])
        )
    }

    /// Rounding to 16 bits: the nearest, the even one of two; checked against every number of 16 bits.
    @Test func halvesRoundToTheNearest() {
        for bits in 0..<UInt16(0x7C00) {
            let number = HalfPrecision.float(bits)
            #expect(HalfPrecision.rounding(number) == number)
            #expect(HalfPrecision.rounding(-number) == -number)
            let next = bits == 0x7BFF ? 65536 : HalfPrecision.float(bits + 1)
            let middle = (number + next) / 2
            let even = bits % 2 == 0 ? number : bits == 0x7BFF ? .infinity : next
            #expect(HalfPrecision.rounding(middle) == even)
            #expect(HalfPrecision.rounding(middle.nextDown) == number)
        }
    }

    // MARK: Truth at import

    @Test func integersBeyondFloatsStayExactAtImport() throws {
        // The start of a slice: (2⁶² + 3) − 2⁶².
        let model = NodeModel([nil, 5])
            .with("a", .list(1 << 62 + 3)).with("b", .list(1 << 62)).with("end", .list(5)).with(
                "axis",
                .list(1)
            )
            .node("Sub", ["a", "b"], outputs: ["start"])
            .node("Slice", ["x", "start", "end", "axis"])
        #expect(try model.run(Tensor([1, 5], [0, 1, 2, 3, 4])).elements.elementsEqual([3, 4]))
    }

    @Test func constantsOfEveryTypeOfIntegersAreRead() throws {
        for type in [2, 3, 4, 5, 6, 9, 12, 13] {
            let constant: NodeModel.Constant = .small([1, 0, 1], [3], type: type)
            guard type != 12, type != 13 else { continue }
            let model = NodeModel(inputs: [Port("x", [1])], outputs: [Port("c", nil, type: type)])
                .with("c", constant).node("Relu")
            #expect(try executable(model).forward([Tensor([1])])[0].elements.elementsEqual([1, 0, 1]))
        }
    }

    @Test func anElementThatItsTypeDoesNotHoldIsRefused() {
        let model = NodeModel(inputs: [Port("x", [1])], outputs: [Port("c", nil, type: 2)])
            .with("c", .small([256], [1], type: 2)).node("Relu")
        #expect(throws: ONNXError.self) { try executable(model) }
    }

    @Test func anAttributeThatNoVersionOfAnOperatorHasIsRefused() {
        let model = NodeModel([nil, 3]).node("Relu", ["x"], ["slope": .float(0.1)])
        #expect(throws: ONNXError.self) { try model.graph() }
    }

    @Test func outputsThatNothingReadsDoNoHarm() throws {
        let model = NodeModel([nil, 1, 4]).node(
            "MaxPool",
            ["x"],
            ["kernel_shape": .ints([2])],
            outputs: ["y", "indices"]
        )
        #expect(try model.run(Tensor([1, 1, 4], [1, 3, 2, 0])).elements.elementsEqual([3, 3, 2]))
    }

    // MARK: There and back

    @Test func integerInputsAndOutputsAreWrittenAsSuch() throws {
        let model = NodeModel(
            inputs: [Port("a", ["N", 2], type: 6), Port("b", ["N", 2], type: 6)],
            outputs: [Port("y", nil, type: 6)]
        ).node("Div", ["a", "b"])
        let options = ONNXImportOptions(outputs: .all)
        let graph = try ONNXReader.read(model.bytes, options: options).graph
        let bytes = try ONNXWriter.data(for: graph, name: "copy", version: "test")
        let copy = try ONNXReader.read(bytes, options: options).graph
        #expect(copy.inputs.map { copy[$0].type } == [.int32, .int32])
        #expect(copy.outputs.map { copy[$0].type } == [.int32])
        #expect(copy.inputs.map { copy[$0].name } == ["a", "b"])
        let executable = try ReferenceBackend().compile(copy, batchSize: 1, differentiating: [])
        let output = try executable.forward([Tensor([1, 2], [-7, 9]), Tensor([1, 2], [2, 4])])[0]
        #expect(output.elements.elementsEqual([-3, 2]))
    }
}
