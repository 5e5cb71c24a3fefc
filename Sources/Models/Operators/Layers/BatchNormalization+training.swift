import BulwarkTensors

extension BatchNormalization {
    /// A node in training mode, which normalises by the statistics of the batch itself and gives running
    /// ones.
    ///
    /// Refused where the number of samples is open: a sample's result would depend on the others.
    static func lowerTraining(_ node: ONNXNode, into lowering: inout ONNXLowering) throws -> [ImportedValue] {
        let values = try node.input(0)
        let shape = lowering.shape(of: values)
        guard node.opset >= 14, shape.rank >= 2, shape.fixed != nil else {
            throw node.error(
                "in training mode a sample's result depends on its batch; export the model for inference"
            )
        }
        let epsilon = try node.float("epsilon") ?? 1e-5
        let momentum = try node.float("momentum") ?? 0.9
        let axes = [0] + Array(2..<shape.rank)
        let average = ReduceMean(axes: axes, keepsAxes: true)
        let mean = try lowering.apply(average, values, as: "mean", of: node)
        let centered = try lowering.apply(Sub(), values, mean, as: "centered", of: node)
        let squares = try lowering.apply(Mul(), centered, centered, as: "squares", of: node)
        let variance = try lowering.apply(average, squares, as: "variance", of: node)
        let flatMean = try lowering.reshape(mean, to: [shape[1]], as: "flat_mean", of: node)
        let flatVariance = try lowering.reshape(variance, to: [shape[1]], as: "flat_variance", of: node)
        let operation = BatchNormalization(epsilon: epsilon)
        let (scale, bias) = (try node.input(1), try node.input(2))
        var results = [
            try lowering.apply(operation, values, scale, bias, flatMean, flatVariance, of: node)
        ]
        for (index, current) in [(3, flatMean), (4, flatVariance)] where node.outputCount > 1 {
            let name = "running\(index)"
            let old = try lowering.apply(
                Mul(),
                try node.input(index),
                .number(momentum),
                as: "\(name)_old",
                of: node
            )
            let new = try lowering.apply(Mul(), current, .number(1 - momentum), as: "\(name)_new", of: node)
            results.append(try lowering.apply(Add(), old, new, as: name, of: node))
        }
        return results
    }
}
