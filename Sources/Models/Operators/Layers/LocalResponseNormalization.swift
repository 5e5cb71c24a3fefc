import BulwarkTensors

/// Division by a power of the squares of neighbouring channels (ONNX `LRN`), as a composition.
///
/// `y = x / (bias + alpha · mean of the window's squares)^beta`, where channels that do not exist count as 0.
/// Krizhevsky, Sutskever and Hinton, "ImageNet classification with deep convolutional neural networks"
/// (2012), section 3.3.
enum LocalResponseNormalization {
    static func lower(_ node: ONNXNode, into lowering: inout ONNXLowering) throws -> [ImportedValue] {
        let input = try node.input(0)
        let shape = lowering.shape(of: input)
        guard shape.rank >= 2, let channels = shape[1].fixed else {
            throw node.error("its input has channels along the second axis")
        }
        guard let size = try node.int("size"), (1...1 << 16).contains(size) else {
            throw node.error("attribute size is not between 1 and 65536")
        }
        guard let rest = SymbolicShape(Array(shape.dimensions[2...])).count, rest.fixed != nil else {
            throw node.error("the extent of an image depends on the number of samples")
        }
        let squares = try lowering.apply(Mul(), input, input, as: "squares", of: node)
        // An image whose rows are the channels.
        let rows = try lowering.reshape(
            squares,
            to: [shape[0], 1, Dimension(constant: channels), rest],
            as: "rows",
            of: node
        )
        let window = AveragePool(
            kernel: [size, 1],
            strides: [1, 1],
            padsBegin: [(size - 1) / 2, 0],
            padsEnd: [size / 2, 0],
            countsPadding: true
        )
        let means = try lowering.apply(window, rows, as: "means", of: node)
        let back = try lowering.reshape(means, to: shape.dimensions, as: "back", of: node)
        let alpha = try node.float("alpha") ?? 1e-4
        let (bias, beta) = (try node.float("bias") ?? 1, try node.float("beta") ?? 0.75)
        let scaled = try lowering.apply(Mul(), back, .number(alpha), as: "scaled", of: node)
        let raised = try lowering.apply(Add(), scaled, .number(bias), as: "raised", of: node)
        let divisor = try lowering.apply(Pow(exponent: beta), raised, as: "divisor", of: node)
        return [try lowering.apply(Div(), input, divisor, of: node)]
    }
}
