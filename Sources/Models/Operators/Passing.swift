/// Operators whose output is their first input: nothing of them is left after import.
enum Passing {
    /// `Identity`, of whatever kind.
    static func lowerIdentity(_ node: ONNXNode, into lowering: inout ONNXLowering) throws -> [ImportedValue] {
        [try node.input(0)]
    }

    /// `Dropout` at inference, without its mask.
    static func lowerDropout(_ node: ONNXNode, into lowering: inout ONNXLowering) throws -> [ImportedValue] {
        if let training = try node.optionalIntegers(2), training.elements != [0] {
            throw node.error("is in training mode; export the model for inference")
        }
        return [try node.input(0)]
    }
}
