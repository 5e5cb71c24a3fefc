import BulwarkTensors

/// The largest element along some axes (ONNX `ReduceMax`).
///
/// NaN anywhere gives NaN. The largest of no elements is -∞, or 0 for truth values.
public struct ReduceMax: ReducedExtreme {
    /// The axes that go; negative from the end.
    public let axes: [Int]
    /// Whether they stay with extent 1.
    public let keepsAxes: Bool
    /// Whether the elements are truth values.
    public let ofTruthValues: Bool

    /// A maximum; names at least one axis.
    public init(axes: [Int], keepsAxes: Bool = true, ofTruthValues: Bool = false) {
        self.axes = axes
        self.keepsAxes = keepsAxes
        self.ofTruthValues = ofTruthValues
    }

    static var type: String { "ReduceMax" }
    static var extreme: Extreme { .largest }
}

/// The smallest element along some axes (ONNX `ReduceMin`).
///
/// NaN anywhere gives NaN. The smallest of no elements is ∞, or 1 for truth values.
public struct ReduceMin: ReducedExtreme {
    /// The axes that go; negative from the end.
    public let axes: [Int]
    /// Whether they stay with extent 1.
    public let keepsAxes: Bool
    /// Whether the elements are truth values.
    public let ofTruthValues: Bool

    /// A minimum; names at least one axis.
    public init(axes: [Int], keepsAxes: Bool = true, ofTruthValues: Bool = false) {
        self.axes = axes
        self.keepsAxes = keepsAxes
        self.ofTruthValues = ofTruthValues
    }

    static var type: String { "ReduceMin" }
    static var extreme: Extreme { .smallest }
}

/// What the largest and the smallest element along axes have in common.
protocol ReducedExtreme: AxisReduction {
    /// Which end is looked for.
    static var extreme: Extreme { get }
    /// Whether the elements are truth values.
    var ofTruthValues: Bool { get }

    init(axes: [Int], keepsAxes: Bool, ofTruthValues: Bool)
}

extension ReducedExtreme {
    /// The extreme of each line.
    public func value(of inputs: [Tensor], shape: Shape) -> Tensor {
        let (extreme, source) = (Self.extreme, inputs[0].elements)
        let opposite = ofTruthValues ? min(max(extreme.opposite, 0), 1) : extreme.opposite
        return Tensor(shape) { target in
            for line in target.indices { target[line] = opposite }
            lines(inputs[0].shape).forEachElement { position, line in
                if extreme.prefers(source[position], over: target[line]) { target[line] = source[position] }
            }
        }
    }

    /// The cotangent at the element that is the extreme of its line, shared equally if several are.
    public func vjp(_ cotangent: Tensor, inputs: [Tensor], output: Tensor, needed: [Bool]) -> [Tensor?] {
        guard needed[0] else { return [nil] }
        let (x, gradient, extremes) = (inputs[0].elements, cotangent.elements, output.elements)
        let lines = lines(inputs[0].shape)
        var counts = [Float](repeating: 0, count: lines.count)
        lines.forEachElement { position, line in if x[position] == extremes[line] { counts[line] += 1 } }
        let result = Tensor(inputs[0].shape) { target in
            lines.forEachElement { position, line in
                if x[position] == extremes[line] { target[position] = gradient[line] / counts[line] }
            }
        }
        return [result]
    }

    static func lower(_ node: ONNXNode, into lowering: inout ONNXLowering) throws -> [ImportedValue] {
        let input = try node.input(0)
        guard let axes = try node.reducedAxes(rank: lowering.shape(of: input).rank) else { return [input] }
        let operation = Self(
            axes: axes,
            keepsAxes: try node.keepsReducedAxes(),
            ofTruthValues: node.inputType(0) == .bool
        )
        if case .integers(let array) = input {
            return [try IntegerFolding.reduce(operation, array, node, from: nil, extreme.pick)]
        }
        return [try lowering.emit(operation, node, inputs: [0])]
    }
}
