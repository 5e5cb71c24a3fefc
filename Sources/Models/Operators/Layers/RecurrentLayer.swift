import BulwarkTensors

/// What `LSTM`, `GRU` and `RNN` have in common: sequences, directions, lengths and the form of their outputs.
///
/// A layer is written out step by step, so that its gradient is that of its parts.
struct RecurrentLayer {
    /// The most steps that are written out, of both directions together.
    static let maximumSteps = 4096

    /// The state after one step: the output, and what else the layer remembers.
    struct State {
        var hidden: ImportedValue?
        var cell: ImportedValue?
    }

    let node: ONNXNode
    /// The extent of the state.
    let hiddenSize: Int
    /// The number of gates.
    let gates: Int
    let directions: Int
    /// The number of steps.
    let length: Int
    let samples: Dimension
    /// The largest magnitude of what activations are given, if there is one.
    let clip: Float?
    /// The functions of each direction.
    let activations: [[RecurrentActivation]]
    private let isReverse: Bool
    private let batchIsFirst: Bool
    private let inputSize: Int
    private let lengths: ImportedValue?

    /// Reads and checks what all recurrent layers share.
    init(_ node: ONNXNode, gates: Int, standard: [String], _ lowering: ONNXLowering) throws {
        self.node = node
        self.gates = gates
        batchIsFirst = try node.int("layout") ?? 0 != 0
        let input = try lowering.shape(of: node.input(0))
        guard input.rank == 3, let length = input[batchIsFirst ? 1 : 0].fixed, let inputSize = input[2].fixed
        else { throw node.error("its sequences are not [steps, N, values] of fixed length, but \(input)") }
        self.length = length
        self.inputSize = inputSize
        samples = input[batchIsFirst ? 0 : 1]
        let weights = try lowering.shape(of: node.input(1))
        let recurrence = try lowering.shape(of: node.input(2))
        guard recurrence.rank == 3, let size = recurrence[2].fixed, size > 0,
            let rows = Dimension(constant: gates).multiplied(by: Dimension(constant: size))
        else { throw node.error("its recurrence weights are not [directions, gates · state, state]") }
        hiddenSize = size
        guard try node.int("hidden_size") ?? size == size else {
            throw node.error("attribute hidden_size is not \(size), the extent of its weights")
        }
        let direction = try node.string("direction") ?? "forward"
        guard ["forward", "reverse", "bidirectional"].contains(direction) else {
            throw node.error("attribute direction has the unknown value '\(direction.prefix(40))'")
        }
        directions = direction == "bidirectional" ? 2 : 1
        isReverse = direction == "reverse"
        let count = Dimension(constant: directions)
        guard weights == [count, rows, Dimension(constant: inputSize)],
            recurrence == [count, rows, Dimension(constant: size)]
        else { throw node.error("its weights are \(weights) and \(recurrence)") }
        let blocks = [3: 2 * gates, 7: 3]
        for (index, number) in blocks.sorted(by: { $0.key < $1.key }) {
            guard let parameters = node.optionalInput(index) else { continue }
            guard lowering.shape(of: parameters) == [count, Dimension(constant: number * size)] else {
                throw node.error("input \(index) is not [\(directions), \(number) · \(size)]")
            }
        }
        guard length > 0, length <= Self.maximumSteps / directions else {
            throw node.error("sequences of \(length) steps are not between 1 and \(Self.maximumSteps)")
        }
        clip = try node.float("clip")
        guard clip ?? 1 > 0 else { throw node.error("attribute clip is not positive") }
        activations = try RecurrentActivation.reading(node, standard: standard, directions: directions)
        lengths = try Self.lengths(node, lowering, length, samples)
    }

    /// The lengths of the sequences, or nil if all of them are whole.
    private static func lengths(
        _ node: ONNXNode,
        _ lowering: ONNXLowering,
        _ length: Int,
        _ samples: Dimension
    ) throws -> ImportedValue? {
        guard let lengths = node.optionalInput(4) else { return nil }
        if case .integers(let array) = lengths {
            guard let numbers = array.fixed, numbers.allSatisfy({ (0...length).contains($0) }) else {
                throw node.error("input 4 is not a length of at most \(length) for each sample")
            }
            if numbers.allSatisfy({ $0 == length }) { return nil }
        }
        guard lowering.shape(of: lengths) == [samples] else {
            throw node.error("input 4 is not a length for each sample")
        }
        return lengths
    }

