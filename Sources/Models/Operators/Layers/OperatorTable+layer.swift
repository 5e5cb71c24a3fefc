extension OperatorTable {
    /// Layers of neural networks.
    static let layerRows: [String: Lowering] = [:]

    /// The most inputs of the rows above.
    static let layerMaximumInputs: [String: Int] = [:]
}
