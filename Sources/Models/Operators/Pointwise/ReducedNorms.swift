import BulwarkTensors

/// The sum of magnitudes along some axes (ONNX `ReduceL1`).
public struct ReduceL1: AxisReduction {
    /// The axes that go; negative from the end.
    public let axes: [Int]
    /// Whether they stay with extent 1.
    public let keepsAxes: Bool

    /// A sum of magnitudes; names at least one axis.
    public init(axes: [Int], keepsAxes: Bool = true) {
        self.axes = axes
        self.keepsAxes = keepsAxes
    }

    static var type: String { "ReduceL1" }

    /// `Σ |x|` of each line.
    public func value(of inputs: [Tensor], shape: Shape) -> Tensor {
        let sums = lines(inputs[0].shape).folded(inputs[0], from: 0) { $0 + abs($1) }
        return Tensor(shape, generating: { Float(sums[$0]) })
    }

    /// The cotangent times the sign of each element; 0 at 0.
    public func vjp(_ cotangent: Tensor, inputs: [Tensor], output: Tensor, needed: [Bool]) -> [Tensor?] {
        guard needed[0] else { return [nil] }
        let (x, gradient) = (inputs[0].elements, cotangent.elements)
        let result = Tensor(inputs[0].shape) { target in
            lines(inputs[0].shape).forEachElement { position, line in
                let sign: Float = x[position] > 0 ? 1 : x[position] < 0 ? -1 : 0
                target[position] = gradient[line] * sign
            }
        }
        return [result]
    }

    static func lower(_ node: ONNXNode, into lowering: inout ONNXLowering) throws -> [ImportedValue] {
        let input = try node.input(0)
        guard let axes = try node.reducedAxes(rank: lowering.shape(of: input).rank) else {
            return try Abs.lower(node, into: &lowering)
        }
        let sum = ReduceL1(axes: axes, keepsAxes: try node.keepsReducedAxes())
        return [try lowering.emit(sum, node, inputs: [0])]
    }
}

/// The sum of squares along some axes (ONNX `ReduceSumSquare`).
public struct ReduceSumSquare: AxisReduction {
    /// The axes that go; negative from the end.
    public let axes: [Int]
    /// Whether they stay with extent 1.
    public let keepsAxes: Bool

    /// A sum of squares; names at least one axis.
    public init(axes: [Int], keepsAxes: Bool = true) {
        self.axes = axes
        self.keepsAxes = keepsAxes
    }

    static var type: String { "ReduceSumSquare" }

    /// `Σ x²` of each line.
    public func value(of inputs: [Tensor], shape: Shape) -> Tensor {
        let sums = lines(inputs[0].shape).folded(inputs[0], from: 0) { $0 + $1 * $1 }
        return Tensor(shape, generating: { Float(sums[$0]) })
    }

    /// The cotangent times `2 x`.
    public func vjp(_ cotangent: Tensor, inputs: [Tensor], output: Tensor, needed: [Bool]) -> [Tensor?] {
        guard needed[0] else { return [nil] }
        let (x, gradient) = (inputs[0].elements, cotangent.elements)
        let result = Tensor(inputs[0].shape) { target in
            lines(inputs[0].shape).forEachElement { position, line in
                target[position] = 2 * gradient[line] * x[position]
            }
        }
        return [result]
    }

    static func lower(_ node: ONNXNode, into lowering: inout ONNXLowering) throws -> [ImportedValue] {
        let input = try node.input(0)
        guard let axes = try node.reducedAxes(rank: lowering.shape(of: input).rank) else {
            return [try lowering.emit(Pow(exponent: 2), node, inputs: [0])]
        }
        let sum = ReduceSumSquare(axes: axes, keepsAxes: try node.keepsReducedAxes())
        return [try lowering.emit(sum, node, inputs: [0])]
    }
}

/// The Euclidean norm along some axes (ONNX `ReduceL2`).
public struct ReduceL2: AxisReduction {
    /// The axes that go; negative from the end.
    public let axes: [Int]
    /// Whether they stay with extent 1.
    public let keepsAxes: Bool

    /// A norm; names at least one axis.
    public init(axes: [Int], keepsAxes: Bool = true) {
        self.axes = axes
        self.keepsAxes = keepsAxes
    }

    static var type: String { "ReduceL2" }

    /// `√(Σ x²)` of each line.
    public func value(of inputs: [Tensor], shape: Shape) -> Tensor {
        let sums = lines(inputs[0].shape).folded(inputs[0], from: 0) { $0 + $1 * $1 }
        return Tensor(shape, generating: { Float(sums[$0].squareRoot()) })
    }

    /// The cotangent times each element over the norm; 0 where the norm is 0.
    public func vjp(_ cotangent: Tensor, inputs: [Tensor], output: Tensor, needed: [Bool]) -> [Tensor?] {
        guard needed[0] else { return [nil] }
        let (x, gradient, norms) = (inputs[0].elements, cotangent.elements, output.elements)
        let result = Tensor(inputs[0].shape) { target in
            lines(inputs[0].shape).forEachElement { position, line in
                if norms[line] != 0 { target[position] = gradient[line] * (x[position] / norms[line]) }
            }
        }
        return [result]
    }

    static func lower(_ node: ONNXNode, into lowering: inout ONNXLowering) throws -> [ImportedValue] {
        let input = try node.input(0)
        guard let axes = try node.reducedAxes(rank: lowering.shape(of: input).rank) else {
            return [try lowering.emit(Abs(), node, inputs: [0])]
        }
        let norm = ReduceL2(axes: axes, keepsAxes: try node.keepsReducedAxes())
        return [try lowering.emit(norm, node, inputs: [0])]
    }
}
