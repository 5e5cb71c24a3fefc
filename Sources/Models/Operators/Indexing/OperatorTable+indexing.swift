extension OperatorTable {
    /// Comparisons, logic, and operators that move elements.
    static let indexingRows: [String: Lowering] = [:]

    /// The most inputs of the rows above.
    static let indexingMaximumInputs: [String: Int] = [:]
}
