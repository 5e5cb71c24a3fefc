extension OperatorTable {
    /// Functions of single elements, and reductions.
    static let pointwiseRows: [String: Lowering] = [:]

    /// The most inputs of the rows above.
    static let pointwiseMaximumInputs: [String: Int] = [:]
}
