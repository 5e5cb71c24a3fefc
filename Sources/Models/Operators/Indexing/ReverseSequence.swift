import BulwarkTensors

/// Sequences of different lengths, each turned round (ONNX `ReverseSequence`).
///
/// Inputs: the data and the lengths, one for each sample. A length outside the time axis gives NaN.
public struct ReverseSequence: GatheringOperator {
    /// The axis along which sequences run, 0 or 1.
    public let timeAxis: Int
    /// The axis of the samples: the other one of the first two.
    public let batchAxis: Int

    /// A reversal along one of the first two axes.
    public init(timeAxis: Int = 0) {
        self.timeAxis = timeAxis
        batchAxis = 1 - timeAxis
    }

    /// The shape of the data.
    public func outputShape(for inputs: [SymbolicShape]) throws(OperatorError) -> SymbolicShape {
        try inputs.expectCount(2...2)
        guard timeAxis == 0 || timeAxis == 1 else {
            throw .attribute(name: "time_axis", problem: "\(timeAxis) is neither 0 nor 1")
        }
        guard inputs[0].rank >= 2, inputs[1] == [inputs[0][batchAxis]] else {
            throw .shapes("there is one length for each sample", inputs)
        }
        return inputs[0]
    }

    func origins(data: Shape, indices: Tensor, output: Shape) -> [Int] {
        let (times, samples) = (data[timeAxis], data[batchAxis])
        let inner = data.dimensions.dropFirst(2).reduce(1, *)
        let lengths = indices.elements.map { CarriedIndex.resolve($0, extent: times + 1) }
        let strides = data.strides
        var origins = [Int](repeating: CarriedIndex.outside, count: data.count)
        for sample in 0..<samples where lengths[sample] >= 0 && indices.elements[sample] >= 0 {
            for time in 0..<times {
                let source = time < lengths[sample] ? lengths[sample] - 1 - time : time
                let target = time * strides[timeAxis] + sample * strides[batchAxis]
                let start = source * strides[timeAxis] + sample * strides[batchAxis]
                for run in 0..<inner { origins[target + run] = start + run }
            }
        }
        return origins
    }

    /// `ReverseSequence`.
    public var onnx: ONNXForm {
        ONNXForm(
            "ReverseSequence",
            ["time_axis": .int(timeAxis), "batch_axis": .int(batchAxis)],
            inputTypes: [1: .int64]
        )
    }

    static func lower(_ node: ONNXNode, into lowering: inout ONNXLowering) throws -> [ImportedValue] {
        let timeAxis = try node.int("time_axis") ?? 0
        guard timeAxis == 0 || timeAxis == 1, try node.int("batch_axis") ?? 1 == 1 - timeAxis else {
            throw node.error("its axes of time and samples are not the first two")
        }
        return try ReverseSequence(timeAxis: timeAxis).lowered(node, into: &lowering)
    }
}
