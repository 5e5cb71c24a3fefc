import BulwarkTensors

extension QuantizeLinear {
    /// `DynamicQuantizeLinear`: bytes whose scale and zero point follow from the smallest and the largest
    /// number of the input, with 0 among them.
    ///
    /// Outputs: the bytes, the scale, and the zero point. An input of zeros only has the scale 1.
    static func lowerDynamic(_ node: ONNXNode, into lowering: inout ONNXLowering) throws -> [ImportedValue] {
        let input = try node.input(0)
        let rank = lowering.shape(of: input).rank
        guard rank > 0 else { throw node.error("quantises a single number") }
        let axes = Array(0..<rank)
        let zero = ImportedValue.constant(Tensor(scalar: 0))
        var steps = LoweringSteps(node, lowering)
        let smallest = try steps.apply(ReduceMin(axes: axes, keepsAxes: false), [input])
        let largest = try steps.apply(ReduceMax(axes: axes, keepsAxes: false), [input])
        let low = try steps.apply(Clip(lower: nil, upper: 0), [smallest])
        let high = try steps.apply(Clip(lower: 0, upper: nil), [largest])
        let width = try steps.apply(Sub(), [high, low])
        let step = try steps.apply(Div(), [width, .constant(Tensor(scalar: 255))])
        let isNothing = try steps.apply(Comparison(.equal), [step, zero])
        let scale = try steps.apply(Where(), [isNothing, .constant(Tensor(scalar: 1)), step])
        let below = try steps.apply(Neg(), [low])
        let zeroPoint = try steps.apply(QuantizeLinear(hasZeroPoints: false), [below, scale])
        let bytes = try steps.finish(QuantizeLinear(), [input, scale, zeroPoint])
        lowering = steps.lowering
        return [bytes, scale, zeroPoint]
    }
}
