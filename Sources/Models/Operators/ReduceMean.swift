import BulwarkTensors

/// The mean over some axes (ONNX `ReduceMean`).
public struct ReduceMean: ReductionOperator {
    /// The axes that are averaged over; negative from the end.
    public let axes: [Int]
    /// Whether they stay with extent 1.
    public let keepsAxes: Bool

    /// A mean; names at least one axis.
    public init(axes: [Int], keepsAxes: Bool = true) {
        self.axes = axes
        self.keepsAxes = keepsAxes
    }

    func factor(_ count: Int) -> Float { 1 / Float(count) }

    /// `ReduceMean`, whose axes are an attribute until opset 18.
    public var onnx: ONNXForm {
        ONNXForm("ReduceMean", ["axes": .ints(axes), "keepdims": .int(keepsAxes ? 1 : 0)])
    }
}
