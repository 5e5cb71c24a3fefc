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

    /// `Dropout` at inference, without its mask.
    static func lowerDropout(_ node: ONNXNode, into lowering: inout ONNXLowering) throws -> [ImportedValue] {
        try node.refuseTrainingForm()
        if let training = try node.optionalIntegers(2), training.elements != [0] {
            throw node.error("is in training mode; export the model for inference")
        }
        return [try node.input(0)]
    }
}
