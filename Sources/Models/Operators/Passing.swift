import BulwarkTensors

extension ONNXNode {
    /// - Throws: `ONNXError` if the node is of an operator set before 7 and not marked as one for inference.
    func refuseTrainingForm() throws(ONNXError) {
        let isTest = try int("is_test") ?? 0
        if opset < 7, isTest == 0 {
            throw error("is in training mode; export the model for inference")
        }
    }
}

/// Operators whose output is their first input: nothing of them is left after import.
enum Passing {
    /// `Identity`, of whatever kind.
    static func lowerIdentity(_ node: ONNXNode, into lowering: inout ONNXLowering) throws -> [ImportedValue] {
        [try node.input(0)]
    }

    /// `Dropout` at inference.
    static func lowerDropout(_ node: ONNXNode, into lowering: inout ONNXLowering) throws -> [ImportedValue] {
        try node.refuseTrainingForm()
        if let training = try node.optionalIntegers(2), training.elements != [0] {
            throw node.error("is in training mode; export the model for inference")
        }
        let input = try node.input(0)
        return node.reads(output: 1) ? [input, try mask(lowering.shape(of: input), node)] : [input]
    }

    /// The mask of a dropout that drops nothing.
    private static func mask(_ shape: SymbolicShape, _ node: ONNXNode) throws -> ImportedValue {
        guard let fixed = shape.fixed, fixed.fits(IntegerFolding.maximumElements) else {
            throw node.error("its mask of shape \(shape) is too large or depends on the number of samples")
        }
        return .integers(IntegerArray(shape: fixed, elements: [Dimension](repeating: 1, count: fixed.count)))
    }
}
