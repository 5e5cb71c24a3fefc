import BulwarkTensors

/// Convolution of each channel with what came before it, and the state that the next call goes on from (ONNX
/// `CausalConvWithState`), as a composition.
enum CausalConvWithState {
    static func lower(_ node: ONNXNode, into lowering: inout ONNXLowering) throws -> [ImportedValue] {
        let (input, weights) = (try node.input(0), try node.input(1))
        let shape = lowering.shape(of: input)
        guard shape.rank == 3, let channels = shape[1].fixed, let length = shape[2].fixed,
            let kernel = lowering.shape(of: weights).fixed, kernel.rank == 3, kernel[2] > 0,
            kernel[0] == channels, kernel[1] == 1
        else { throw node.error("it takes values [N, C, length] and weights [C, 1, taps]") }
        let past = kernel[2] - 1
        let padded: ImportedValue
        if let state = node.optionalInput(3) {
            guard lowering.shape(of: state) == [shape[0], shape[1], Dimension(constant: past)] else {
                throw node.error("its state is not [N, \(channels), \(past)]")
            }
            padded = try lowering.join([state, input], axis: 2, as: "padded", of: node)
        } else if past > 0 {
            let pad = Pad(begin: [0, 0, past], end: [0, 0, 0])
            padded = try lowering.apply(pad, input, as: "padded", of: node)
        } else {
            padded = input
        }
        let conv = Conv(group: channels, strides: [1], dilations: [1], padsBegin: [0], padsEnd: [0])
        var result: ImportedValue
        if let bias = node.optionalInput(2) {
            result = try lowering.apply(conv, padded, weights, bias, as: "sums", of: node)
        } else {
            result = try lowering.apply(conv, padded, weights, as: "sums", of: node)
        }
        switch try node.string("activation") ?? "none" {
        case "none": break
        case "silu", "swish":
            let gate = try lowering.apply(Sigmoid(), result, as: "gate", of: node)
            result = try lowering.apply(Mul(), result, gate, of: node)
        default: throw node.error("attribute activation is neither none, silu nor swish")
        }
        guard node.outputCount > 1 else { return [result] }
        let rest = length..<length + past
        return [result, try lowering.part(padded, axis: 2, rest, as: "state", of: node)]
    }
}
