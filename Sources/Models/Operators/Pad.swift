import BulwarkTensors

/// Elements added before and after each axis, or cut off where a number is negative (ONNX `Pad`).
public struct Pad: Operator {
    /// What the added elements are.
    public enum Mode: Sendable, Equatable {
        /// All the same number.
        case constant(Float)
        /// The nearest element of the input.
        case edge
        /// The input mirrored at its outermost elements.
        case reflect
        /// The input again, as if it went round.
        case wrap
    }

    /// The number of elements added before each axis.
    public let begin: [Int]
    /// The number of elements added after each axis.
    public let end: [Int]
    /// What the added elements are.
    public let mode: Mode

    /// A padding; both lists have one entry for each axis.
    public init(begin: [Int], end: [Int], mode: Mode = .constant(0)) {
        self.begin = begin
        self.end = end
        self.mode = mode
    }

    /// The input's extents with what is added.
    public func outputShape(for inputs: [SymbolicShape]) throws(OperatorError) -> SymbolicShape {
        try inputs.expectCount(1...1)
        guard begin.count == inputs[0].rank, end.count == inputs[0].rank else {
            throw .attribute(name: "pads", problem: "there are two numbers for each axis")
        }
        var result: [Dimension] = []
        for axis in begin.indices {
            let (extent, before, after) = (inputs[0][axis], begin[axis], end[axis])
            let limit = GraphBuilder.maximumElements
            guard before.magnitude <= limit, after.magnitude <= limit else {
                throw .attribute(name: "pads", problem: "\(before) or \(after) elements are too many")
            }
            guard let sum = extent.adding(Dimension(constant: before + after)) else {
                throw .shapes("the extents overflow", inputs)
            }
            result.append(sum)
            if before == 0, after == 0 { continue }
            try check(axis, extent, inputs)
        }
        return SymbolicShape(result)
    }

    private func check(_ axis: Int, _ extent: Dimension, _ inputs: [SymbolicShape]) throws(OperatorError) {
        let (before, after) = (begin[axis], end[axis])
        guard let extent = extent.fixed else {
            guard case .constant = mode, before >= 0, after >= 0 else {
                throw .shapes(
                    "axis \(axis) depends on the number of samples and takes only constants",
                    inputs
                )
            }
            return
        }
        let kept = extent + min(before, 0) + min(after, 0)
        guard kept >= 0 else {
            throw .attribute(name: "pads", problem: "more is cut off axis \(axis) than it has")
        }
        switch mode {
        case .constant: break
        case .edge, .wrap:
            guard kept > 0 else { throw .shapes("axis \(axis) has no element to repeat", inputs) }
        case .reflect:
            guard max(before, after) < max(kept, 1) else {
                throw .attribute(name: "pads", problem: "more is added to axis \(axis) than can be mirrored")
            }
        }
    }

    /// The padded input.
    public func value(of inputs: [Tensor], shape: Shape) -> Tensor {
        var filler: Float = 0
        if case .constant(let value) = mode { filler = value }
        return coordinates(inputs[0].shape, shape).rearranging(inputs[0], filler: filler)
    }

    /// The cotangent, with that of every copy added to its original's.
    public func vjp(_ cotangent: Tensor, inputs: [Tensor], output: Tensor, needed: [Bool]) -> [Tensor?] {
        let shape = inputs[0].shape
        return [needed[0] ? coordinates(shape, output.shape).scattering(cotangent, to: shape) : nil]
    }

    func coordinates(_ input: Shape, _ output: Shape) -> CoordinateMap {
        CoordinateMap(
            sources: begin.indices.map { axis in
                // What is left of the axis after cutting is what gets repeated or mirrored.
                let first = max(-begin[axis], 0)
                let last = input[axis] - 1 + min(end[axis], 0)
                return (0..<output[axis]).map { position in
                    let source = position - begin[axis]
                    if source >= first, source <= last { return source }
                    switch mode {
                    case .constant: return CoordinateMap.outside
                    case .edge: return min(max(source, first), last)
                    case .wrap:
                        let remainder = (source - first) % (last - first + 1)
                        return first + (remainder < 0 ? remainder + last - first + 1 : remainder)
                    case .reflect: return source < first ? 2 * first - source : 2 * last - source
                    }
                }
            }
        )
    }

    /// `Pad` with its numbers as constants.
    public var onnx: ONNXForm {
        switch mode {
        case .constant(let value):
            ONNXForm("Pad", ["mode": .string("constant")], trailing: [.ints(begin + end), .float(value)])
        case .edge: ONNXForm("Pad", ["mode": .string("edge")], trailing: [.ints(begin + end)])
        case .reflect: ONNXForm("Pad", ["mode": .string("reflect")], trailing: [.ints(begin + end)])
        case .wrap: ONNXForm("Pad", ["mode": .string("wrap")], trailing: [.ints(begin + end)], opset: 19)
        }
    }

    static func lower(_ node: ONNXNode, into lowering: inout ONNXLowering) throws -> [ImportedValue] {
        let rank = try lowering.shape(of: node.input(0)).rank
        // Attributes before operator set 11, inputs since.
        guard let pads = try node.ints("pads") ?? node.optionalFixedIntegers(1) else {
            throw node.error("input 1 is missing")
        }
        let written = try node.optionalFixedIntegers(3) ?? Array(0..<rank)
        _ = try node.checked { () throws(OperatorError) in try Axes.resolve(written, rank: rank) }
        guard pads.count == 2 * written.count else {
            throw node.error("input 1 has \(pads.count) entries for \(written.count) axes")
        }
        var (begin, end) = ([Int](repeating: 0, count: rank), [Int](repeating: 0, count: rank))
        for (index, axis) in written.enumerated() {
            begin[Axes.index(axis, rank: rank)] = pads[index]
            end[Axes.index(axis, rank: rank)] = pads[written.count + index]
        }
        let mode: Mode
        switch try node.string("mode") ?? "constant" {
        case "constant" where node.isComputed(2): mode = .constant(0)
        case "constant": mode = .constant(try node.rawFloat("value") ?? node.optionalFloat(2) ?? 0)
        case "edge": mode = .edge
        case "reflect": mode = .reflect
        case "wrap": mode = .wrap
        case let other: throw node.error("mode '\(other.prefix(40))' is not supported")
        }
        let pad = Pad(begin: begin, end: end, mode: mode)
        if case .constant = mode, node.isComputed(2) {
            return [try lowering.emit(PadWithValue(begin: begin, end: end), node, inputs: [0, 2])]
        }
        if case .integers(let array) = try node.input(0) { return [try pad.folded(array, node)] }
        return [try lowering.emit(pad, node, inputs: [0])]
    }
}

extension Pad {
    /// Integers that are known at import stay what they are.
    fileprivate func folded(_ array: IntegerArray, _ node: ONNXNode) throws -> ImportedValue {
        let shape = try node.checked { () throws(OperatorError) in
            try outputShape(for: [SymbolicShape(array.shape)])
        }
        guard let fixed = shape.fixed, fixed.fits(IntegerFolding.maximumElements) else {
            throw node.error("its integer result of shape \(shape) is too large")
        }
        var filler: Dimension = 0
        if case .integers(let given)? = node.optionalInput(2), given.elements.count == 1 {
            filler = given.elements[0]
        }
        var elements: [Dimension] = []
        coordinates(array.shape, fixed).forEachElement(of: array.shape) { _, origin in
            elements.append(origin < 0 ? filler : array.elements[origin])
        }
        return .integers(IntegerArray(shape: fixed, elements: elements))
    }
}
