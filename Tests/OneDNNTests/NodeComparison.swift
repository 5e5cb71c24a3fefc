import BulwarkModels
import BulwarkOneDNN
import BulwarkTensors
import Testing

/// Runs one operator, or a whole graph, on both backends and compares what comes out.
///
/// Sums of floats depend on their order, so the two differ by rounding. The tolerance is relative to the
/// largest element of a tensor, because an element near zero may be the difference of large ones: 10⁻⁴ is
/// some 800 units in the last place, which sums of a few thousand terms stay well below.
enum NodeComparison {
    static let tolerance: Float = 1e-4

    /// Compares one operator's value and all its gradients, with `parameters` of its inputs as weights of the
    /// graph.
    static func expectAgreement(
        _ operation: any Operator,
        _ inputs: [Tensor],
        parameters: Set<Int> = [],
        _ label: String = "",
        sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        var builder = GraphBuilder()
        var ids: [ValueID] = []
        for (position, tensor) in inputs.enumerated() {
            ids.append(
                parameters.contains(position)
                    ? try builder.parameter("p\(position)", tensor, isTrainable: true)
                    : try builder.input("x\(position)", SymbolicShape(tensor.shape))
            )
        }
        let output = try builder.apply(operation, to: ids)
        try expectAgreement(
            builder.graph(outputs: [output]),
            inputs.indices.filter { !parameters.contains($0) }.map { inputs[$0] },
            batchSize: 1,
            "\(operation) on \(inputs.map(\.shape)) \(label)",
            sourceLocation: sourceLocation
        )
    }

    /// Whether an operator alone has a fast form, with `parameters` of its inputs as weights.
    static func isFast(_ operation: any Operator, _ inputs: [Shape], parameters: Set<Int> = []) throws -> Bool
    {
        var builder = GraphBuilder()
        let ids = try inputs.enumerated().map { position, shape in
            parameters.contains(position)
                ? try builder.parameter("p\(position)", Tensor(shape, repeating: 1), isTrainable: true)
                : try builder.input("x\(position)", SymbolicShape(shape))
        }
        let output = try builder.apply(operation, to: ids)
        let graph = builder.graph(outputs: [output])
        return try OneDNNBackend().plainOperators(
            of: graph,
            batchSize: 1,
            differentiating: [.inputs, .parameters]
        ).isEmpty
    }

    /// Compares a graph's outputs, and its gradients at inputs and parameters for random cotangents.
    static func expectAgreement(
        _ graph: Graph,
        _ inputs: [Tensor],
        batchSize: Int,
        _ label: String,
        sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        let everything: Differentiation = [.inputs, .parameters]
        let slow = try ReferenceBackend().compile(graph, batchSize: batchSize, differentiating: everything)
        let fast = try OneDNNBackend().compile(graph, batchSize: batchSize, differentiating: everything)
        let expected = try slow.forward(inputs)
        let outputs = try fast.forward(inputs)
        var random = SeededRandom(seed: 1, stream: "cotangents")
        let cotangents = expected.map { Tensor.random($0.shape, &random) }
        let expectedGradients = try slow.backward(cotangents)
        let gradients = try fast.backward(cotangents)
        try #require(outputs.count == expected.count)
        for (one, other) in zip(outputs, expected) {
            expectClose(one, other, "value of \(label)", sourceLocation)
        }
        try #require(gradients.inputs.count == expectedGradients.inputs.count)
        for (position, pair) in zip(gradients.inputs, expectedGradients.inputs).enumerated() {
            expectClose(pair.0, pair.1, "gradient of input \(position) of \(label)", sourceLocation)
        }
        #expect(
            gradients.parameters.count == expectedGradients.parameters.count,
            sourceLocation: sourceLocation
        )
        for (id, gradient) in expectedGradients.parameters {
            let found = try #require(gradients.parameters[id])
            expectClose(found, gradient, "gradient of \(graph[id].name) of \(label)", sourceLocation)
        }
        // With fixed parameters a plan may take other ways.
        let fixed = try OneDNNBackend().compile(graph, batchSize: batchSize, differentiating: .inputs)
        for (one, other) in zip(try fixed.forward(inputs), expected) {
            expectClose(one, other, "value of \(label) with fixed parameters", sourceLocation)
        }
        for (one, other) in zip(try fixed.backward(cotangents).inputs, expectedGradients.inputs) {
            expectClose(one, other, "gradient of \(label) with fixed parameters", sourceLocation)
        }
    }

    /// Expects two tensors to be equal up to rounding.
    static func expectClose(
        _ found: Tensor,
        _ expected: Tensor,
        _ label: String,
        _ sourceLocation: SourceLocation = #_sourceLocation
    ) {
        guard found.shape == expected.shape else {
            Issue.record(
                "\(label): shape \(found.shape), expected \(expected.shape)",
                sourceLocation: sourceLocation
            )
            return
        }
        let largest = expected.elements.reduce(0) { max($0, abs($1)) }
        for position in 0..<found.count {
            let (one, other) = (found[position], expected[position])
            // Equal infinities have no difference; NaN is where NaN is expected.
            if one == other || (one.isNaN && other.isNaN) { continue }
            guard abs(one - other) <= tolerance * largest else {
                Issue.record(
                    "\(label): element \(position) is \(one), expected \(other), the largest is \(largest)",
                    sourceLocation: sourceLocation
                )
                return
            }
        }
    }
}

extension Tensor {
    /// Elements from −1 to 1.
    static func random(_ shape: Shape, _ random: inout SeededRandom) -> Tensor {
        var copy = random
        let result = Tensor(shape, generating: { _ in copy.uniform(-1, 1) })
        random = copy
        return result
    }
}

extension Graph {
    /// A graph of one operator whose first input is a batch of samples and whose others are parameters.
    static func single(_ operation: any Operator, sample: Shape, parameters: [Tensor] = []) throws -> Graph {
        var builder = GraphBuilder()
        let dimensions = [.batch] + sample.dimensions.map { Dimension(constant: $0) }
        var ids = [try builder.input("x", SymbolicShape(dimensions))]
        for (position, tensor) in parameters.enumerated() {
            ids.append(try builder.parameter("p\(position)", tensor, isTrainable: true))
        }
        let output = try builder.apply(operation, to: ids)
        return builder.graph(outputs: [output])
    }
}
