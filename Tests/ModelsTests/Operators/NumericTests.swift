import BulwarkModels
import BulwarkTensors
import Testing
import TestSupport

/// Quantisation, integer products and remainders: numbers that one can follow by hand.
struct NumericTests {
    @Test func halvesAreRoundedToEvenAndEndsAreCutOff() {
        let x = Tensor([6], [0.5, 1.5, 2.5, -0.5, 1000, -1000])
        let quantize = QuantizeLinear(type: .int8, hasZeroPoints: false)
        let value = quantize.value(of: [x, Tensor(scalar: 1)], shape: [6])
        #expect(value == Tensor([6], [0, 2, 2, 0, 127, -128]))
    }

    /// The gradient passes what was rounded, and stops where something was cut off.
    @Test func theGradientOfAQuantisationIsStraightThrough() {
        let x = Tensor([3], [3.2, 1000, -1000])
        let inputs = [x, Tensor(scalar: 2), Tensor(scalar: 1)]
        let quantize = QuantizeLinear(type: .int8)
        let output = quantize.value(of: inputs, shape: [3])
        let gradients = quantize.vjp(
            Tensor([3], [1, 1, 1]),
            inputs: inputs,
            output: output,
            needed: [true, true, true]
        )
        #expect(output == Tensor([3], [3, 127, -128]))
        #expect(gradients[0] == Tensor([3], [0.5, 0, 0]))
        #expect(gradients[1] == Tensor(scalar: -0.8))
        #expect(gradients[2] == Tensor(scalar: 1))
    }

    /// 2²⁴ + 1 is no float: a sum in single precision would lose it on the way.
    @Test func productsOfIntegersAreAddedUpExactly() {
        let left = Tensor([1, 3], [4096, 1, -4096])
        let right = Tensor([3, 1], [4096, 1, 4096])
        let exact = ExactMatMul(givesIntegers: true).value(of: [left, right], shape: [1, 1])
        #expect(exact == Tensor([1, 1], [1]))
        let convolution = Conv(strides: [1], dilations: [1], padsBegin: [0], padsEnd: [0])
        let sum = ExactConv(convolution, givesIntegers: true).value(
            of: [left.reshaped(to: [1, 1, 3]), right.reshaped(to: [1, 1, 3])],
            shape: [1, 1, 1]
        )
        #expect(sum == Tensor([1, 1, 1], [1]))
    }

    /// The signs of remainders: Python's `%` and C's `fmod`.
    @Test func remaindersHaveTheSignOfTheDivisorOrTheDividend() {
        let inputs = [Tensor([4], [7, -7, 7, -7]), Tensor([4], [3, 3, -3, -3])]
        let down = Mod(truncates: false, givesIntegers: true).value(of: inputs, shape: [4])
        #expect(down == Tensor([4], [1, 2, -2, -1]))
        let towardsZero = Mod(truncates: true).value(of: inputs, shape: [4])
        #expect(towardsZero == Tensor([4], [1, -1, 1, -1]))
        let none = Mod(truncates: false, givesIntegers: true).value(
            of: [inputs[0], Tensor([4])],
            shape: [4]
        )
        #expect(none.elements.allSatisfy { $0.isNaN })
    }

    @Test func bitsThatLeaveTheirTypeAreLost() {
        let shift = BitwiseLogic(.shiftLeft, type: .uint8)
        let value = shift.value(of: [Tensor([3], [255, 1, 3]), Tensor([3], [4, 8, 70])], shape: [3])
        #expect(Array(value.elements.prefix(2)) == [240, 0])
        #expect(value[2].isNaN)
        #expect(BitwiseNot(type: .uint8).value(of: [Tensor([1], [1])], shape: [1]) == Tensor([1], [254]))
        #expect(BitwiseNot(type: .int8).value(of: [Tensor([1], [1])], shape: [1]) == Tensor([1], [-2]))
    }

