extension OperatorTable {
    /// Integer, quantised and signal-processing operators, losses and optimizers.
    static let numericRows: [String: Lowering] = [:]

    /// The most inputs of the rows above.
    static let numericMaximumInputs: [String: Int] = [:]
}