    /// Whether a direction goes from the last step to the first.
    private func isBackward(_ direction: Int) -> Bool { isReverse || direction == 1 }

    /// The sequences with the steps along the first axis.
    func sequences(_ lowering: inout ONNXLowering) throws -> ImportedValue {
        let input = try node.input(0)
        guard batchIsFirst else { return input }
        return try lowering.apply(Transpose(permutation: [1, 0, 2]), input, as: "sequences", of: node)
    }

    /// One direction of input `index`, `[directions, …]`, without that axis; nil if it is left out.
    func own(_ index: Int, _ direction: Int, _ lowering: inout ONNXLowering) throws -> ImportedValue? {
        guard let value = node.optionalInput(index) else { return nil }
        let shape = lowering.shape(of: value)
        guard shape.rank >= 2, shape[0].fixed == directions else {
            throw node.error("input \(index) does not have \(directions) directions, but the shape \(shape)")
        }
        let name = "input\(index)_\(direction)"
        let part = try lowering.part(value, axis: 0, direction..<direction + 1, as: "\(name)_part", of: node)
        return try lowering.reshape(part, to: Array(shape.dimensions[1...]), as: name, of: node)
    }

    /// One direction of an initial state `[directions, N, state]`, or `[N, directions, state]` if samples
    /// come first; nil if it is left out.
    func initial(_ index: Int, _ direction: Int, _ lowering: inout ONNXLowering) throws -> ImportedValue? {
        guard let value = node.optionalInput(index) else { return nil }
        let count = Dimension(constant: directions)
        let size = Dimension(constant: hiddenSize)
        guard lowering.shape(of: value) == (batchIsFirst ? [samples, count, size] : [count, samples, size])
        else { throw node.error("input \(index) is not a state for each direction and sample") }
        let name = "initial\(index)_\(direction)"
        let axis = batchIsFirst ? 1 : 0
        let range = direction..<direction + 1
        let part = try lowering.part(value, axis: axis, range, as: "\(name)_part", of: node)
        return try lowering.reshape(part, to: [samples, size], as: name, of: node)
    }

    /// The neighbouring blocks of `hiddenSize` elements of a vector, as many as it has.
    func blocks(
        _ value: ImportedValue,
        _ range: Range<Int>,
        as step: String,
        _ lowering: inout ONNXLowering
    ) throws -> ImportedValue {
        let axis = lowering.shape(of: value).rank - 1
        let elements = range.lowerBound * hiddenSize..<range.upperBound * hiddenSize
        return try lowering.part(value, axis: axis, elements, as: step, of: node)
    }

    /// For each step of a direction the sequences' values times the weights: `[N, gates · state]`.
    func projections(
        _ sequences: ImportedValue,
        _ direction: Int,
        bias: ImportedValue?,
        _ lowering: inout ONNXLowering
    ) throws -> [ImportedValue] {
        guard let weights = try own(1, direction, &lowering) else { throw node.error("input 1 is missing") }
        let name = "projection_\(direction)"
        let turned = try turned(weights, as: "weights_\(direction)", &lowering)
        var all = try lowering.apply(MatMul(), sequences, turned, as: "\(name)_product", of: node)
        if let bias { all = try lowering.apply(Add(), all, bias, as: name, of: node) }
        let target = [samples, Dimension(constant: gates * hiddenSize)]
        return try (0..<length).map { step in
            let part = try lowering.part(all, axis: 0, step..<step + 1, as: "\(name)_\(step)_part", of: node)
            return try lowering.reshape(part, to: target, as: "\(name)_\(step)", of: node)
        }
    }

    /// The recurrence weights of a direction, for a product from the right.
    func recurrence(_ direction: Int, _ lowering: inout ONNXLowering) throws -> ImportedValue {
        guard let weights = try own(2, direction, &lowering) else { throw node.error("input 2 is missing") }
        return try turned(weights, as: "recurrence_\(direction)_turned", &lowering)
    }

    /// A matrix of weights for a product from the right.
    private func turned(
        _ weights: ImportedValue,
        as step: String,
        _ lowering: inout ONNXLowering
    ) throws -> ImportedValue {
        try lowering.apply(Transpose(permutation: [1, 0]), weights, as: step, of: node)
    }

