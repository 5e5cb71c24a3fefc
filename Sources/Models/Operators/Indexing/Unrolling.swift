import BulwarkTensors

/// Loops whose number of rounds is known at import (ONNX `Scan` and `Loop`): each round is lowered for
/// itself.
///
/// How many nodes that may make is limited for the whole model.
struct Unrolling {
    /// The most rounds of one loop: each of them makes nodes of its own.
    private static let maximumRounds = 1 << 12

    /// A value and its element type.
    typealias Typed = (value: ImportedValue, type: ONNXElementType)

    private let node: ONNXNode
    private let body: ONNXSourceGraph
    private var steps: LoweringSteps
    /// What one round hands to the next.
    private var states: [Typed]
    /// What each round gives, for each output that is collected.
    private var collected: [[Typed]] = []

    private init(_ node: ONNXNode, _ lowering: ONNXLowering, states: [Typed]) throws {
        guard let body = node.subgraph("body") else { throw node.error("attribute body is missing") }
        self.node = node
        self.body = body
        self.states = states
        steps = LoweringSteps(node, lowering)
    }

    /// Lowers the body once.
    ///
    /// - Parameters:
    ///   - number: The number of the round.
    ///   - inputs: What the inputs of the body stand for.
    ///   - leading: How many outputs come before the states.
    /// - Returns: What the leading outputs stand for.
    /// - Throws: `ONNXError` if the states change their type; whatever the body's operators throw.
    private mutating func round(_ number: Int, _ inputs: [Typed], leading: Int) throws -> [Typed] {
        guard number < Self.maximumRounds else {
            throw node.error("has more than \(Self.maximumRounds) rounds")
        }
        let results = try steps.lowering.inline(body, of: node, step: "\(number)", inputs: inputs)
        let kept = leading + states.count
        guard results.count >= kept else { throw node.error("its body has \(results.count) outputs") }
        for (old, new) in zip(states, results[leading..<kept]) where old.type != new.type {
            throw node.error("its body makes \(new.type) of \(old.type)")
        }
        states = Array(results[leading..<kept])
        if collected.isEmpty { collected = results[kept...].map { _ in [] } }
        for (index, result) in results[kept...].enumerated() { collected[index].append(result) }
        return Array(results[..<leading])
    }

    /// What the rounds gave for a collected output, stacked along a new axis.
    private mutating func stack(_ index: Int, axis: Int = 0, isReversed: Bool = false) throws -> Typed {
        guard let type = collected[index].first?.type else { throw node.error("has no rounds") }
        let parts = try collected[index].map { try steps.apply(Unsqueeze(axes: [axis]), [$0.value]) }
        return (try steps.apply(Concat(axis: axis), isReversed ? parts.reversed() : parts), type)
    }

    /// Hands back what the loop made of the graph.
    private func finish(_ results: [Typed], into lowering: inout ONNXLowering) -> [ImportedValue] {
        lowering = steps.lowering
        lowering.resultTypes = results.map(\.type)
        return results.map(\.value)
    }
}

// MARK: - Scan

extension Unrolling {
    /// `Scan`: one round for each entry along an axis of some inputs.
    static func lowerScan(_ node: ONNXNode, into lowering: inout ONNXLowering) throws -> [ImportedValue] {
        // There may be as many rounds as a model of nearest neighbours has samples.
        if let known = try DistanceScan.lower(node, into: &lowering) { return known }
        // Before operator set 9 there were lengths of sequences, and an axis of samples.
        let isOld = node.opset < 9
        if isOld, node.optionalInput(0) != nil { throw node.error("has sequences of different lengths") }
        let first = isOld ? 1 : 0
        guard let count = try node.int("num_scan_inputs"), count > 0, count <= node.inputs.count - first
        else { throw node.error("attribute num_scan_inputs is not a number of inputs") }
        var inputs = try (first..<node.inputs.count).map { (try node.input($0), node.inputType($0)) as Typed }
        let samples = inputs.count - count
        var scan = try Unrolling(node, lowering, states: Array(inputs[..<samples]))
        if isOld {
            inputs = try inputs.map { (try scan.withoutSamples($0.value), $0.type) }
            scan.states = Array(inputs[..<samples])
        }
        try scan.run(Array(inputs[samples...]), isOld: isOld)
        let axes = try node.ints("scan_output_axes") ?? scan.collected.map { _ in 0 }
        let directions = try node.ints("scan_output_directions") ?? scan.collected.map { _ in 0 }
        guard axes.count == scan.collected.count, directions.count == axes.count else {
            throw node.error("its outputs and their axes are not equally many")
        }
        var results = scan.states
        for index in scan.collected.indices {
            let rank =
                (scan.collected[index].first.map { scan.steps.lowering.shape(of: $0.value).rank } ?? 0) + 1
            let axis = try node.checked { () throws(OperatorError) in
                try Axes.resolve(axes[index], rank: rank)
            }
            results.append(try scan.stack(index, axis: axis, isReversed: directions[index] != 0))
        }
        if isOld {
            results = try results.map { (try scan.steps.apply(Unsqueeze(axes: [0]), [$0.value]), $0.type) }
        }
        return scan.finish(results, into: &lowering)
    }

