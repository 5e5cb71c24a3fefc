import BulwarkTensors

/// The largest of several operands, element by element with broadcasting (ONNX `Max`).
///
/// NaN in any operand gives NaN.
public struct Max: VariadicExtreme {
    /// A maximum.
    public init() {}

    static var extreme: Extreme { .largest }

    /// `Max`.
    public var onnx: ONNXForm { ONNXForm("Max") }
}

/// The smallest of several operands, element by element with broadcasting (ONNX `Min`).
///
/// NaN in any operand gives NaN.
public struct Min: VariadicExtreme {
    /// A minimum.
    public init() {}

    static var extreme: Extreme { .smallest }

    /// `Min`.
    public var onnx: ONNXForm { ONNXForm("Min") }
}

/// What the maximum and the minimum of several operands have in common.
protocol VariadicExtreme: HeavyOperator {
    /// Which end is looked for.
    static var extreme: Extreme { get }

    init()
}

extension VariadicExtreme {
    /// The broadcast shape of all operands, of which there is at least one.
    public func outputShape(for inputs: [SymbolicShape]) throws(OperatorError) -> SymbolicShape {
        try inputs.expectCount(1...Int.max)
        var shape = inputs[0]
        for other in inputs.dropFirst() { shape = try Broadcasting.shape(shape, other) }
        return shape
    }

    /// The extreme of the operands' elements at each place.
    public func value(of inputs: [Tensor], shape: Shape) -> Tensor {
        let extreme = Self.extreme
        var result = Broadcasting.stretch(inputs[0], to: shape)
        for other in inputs.dropFirst() {
            result = Broadcasting.combine(result, other, shape) { extreme.prefers($1, over: $0) ? $1 : $0 }
        }
        return result
    }

    /// The cotangent where an operand is the extreme, shared equally if several are, and summed over the axes
    /// along which it was stretched.
    public func vjp(_ cotangent: Tensor, inputs: [Tensor], output: Tensor, needed: [Bool]) -> [Tensor?] {
        let (gradient, extremes) = (cotangent.elements, output.elements)
        // One operand is stretched at a time: there may be many.
        let shares = Tensor(output.shape) { target in
            for input in inputs {
                let operand = Broadcasting.stretch(input, to: output.shape).elements
                for position in target.indices where operand[position] == extremes[position] {
                    target[position] += 1
                }
            }
            for position in target.indices {
                target[position] = target[position] > 0 ? gradient[position] / target[position] : 0
            }
        }.elements
        return inputs.indices.map { index in
            guard needed[index] else { return nil }
            let operand = Broadcasting.stretch(inputs[index], to: output.shape).elements
            let own = Tensor(
                output.shape,
                generating: { operand[$0] == extremes[$0] ? shares[$0] : 0 }
            )
            return Broadcasting.reduce(own, to: inputs[index].shape)
        }
    }

    func stepsPerElement(_ inputs: [Tensor]) -> Int { inputs.count }

    static func lower(_ node: ONNXNode, into lowering: inout ONNXLowering) throws -> [ImportedValue] {
        try node.refuseOldBroadcasting()
        let inputs = try node.inputs.indices.map { try node.input($0) }
        guard let first = inputs.first else { throw node.error("input 0 is missing") }
        if inputs.count == 1 { return [first] }
        if let folded = try IntegerFolding.combineAll(node, inputs, extreme.pick) { return [folded] }
        return [try lowering.emit(Self(), node)]
    }
}

extension IntegerFolding {
    /// The element-wise result if all inputs of a node are integers known at import, else nil.
    ///
    /// - Throws: `ONNXError` if they do not broadcast, or the result is not affine in the batch size.
    static func combineAll(
        _ node: ONNXNode,
        _ inputs: [ImportedValue],
        _ operation: (Dimension, Dimension) -> Dimension?
    ) throws -> ImportedValue? {
        var result: IntegerArray?
        for input in inputs {
            guard case .integers(let array) = input else { return nil }
            result = try result.map { try combine(node, $0, array, operation) } ?? array
        }
        return result.map { .integers($0) }
    }

    private static func combine(
        _ node: ONNXNode,
        _ left: IntegerArray,
        _ right: IntegerArray,
        _ operation: (Dimension, Dimension) -> Dimension?
    ) throws -> IntegerArray {
        let symbolic = try? Broadcasting.shape(SymbolicShape(left.shape), SymbolicShape(right.shape))
        guard let shape = symbolic?.fixed else { throw node.error("its integer operands do not broadcast") }
        guard shape.fits(maximumElements) else { throw node.error("its integer result is too large") }
        let leftIndex = Broadcasting.StridedIndex(left.shape, in: shape)
        let rightIndex = Broadcasting.StridedIndex(right.shape, in: shape)
        var elements: [Dimension] = []
        var isKnown = true
        Broadcasting.forEachPair(leftIndex, rightIndex, shape) { _, one, other in
            guard let result = operation(left.elements[one], right.elements[other]) else {
                isKnown = false
                return
            }
            elements.append(result)
        }
        guard isKnown else {
            throw node.error("computes with the batch size in a way that is not supported")
        }
        return IntegerArray(shape: shape, elements: elements)
    }
}