    /// What an activation is given: the value itself, or as much of it as `clip` allows.
    func clipped(
        _ value: ImportedValue,
        as step: String,
        _ lowering: inout ONNXLowering
    ) throws -> ImportedValue {
        guard let clip else { return value }
        return try lowering.apply(Clip(lower: -clip, upper: clip), value, as: step, of: node)
    }

    /// Goes through the steps of a direction, in its order.
    ///
    /// Where a sequence has ended the state stays as it is and the output is zero.
    func run(
        _ direction: Int,
        from initial: State,
        _ lowering: inout ONNXLowering,
        step: (_ position: Int, _ state: State, inout ONNXLowering) throws -> State
    ) throws -> (outputs: [ImportedValue], last: State) {
        var outputs = [ImportedValue?](repeating: nil, count: length)
        var state = initial
        for index in 0..<length {
            let position = isBackward(direction) ? length - 1 - index : index
            var next = try step(position, state, &lowering)
            if let lengths {
                let name = "\(direction)_\(position)"
                let mask = try mask(lengths, position, as: name, &lowering)
                outputs[position] = try next.hidden.map {
                    try lowering.apply(Mul(), mask, $0, as: "output_\(name)", of: node)
                }
                next.hidden = try kept(next.hidden, state.hidden, mask, as: "hidden_\(name)", &lowering)
                next.cell = try kept(next.cell, state.cell, mask, as: "cell_\(name)", &lowering)
            } else {
                outputs[position] = next.hidden
            }
            state = next
        }
        return (outputs.compactMap { $0 }, state)
    }

    /// 1 for each sample whose sequence has a step at a position, 0 for the others.
    private func mask(
        _ lengths: ImportedValue,
        _ position: Int,
        as name: String,
        _ lowering: inout ONNXLowering
    ) throws -> ImportedValue {
        let rest = try lowering.apply(Sub(), lengths, .number(Float(position)), as: "rest_\(name)", of: node)
        let mask = try lowering.apply(Clip(lower: 0, upper: 1), rest, as: "mask_\(name)_flat", of: node)
        return try lowering.reshape(mask, to: [samples, 1], as: "mask_\(name)", of: node)
    }

    /// The new state where the mask is 1, the old one where it is 0.
    private func kept(
        _ new: ImportedValue?,
        _ old: ImportedValue?,
        _ mask: ImportedValue,
        as name: String,
        _ lowering: inout ONNXLowering
    ) throws -> ImportedValue? {
        guard let new else { return nil }
        let moved = try lowering.apply(Mul(), mask, new, as: "\(name)_moved", of: node)
        guard let old else { return moved }
        let rest = try lowering.apply(Sub(), .number(1), mask, as: "\(name)_rest", of: node)
        let stayed = try lowering.apply(Mul(), rest, old, as: "\(name)_stayed", of: node)
        return try lowering.apply(Add(), moved, stayed, as: "\(name)_kept", of: node)
    }

    /// All outputs of all directions as one value, `[steps, directions, N, state]` or samples first.
    func stacked(
        _ outputs: [[ImportedValue]],
        _ lowering: inout ONNXLowering
    ) throws -> ImportedValue {
        let target = [1, 1, samples, Dimension(constant: hiddenSize)]
        let lines = try outputs.enumerated().map { direction, steps in
            let rows = try steps.enumerated().map { position, value in
                try lowering.reshape(value, to: target, as: "row_\(direction)_\(position)", of: node)
            }
            return try lowering.join(rows, axis: 0, as: "line_\(direction)", of: node)
        }
        guard batchIsFirst else { return try lowering.join(lines, axis: 1, of: node) }
        let all = try lowering.join(lines, axis: 1, as: "lines", of: node)
        return try lowering.apply(Transpose(permutation: [2, 0, 1, 3]), all, of: node)
    }

    /// The last states of all directions as one value, `[directions, N, state]` or samples first.
    func stacked(
        last states: [ImportedValue],
        as name: String,
        _ lowering: inout ONNXLowering
    ) throws -> ImportedValue {
        let size = Dimension(constant: hiddenSize)
        let target = batchIsFirst ? [samples, 1, size] : [1, samples, size]
        let rows = try states.enumerated().map { direction, value in
            try lowering.reshape(value, to: target, as: "\(name)_\(direction)", of: node)
        }
        return try lowering.join(rows, axis: batchIsFirst ? 1 : 0, as: name, of: node)
    }
}
