import BulwarkTensors

/// The product along some axes (ONNX `ReduceProd`), taken in double precision.
public struct ReduceProd: AxisReduction {
    /// The axes that go; negative from the end.
    public let axes: [Int]
    /// Whether they stay with extent 1.
    public let keepsAxes: Bool

    /// A product; names at least one axis.
    public init(axes: [Int], keepsAxes: Bool = true) {
        self.axes = axes
        self.keepsAxes = keepsAxes
    }

    static var type: String { "ReduceProd" }

    /// The product of each line; 1 for no elements.
    public func value(of inputs: [Tensor], shape: Shape) -> Tensor {
        let products = lines(inputs[0].shape).folded(inputs[0], from: 1, *)
        return Tensor(shape, generating: { Float(products[$0]) })
    }

    /// The cotangent times the product of all other elements of the line, zeros or not.
    public func vjp(_ cotangent: Tensor, inputs: [Tensor], output: Tensor, needed: [Bool]) -> [Tensor?] {
        guard needed[0] else { return [nil] }
        let (x, gradient) = (inputs[0].elements, cotangent.elements)
        let lines = lines(inputs[0].shape)
        let zeros = lines.folded(inputs[0], from: 0) { $1 == 0 ? $0 + 1 : $0 }
        let products = lines.folded(inputs[0], from: 1) { $1 == 0 ? $0 : $0 * $1 }
        let result = Tensor(inputs[0].shape) { target in
            lines.forEachElement { position, line in
                let others: Double
                if x[position] == 0 {
                    others = zeros[line] == 1 ? products[line] : 0
                } else {
                    others = zeros[line] == 0 ? products[line] / Double(x[position]) : 0
                }
                target[position] = Float(Double(gradient[line]) * others)
            }
        }
        return [result]
    }

    static func lower(_ node: ONNXNode, into lowering: inout ONNXLowering) throws -> [ImportedValue] {
        let input = try node.input(0)
        guard let axes = try node.reducedAxes(rank: lowering.shape(of: input).rank) else { return [input] }
        let product = ReduceProd(axes: axes, keepsAxes: try node.keepsReducedAxes())
        if case .integers(let array) = input {
            return [try IntegerFolding.reduce(product, array, node, from: 1) { $0.multiplied(by: $1) }]
        }
        return [try lowering.emit(product, node, inputs: [0])]
    }
}
