extension OperatorTable {
    /// The operators of `ai.onnx.ml`.
    static let classicalRows: [String: Lowering] = [:]

    /// The most inputs of the rows above.
    static let classicalMaximumInputs: [String: Int] = [:]
}
