import BulwarkTensors
import RealModule

/// The logarithm of the sum of exponentials along some axes (ONNX `ReduceLogSumExp`).
public struct ReduceLogSumExp: AxisReduction {
    /// The axes that go; negative from the end.
    public let axes: [Int]
    /// Whether they stay with extent 1.
    public let keepsAxes: Bool

    /// A soft maximum; names at least one axis.
    public init(axes: [Int], keepsAxes: Bool = true) {
        self.axes = axes
        self.keepsAxes = keepsAxes
    }

    static var type: String { "ReduceLogSumExp" }

    /// `max + log Σ exp(x - max)` of each line; -∞ for no elements.
    public func value(of inputs: [Tensor], shape: Shape) -> Tensor {
        let lines = lines(inputs[0].shape)
        let largest = lines.folded(inputs[0], from: -.infinity) { $1 > $0 ? $1 : $0 }
        // An infinite maximum is subtracted from nothing: the exponentials are 0 and infinite by themselves.
        let centers = largest.map { $0.isFinite ? $0 : 0 }
        let source = inputs[0].elements
        var sums = [Double](repeating: 0, count: lines.count)
        lines.forEachElement { position, line in
            sums[line] += .exp(Double(source[position]) - centers[line])
        }
        return Tensor(shape, generating: { Float(centers[$0] + .log(sums[$0])) })
    }

    /// The cotangent times `exp(x - y)`, the softmax of each line; 0 where the result is -∞.
    public func vjp(_ cotangent: Tensor, inputs: [Tensor], output: Tensor, needed: [Bool]) -> [Tensor?] {
        guard needed[0] else { return [nil] }
        let (x, gradient, results) = (inputs[0].elements, cotangent.elements, output.elements)
        let result = Tensor(inputs[0].shape) { target in
            lines(inputs[0].shape).forEachElement { position, line in
                guard results[line] != -.infinity else { return }
                target[position] = gradient[line] * .exp(x[position] - results[line])
            }
        }
        return [result]
    }

    static func lower(_ node: ONNXNode, into lowering: inout ONNXLowering) throws -> [ImportedValue] {
        let input = try node.input(0)
        guard let axes = try node.reducedAxes(rank: lowering.shape(of: input).rank) else { return [input] }
        let operation = ReduceLogSumExp(axes: axes, keepsAxes: try node.keepsReducedAxes())
        return [try lowering.emit(operation, node, inputs: [0])]
    }

    /// `ReduceLogSum`: the logarithm of a sum.
    static func lowerLogSum(_ node: ONNXNode, into lowering: inout ONNXLowering) throws -> [ImportedValue] {
        let input = try node.input(0)
        guard let axes = try node.reducedAxes(rank: lowering.shape(of: input).rank) else {
            return [try lowering.emit(Log(), node, inputs: [0])]
        }
        let reduction = ReduceSum(axes: axes, keepsAxes: try node.keepsReducedAxes())
        let sum = try lowering.emit(reduction, node.step("sum"), inputs: [0])
        return [try lowering.emit(Log(), node, arguments: [(sum, name: "\(node.name).sum")])]
    }
}