    /// Runs a round for each entry of the sequences.
    private mutating func run(_ sequences: [Typed], isOld: Bool) throws {
        let written = try node.ints(isOld ? "axes" : "scan_input_axes") ?? sequences.map { _ in 0 }
        let directions =
            try node.ints(isOld ? "directions" : "scan_input_directions") ?? sequences.map { _ in 0 }
        guard written.count == sequences.count, directions.count == sequences.count else {
            throw node.error("its sequences and their axes are not equally many")
        }
        let shapes = sequences.map { steps.lowering.shape(of: $0.value) }
        let axes = try zip(written, shapes).map { axis, shape in
            try node.checked { () throws(OperatorError) in try Axes.resolve(axis, rank: shape.rank) }
        }
        guard let count = shapes[0][axes[0]].fixed, zip(shapes, axes).allSatisfy({ $0[$1].fixed == count })
        else { throw node.error("its sequences are of different or open lengths") }
        for number in 0..<count {
            var inputs = states
            for (index, sequence) in sequences.enumerated() {
                let entry = directions[index] == 0 ? number : count - 1 - number
                let slice = Slice([Slice.Part(axis: axes[index], start: entry, count: 1)])
                let part = try steps.moving(slice, sequence.value)
                inputs.append((try steps.moving(Squeeze(axes: [axes[index]]), part), sequence.type))
            }
            _ = try round(number, inputs, leading: 0)
        }
    }

    /// A value without its axis of samples, of which there is one.
    private mutating func withoutSamples(_ value: ImportedValue) throws -> ImportedValue {
        guard steps.lowering.shape(of: value).dimensions.first == 1 else {
            throw node.error("runs over several samples")
        }
        return try steps.moving(Squeeze(axes: [0]), value)
    }
}

// MARK: - Loop

extension Unrolling {
    /// `Loop`: rounds up to a number, as long as a condition holds; both have to be known at import.
    static func lowerLoop(_ node: ONNXNode, into lowering: inout ONNXLowering) throws -> [ImportedValue] {
        let limit = try node.optionalFixedIntegers(0)
        guard limit?.count ?? 1 == 1 else { throw node.error("its number of rounds is not one number") }
        var holds = try node.optionalBoolean(1) ?? true
        let states = try (2..<max(node.inputs.count, 2)).map {
            (try node.input($0), node.inputType($0)) as Typed
        }
        var loop = try Unrolling(node, lowering, states: states)
        var number = 0
        while holds, number < limit?[0] ?? .max {
            let counter = ImportedValue.integers(
                IntegerArray(shape: [], elements: [Dimension(constant: number)])
            )
            let condition = ImportedValue.integers(IntegerArray(shape: [], elements: [1]))
            let inputs = [(counter, ONNXElementType.int64), (condition, .bool)] + loop.states
            let result = try loop.round(number, inputs, leading: 1)
            guard case .integers(let array) = result[0].value, let flags = array.fixed, flags.count == 1
            else {
                throw node.error("its condition is known only when the model runs")
            }
            holds = flags[0] != 0
            number += 1
        }
        guard number > 0 || loop.body.graph.output.count == states.count + 1 else {
            throw node.error("has no rounds")
        }
        var results = loop.states
        for index in loop.collected.indices { results.append(try loop.stack(index)) }
        return loop.finish(results, into: &lowering)
    }
}

extension LoweringSteps {
    /// Applies an operator that only moves elements; integers known at import stay integers.
    mutating func moving(_ operation: some Operator, _ value: ImportedValue) throws -> ImportedValue {
        guard case .integers(let array) = value else { return try apply(operation, [value]) }
        return try IntegerFolding.moving(operation, node, [.moved(array)])
    }
}
