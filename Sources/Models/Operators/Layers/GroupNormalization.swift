import BulwarkTensors

/// Normalisation of each group of channels of each sample (ONNX `GroupNormalization`).
///
/// Seen as one long channel a group is what `InstanceNormalization` normalises, so that is what is left of it
/// after import. Wu and He, "Group normalization" (arXiv 1803.08494).
enum GroupNormalization {
    static func lower(_ node: ONNXNode, into lowering: inout ONNXLowering) throws -> [ImportedValue] {
        let (values, scale, bias) = (try node.input(0), try node.input(1), try node.input(2))
        let shape = lowering.shape(of: values)
        guard shape.rank >= 2, let channels = shape[1].fixed else {
            throw node.error("its values have channels along their second axis")
        }
        guard let groups = try node.int("num_groups"), groups > 0, channels > 0, channels % groups == 0 else {
            throw node.error("attribute num_groups does not divide the \(channels) channels")
        }
        let image = try node.fixed(SymbolicShape(Array(shape.dimensions[2...])), "the extent of an image")
        let (length, overflow) = (channels / groups).multipliedReportingOverflow(by: image.count)
        guard !overflow else { throw node.error("a group has too many elements") }
        let operation = InstanceNormalization(epsilon: try node.float("epsilon") ?? 1e-5)
        let grouped = try lowering.reshape(
            values,
            to: [shape[0], Dimension(constant: groups), Dimension(constant: length)],
            as: "grouped",
            of: node
        )
        // Until opset 20 there is a scale and a bias for each group, since then for each channel.
        let perGroup: SymbolicShape = [Dimension(constant: groups)]
        let perChannel: SymbolicShape = [Dimension(constant: channels)]
        let parameters = lowering.shape(of: scale)
        guard parameters == lowering.shape(of: bias),
            parameters == (node.opset < 21 ? perGroup : perChannel)
        else {
            throw node.error("its scale and bias have the shape \(parameters)")
        }
        if parameters == perGroup {
            let normalized = try lowering.apply(operation, grouped, scale, bias, as: "normalized", of: node)
            return [try lowering.reshape(normalized, to: shape.dimensions, of: node)]
        }
        let ones = try lowering.constant([groups], of: node) { _ in 1 }
        let zeros = try lowering.constant([groups], of: node) { _ in 0 }
        let plain = try lowering.apply(operation, grouped, ones, zeros, as: "plain", of: node)
        let normalized = try lowering.reshape(plain, to: shape.dimensions, as: "normalized", of: node)
        let column = [Dimension(constant: channels)] + image.dimensions.map { _ in 1 }
        let factor = try lowering.reshape(scale, to: column, as: "scale", of: node)
        let scaled = try lowering.apply(Mul(), normalized, factor, as: "scaled", of: node)
        let shift = try lowering.reshape(bias, to: column, as: "bias", of: node)
        return [try lowering.apply(Add(), scaled, shift, of: node)]
    }
}
