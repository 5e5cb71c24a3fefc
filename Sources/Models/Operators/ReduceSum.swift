import BulwarkTensors

/// The sum over some axes (ONNX `ReduceSum`).
public struct ReduceSum: ReductionOperator {
    /// The axes that are summed over; negative from the end.
    public let axes: [Int]
    /// Whether they stay with extent 1.
    public let keepsAxes: Bool

    /// A sum; names at least one axis.
    public init(axes: [Int], keepsAxes: Bool = true) {
        self.axes = axes
        self.keepsAxes = keepsAxes
    }

    func factor(_ count: Int) -> Float { 1 }

    /// `ReduceSum` with its axes as a constant.
    public var onnx: ONNXForm {
        ONNXForm("ReduceSum", ["keepdims": .int(keepsAxes ? 1 : 0)], trailing: [.ints(axes)])
    }
}
