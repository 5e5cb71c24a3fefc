import BulwarkModels
import BulwarkTensors

/// The largest activations of a sample stay, all others become zero: k-winners-take-all.
///
/// Xiao, Zhong and Zheng, "Enhancing adversarial defense by k-winners-take-all" (ICLR 2020), equation 1. Its
/// output jumps wherever two activations change places, so its gradient is right almost everywhere and leads
/// nowhere. Broken by Tramèr, Carlini, Brendel and Mądry, "On adaptive attacks to adversarial example
/// defenses" (NeurIPS 2020), section 5.
struct KWinners: Operator {
    /// The share of activations that stay.
    let share: Float

    func outputShape(for inputs: [SymbolicShape]) throws(OperatorError) -> SymbolicShape {
        guard inputs.count == 1 else { throw .inputCount(expected: 1...1, found: inputs.count) }
        return inputs[0]
    }

    func value(of inputs: [Tensor], shape: Shape) -> Tensor {
        let thresholds = thresholds(inputs[0])
        let (source, size) = (inputs[0].elements, inputs[0].rowSize)
        return Tensor(
            shape,
            generating: { source[$0] >= thresholds[$0 / size] ? source[$0] : 0 }
        )
    }

    func vjp(_ cotangent: Tensor, inputs: [Tensor], output: Tensor, needed: [Bool]) -> [Tensor?] {
        guard needed[0] else { return [nil] }
        let (kept, gradient) = (output.elements, cotangent.elements)
        return [Tensor(output.shape, generating: { kept[$0] != 0 ? gradient[$0] : 0 })]
    }

    /// The smallest activation of each sample that stays.
    private func thresholds(_ activations: Tensor) -> [Float] {
        let (source, size) = (activations.elements, activations.rowSize)
        let place = size - Self.count(share, of: size)
        var sorted = [Float](repeating: 0, count: size)
        return (0..<activations.rowCount).map { row in
            for position in 0..<size { sorted[position] = source[row * size + position] }
            sorted.sort()
            return sorted[place]
        }
    }

    /// How many of `size` activations stay.
    static func count(_ share: Float, of size: Int) -> Int { max(Int(share * Float(size)), 1) }

    var onnx: ONNXForm { ONNXForm("KWinners", ["share": .float(share)], domain: "calibration") }
}

extension Layers {
    /// K-winners-take-all as PyTorch would export its published code: a comparison with the k-th largest
    /// activation, as a factor.
    mutating func winners(_ value: ValueID, share: Float) throws -> ValueID {
        let count = KWinners.count(share, of: builder.shape(of: value)[1].constant)
        let largest = try builder.apply(TopK(count: count), to: [value])
        let last = Slice([Slice.Part(axis: 1, start: count - 1, count: 1)])
        let threshold = try builder.apply(last, to: [largest])
        let stays = try builder.apply(Comparison(.greaterOrEqual), to: [value, threshold])
        return try builder.apply(Mul(), to: [value, stays])
    }
}
