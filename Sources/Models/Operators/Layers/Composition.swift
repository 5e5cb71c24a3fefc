import BulwarkTensors

/// What lowerings of compound operators are written with: one step of a composition after the other.
extension ONNXLowering {
    /// Applies an operator to values, as one step of a node.
    ///
    /// - Parameters:
    ///   - operation: What to compute.
    ///   - arguments: What it reads.
    ///   - step: What the step is called behind the node's own name; nil for the one that gives the output.
    ///   - node: The node that is composed.
    /// - Returns: The step's result, folded if everything it reads is known at import.
    /// - Throws: `ONNXError` or `GraphError` if the operator refuses its arguments.
    mutating func apply(
        _ operation: some Operator,
        _ arguments: ImportedValue...,
        as step: String? = nil,
        of node: ONNXNode
    ) throws -> ImportedValue {
        let node = step.map { node.step($0) } ?? node
        let named = arguments.enumerated().map { ($1, name: "\(node.name).\($0)") }
        return try emit(operation, node, arguments: named)
    }

    /// The same elements under another shape; the value itself if it has that shape already.
    mutating func reshape(
        _ value: ImportedValue,
        to target: [Dimension],
        as step: String? = nil,
        of node: ONNXNode
    ) throws -> ImportedValue {
        let target = SymbolicShape(target)
        if shape(of: value) == target { return value }
        return try apply(Reshape(to: target), value, as: step, of: node)
    }

    /// Part of a value: neighbouring coordinates of one axis; the value itself if that is all of them.
    mutating func part(
        _ value: ImportedValue,
        axis: Int,
        _ range: Range<Int>,
        as step: String? = nil,
        of node: ONNXNode
    ) throws -> ImportedValue {
        if shape(of: value)[axis].fixed == range.count, range.lowerBound == 0 { return value }
        let slice = Slice([Slice.Part(axis: axis, start: range.lowerBound, count: range.count)])
        return try apply(slice, value, as: step, of: node)
    }

    /// Values one after the other along an axis; the value itself if it is only one.
    mutating func join(
        _ values: [ImportedValue],
        axis: Int,
        as step: String? = nil,
        of node: ONNXNode
    ) throws -> ImportedValue {
        if values.count == 1 { return values[0] }
        let node = step.map { node.step($0) } ?? node
        let named = values.enumerated().map { ($1, name: "\(node.name).\($0)") }
        return try emit(Concat(axis: axis), node, arguments: named)
    }

    /// The value itself, or a parameter of the graph if it is a constant: one for all the steps that read it.
    mutating func shared(
        _ value: ImportedValue,
        as step: String,
        of node: ONNXNode
    ) throws -> ImportedValue {
        .value(try self.value(value, name: node.step(step).name))
    }

    /// A constant of the lowering's own, taken from the limits on constants.
    mutating func constant(
        _ shape: Shape,
        of node: ONNXNode,
        generating element: (Int) -> Float
    ) throws(ONNXError) -> ImportedValue {
        try charge(shape.count, for: node)
        return .constant(Tensor(shape, generating: element))
    }
}

extension ImportedValue {
    /// A number of rank 0.
    static func number(_ number: Float) -> ImportedValue { .constant(Tensor(scalar: number)) }
}

extension ONNXNode {
    /// An attribute that is one of a few words.
    ///
    /// - Throws: `ONNXError` if it is another one.
    func choice<Word: RawRepresentable<String>>(
        _ attribute: String,
        default standard: Word
    ) throws(ONNXError) -> Word {
        guard let written = try string(attribute) else { return standard }
        guard let word = Word(rawValue: written) else {
            throw error("attribute \(attribute) has the unknown value '\(written.prefix(40))'")
        }
        return word
    }

    /// The extents of a shape as numbers.
    ///
    /// - Throws: `ONNXError` if one depends on the number of samples.
    func fixed(_ shape: SymbolicShape, _ what: String) throws(ONNXError) -> Shape {
        guard let fixed = shape.fixed else { throw error("\(what) depends on the number of samples") }
        return fixed
    }
}
