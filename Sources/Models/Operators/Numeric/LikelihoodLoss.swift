import BulwarkTensors

/// Losses of classification as operators of a model (ONNX `NegativeLogLikelihoodLoss`,
/// `SoftmaxCrossEntropyLoss`), made of lookups, products and sums.
enum LikelihoodLoss {
    /// `NegativeLogLikelihoodLoss`: inputs logarithms of probabilities `[N, C, …]`, targets `[N, …]`, and
    /// optionally a weight for each class.
    static func lowerNegativeLogLikelihood(
        _ node: ONNXNode,
        into lowering: inout ONNXLowering
    ) throws -> [ImportedValue] {
        var steps = LoweringSteps(node, lowering)
        let loss = try loss(node.input(0), &steps)
        lowering = steps.lowering
        return [loss]
    }

    /// `SoftmaxCrossEntropyLoss`: the same for scores, whose logarithmic softmax is the second output.
    static func lowerSoftmaxCrossEntropy(
        _ node: ONNXNode,
        into lowering: inout ONNXLowering
    ) throws -> [ImportedValue] {
        var steps = LoweringSteps(node, lowering)
        let logarithms = try steps.apply(LogSoftmax(axis: 1), [node.input(0)])
        let loss = try loss(logarithms, &steps)
        lowering = steps.lowering
        return [loss, logarithms]
    }

    private static func loss(
        _ logarithms: ImportedValue,
        _ steps: inout LoweringSteps
    ) throws -> ImportedValue {
        let node = steps.node
        let shape = steps.lowering.shape(of: logarithms)
        var targets = try node.input(1)
        guard shape.rank >= 2,
            steps.lowering.shape(of: targets).dimensions == [shape[0]] + shape.dimensions[2...]
        else { throw node.error("there is not one target for each row of scores") }
        var isIgnored: ImportedValue?
        if let ignored = try node.int("ignore_index") {
            let number = ImportedValue.integers(
                IntegerArray(shape: [], elements: [Dimension(constant: ignored)])
            )
            let mask = try steps.apply(Comparison(.equal), [targets, number])
            // A target that is ignored need not be a class.
            targets = try steps.apply(Where(), [mask, .constant(Tensor(scalar: 0)), targets])
            isIgnored = mask
        }
        let column = try steps.apply(Unsqueeze(axes: [1]), [targets])
        let picked = try steps.apply(GatherElements(axis: 1), [logarithms, column])
        var losses = try steps.apply(Neg(), [steps.apply(Squeeze(axes: [1]), [picked])])
        var weights: ImportedValue?
        if let classes = node.optionalInput(2) {
            guard steps.lowering.shape(of: classes) == [shape[1]] else {
                throw node.error("there is not one weight for each class")
            }
            weights = try steps.apply(RuntimeGather(), [classes, targets])
        }
        if let isIgnored {
            let zero = ImportedValue.constant(Tensor(scalar: 0))
            weights = try steps.apply(
                Where(),
                [isIgnored, zero, weights ?? .constant(Tensor(scalar: 1))]
            )
            // What is ignored may be infinite: zero times that is no number.
            losses = try steps.apply(Where(), [isIgnored, zero, losses])
        }
        if let weights { losses = try steps.apply(Mul(), [losses, weights]) }
        let all = Array(0..<shape.rank - 1)
        switch try node.string("reduction") ?? "mean" {
        case "none": return losses
        case "sum": return try steps.apply(ReduceSum(axes: all, keepsAxes: false), [losses])
        case "mean":
            guard let weights else {
                return try steps.apply(ReduceMean(axes: all, keepsAxes: false), [losses])
            }
            let total = try steps.apply(ReduceSum(axes: all, keepsAxes: false), [losses])
            let weight = try steps.apply(ReduceSum(axes: all, keepsAxes: false), [weights])
            return try steps.apply(Div(), [total, weight])
        case let other: throw node.error("reduction '\(other.prefix(40))' is not supported")
        }
    }
}