    @Test func theTransformOfACosineIsOnePeak() {
        let series = Tensor([1, 4, 1], [1, 0, -1, 0])
        let value = FourierTransform(axis: 1).value(of: [series], shape: [1, 4, 2])
        let expected: [Float] = [0, 0, 2, 0, 0, 0, 2, 0]
        for (found, wanted) in zip(value.elements, expected) { #expect(abs(found - wanted) < 1e-6) }
    }

    @Test(arguments: [5, 6, 8])
    func theInverseOfATransformIsTheSeries(length: Int) {
        var random = SeededRandom(seed: 1, stream: "series")
        let series = Tensor([1, length, 1], (0..<length).map { _ in random.uniform(-1, 1) })
        let forward = FourierTransform(axis: 1, form: .oneSided)
        let coefficients = forward.value(of: [series], shape: [1, length / 2 + 1, 2])
        let inverse = FourierTransform(axis: 1, isInverse: true, form: .realSeries(length: length))
        let found = inverse.value(of: [coefficients], shape: [1, length, 1])
        for (one, other) in zip(found.elements, series.elements) { #expect(abs(one - other) < 1e-6) }
    }
}

/// What the importer makes of these operators.
struct NumericImportTests {
    /// A model quantised and dequantised as PyTorch and ONNX Runtime export it.
    @Test func aQuantisedAndDequantisedValueHasStraightThroughGradients() throws {
        let model = NodeModel([nil, 3])
            .with("scale", .scalar(0.5))
            .node("QuantizeLinear", ["x", "scale"], outputs: ["bytes"])
            .node("DequantizeLinear", ["bytes", "scale"])
        let graph = try model.graph()
        let executable = try ReferenceBackend().compile(graph, batchSize: 1, differentiating: .inputs)
        let output = try executable.forward([Tensor([1, 3], [1.1, 500, -1])])[0]
        #expect(output == Tensor([1, 3], [1, 127.5, 0]))
        let gradients = try executable.backward([Tensor([1, 3], [1, 1, 1])])
        #expect(gradients.inputs[0] == Tensor([1, 3], [1, 0, 0]))
    }

    /// Dynamic quantisation: `-1…2` has the scale 3/255 and the zero point 85.
    @Test func aMatrixProductOfDynamicallyQuantisedNumbers() throws {
        let model = NodeModel([1, 2])
            .with("weights", .ints([1, 2, 3, 4], [2, 2]))
            .node("DynamicQuantizeLinear", ["x"], outputs: ["bytes", "scale", "zero"])
            .node("Cast", ["weights"], ["to": .int(3)], outputs: ["signed"])
            .node("MatMulInteger", ["bytes", "signed", "zero"], outputs: ["sums"])
            .node("Cast", ["sums"], ["to": .int(1)], outputs: ["floats"])
            .node("Mul", ["floats", "scale"])
        let found = try model.run(Tensor([1, 2], [-1, 2]))
        for (one, other) in zip(found.elements, [5, 6] as [Float]) { #expect(abs(one - other) < 1e-4) }
    }

    /// Integers known at import stay exact beyond what floats hold.
    @Test func remaindersOfLargeNumbersAreExact() throws {
        let model = NodeModel([nil, 3])
            .with("large", .list(Int.max - 1))
            .with("ten", .list(10))
            .node("Mod", ["large", "ten"], outputs: ["rest"])
            .node("Tile", ["rest", "pair"], outputs: ["axes"])
            .with("pair", .list(1))
            .with("six", .list(6))
            .node("Sub", ["axes", "six"], outputs: ["start"])
            .node("Slice", ["x", "start", "one", "one"])
            .with("one", .list(1))
        #expect(try model.run(Tensor([1, 3], [1, 2, 3])) == Tensor([1, 1], [1]))
    }

    @Test func theLossOfIgnoredTargetsIsNotCounted() throws {
        let model = NodeModel([3, 2])
            .with("targets", .list(0, -1, 1))
            .node(
                "NegativeLogLikelihoodLoss",
                ["x", "targets"],
                ["ignore_index": .int(-1), "reduction": .string("mean")]
            )
        let found = try model.run(Tensor([3, 2], [-1, 5, .infinity, 7, 3, -2]))
        #expect(found == Tensor(scalar: 1.5))
    }

    @Test(arguments: [
        ("QuantizeLinear", ["x", "zero"], 17), ("BitShift", ["list", "list"], 17),
        ("BitwiseNot", ["x"], 18), ("Mod", ["x", "x"], 17), ("DFT", ["x", "list"], 17),
        ("STFT", ["x", "list"], 17), ("STFT", ["silence", "one"], 17), ("DFT", ["silence"], 17),
        ("HannWindow", ["list"], 17), ("MelWeightMatrix", ["list"], 17),
        ("TfIdfVectorizer", ["x"], 17), ("MatMulInteger", ["x"], 17), ("QLinearConv", ["x"], 17),
        ("NegativeLogLikelihoodLoss", ["x", "list"], 17), ("BitCast", ["x"], 26),
    ])
    func hostileNodesAreRefused(type: String, inputs: [String], opset: Int) {
        let model = NodeModel(opset: opset, [nil, 3])
            .with("list", .list(Int.max))
            .with("zero", .floats([], [0]))
            .with("one", .number(1))
            .with("silence", .floats([], [1, 0, 1]))
            .node(type, inputs)
        #expect(throws: (any Error).self) { try model.graph() }
    }
}
