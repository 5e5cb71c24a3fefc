import BulwarkModels
import BulwarkTensors
import Foundation
import TestSupport
import Testing

/// The laws of operators, over the whole table of cases.
struct OperatorLawsTests {
    @Test func casesHaveDifferentNames() {
        #expect(Set(OperatorLaws.cases.map(\.name)).count == OperatorLaws.cases.count)
    }

    @Test(arguments: OperatorLaws.cases)
    func shapeRuleTellsTheShape(row: OperatorCase) throws {
        #expect(try OperatorLaws.shapeRuleTellsTheShape(row) == [])
    }

    @Test(arguments: OperatorLaws.cases)
    func vjpAgreesWithDifferences(row: OperatorCase) throws {
        #expect(try OperatorLaws.vjpAgreesWithDifferences(row) == [])
    }

    @Test(arguments: OperatorLaws.cases)
    func vjpGivesWhatIsNeeded(row: OperatorCase) throws {
        #expect(try OperatorLaws.vjpGivesWhatIsNeeded(row) == [])
    }

    @Test(arguments: OperatorLaws.cases)
    func integersAreIntegers(row: OperatorCase) throws {
        #expect(try OperatorLaws.integersAreIntegers(row) == [])
    }

    @Test(arguments: OperatorLaws.cases)
    func samplesDoNotMeet(row: OperatorCase) throws {
        #expect(try OperatorLaws.samplesDoNotMeet(row) == [])
    }

    /// What `onnx` says is what the importer understands: the same operator comes back.
    @Test(arguments: OperatorLaws.cases)
    func writtenAsONNXItComputesTheSame(row: OperatorCase) throws {
        let tensors = try row.tensors(batchSize: 3)
        let graph = try row.graph(tensors)
        let bytes = try ONNXWriter.data(for: graph, name: row.name, version: "test")
        let copy = try ONNXReader.read(bytes).graph
        let inputs = row.graphInputs(tensors)
        let expected = try run(graph, inputs)
        let found = try run(copy, inputs)
        #expect(found.isBitwiseEqual(to: expected))
    }

    private func run(_ graph: Graph, _ inputs: [Tensor]) throws -> Tensor {
        let executable = try ReferenceBackend().compile(graph, batchSize: 3, differentiating: [])
        return try #require(executable.forward(inputs).first)
    }
}

/// A law that accepts everything proves nothing: each one has to notice an operator that breaks it.
struct OperatorLawsNoticeTests {
    /// Adds the mean of the whole batch, claims another shape for two samples, and gets its derivative wrong.
    private struct Broken: Operator {
        let shapeIsWrong: Bool

        func outputShape(for inputs: [SymbolicShape]) throws(OperatorError) -> SymbolicShape {
            shapeIsWrong ? [inputs[0][0], 1] : inputs[0]
        }

        func value(of inputs: [Tensor], shape: Shape) -> Tensor {
            let mean = inputs[0].elements.reduce(0, +) / Float(inputs[0].count)
            return inputs[0].map { $0 * $0 + mean }
        }

        func vjp(_ cotangent: Tensor, inputs: [Tensor], output: Tensor, needed: [Bool]) -> [Tensor?] {
            let wrong = needed.filter { $0 }.count == needed.count ? 1.9 : 2.1 as Float
            return inputs.map { wrong * cotangent * $0 }
        }

        var onnx: ONNXForm { ONNXForm("Broken") }
    }

    private let row = OperatorCase("broken", Broken(shapeIsWrong: false), [[.batch, 3], [3]])

    @Test func aWrongShape() throws {
        let row = OperatorCase("broken", Broken(shapeIsWrong: true), [[.batch, 3]])
        #expect(try !OperatorLaws.shapeRuleTellsTheShape(row).isEmpty)
    }

    @Test func aWrongDerivative() throws {
        let row = OperatorCase("broken", Broken(shapeIsWrong: false), [[.batch, 3]])
        #expect(try !OperatorLaws.vjpAgreesWithDifferences(row).isEmpty)
    }

    @Test func samplesThatMeet() throws {
        let row = OperatorCase("broken", Broken(shapeIsWrong: false), [[.batch, 3]])
        #expect(try !OperatorLaws.samplesDoNotMeet(row).isEmpty)
    }

    @Test func gradientsNobodyAskedFor() throws {
        let row = OperatorCase("broken", Broken(shapeIsWrong: false), [[.batch, 3], [.batch, 3]])
        #expect(try !OperatorLaws.vjpGivesWhatIsNeeded(row).isEmpty)
    }
}

/// Operators in company: random networks as a whole.
struct RandomGraphsTests {
    @Test(arguments: 0..<12 as Range<UInt64>)
    func gradientsAgreeWithDifferences(seed: UInt64) throws {
        let graph = try RandomGraphs.network(seed: seed, isSmooth: true)
        let input = try RandomGraphs.inputs(for: graph, batchSize: 2, seed: seed)[0]
        let everything: Differentiation = [.inputs, .parameters]
        let executable = try ReferenceBackend().compile(graph, batchSize: 2, differentiating: everything)
        let output = try executable.forward([input])[0]
        var random = SeededRandom(seed: seed, stream: "cotangent")
        let cotangent = Tensor(output.shape, (0..<output.count).map { _ in random.uniform(-1, 1) })
        let gradients = try executable.backward([cotangent])
        func loss() throws -> Double { try dot(cotangent, executable.forward([input])[0]) }

        let direction = FiniteDifferences.direction(input.shape, &random)
        let measured = try FiniteDifferences.derivative(
            of: { try dot(cotangent, executable.forward([$0])[0]) },
            at: input,
            along: direction
        )
        expectClose(measured, gradients.inputs[0], direction)
        for id in graph.trainable {
            let weights = try #require(graph.parameters[id])
            let direction = FiniteDifferences.direction(weights.shape, &random)
            let measured = try FiniteDifferences.derivative(
                of: { moved in
                    executable.setParameters([id: moved])
                    return try dot(cotangent, executable.forward([input])[0])
                },
                at: weights,
                along: direction
            )
            executable.setParameters([id: weights])
            expectClose(measured, try #require(gradients.parameters[id]), direction)
        }
    }

    @Test(arguments: 0..<12 as Range<UInt64>)
    func samplesDoNotMeet(seed: UInt64) throws {
        let graph = try RandomGraphs.network(seed: seed)
        let input = try RandomGraphs.inputs(for: graph, batchSize: 3, seed: seed)[0]
        let together = try ReferenceBackend().compile(graph, batchSize: 3, differentiating: []).forward([
            input
        ])[0]
        let single = try ReferenceBackend().compile(graph, batchSize: 1, differentiating: [])
        for row in 0..<3 {
            let alone = try single.forward([input.rows(row..<row + 1)])[0]
            #expect(together.rows(row..<row + 1).isBitwiseEqual(to: alone))
        }
    }

    private func expectClose(_ measured: Double, _ gradient: Tensor, _ direction: Tensor) {
        let length = gradient.elements.reduce(0.0) { $0 + Double($1) * Double($1) }.squareRoot()
        let claimed = dot(gradient, direction)
        // Truncation grows with the depth of the network and the length of the direction.
        #expect(abs(measured - claimed) <= 0.01 * length + 1e-3, "measured \(measured), claimed \(claimed)")
    }

    private func dot(_ left: Tensor, _ right: Tensor) -> Double {
        zip(left.elements, right.elements).reduce(0) { $0 + Double($1.0) * Double($1.1) }
    }
}
