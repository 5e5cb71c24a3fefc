import BulwarkTensors

/// The labels of a classifier of `ai.onnx.ml`: numbers or names, in the order of its scores.
struct ClassLabels {
    /// What the classes are called if these are numbers, or names that spell numbers; nil for other names.
    private let numbers: [Int]?
    /// The names, or the numbers as text.
    let names: [String]

    /// How many there are, at least 2.
    var count: Int { names.count }

    /// - Parameters:
    ///   - node: The classifier.
    ///   - numbers: The attribute with labels that are numbers.
    ///   - names: The attribute with labels that are names.
    /// - Throws: `ONNXError` if it has neither or both, fewer than two labels, or one twice.
    init(_ node: ONNXNode, numbers: String, names: String) throws(ONNXError) {
        let written = try node.ints(numbers).flatMap { $0.isEmpty ? nil : $0 }
        let texts = try node.strings(names).flatMap { $0.isEmpty ? nil : $0 }
        guard (written == nil) != (texts == nil) else {
            throw node.error("has no class labels, or both numbers and names")
        }
        self.names = texts ?? (written ?? []).map { "\($0)" }
        let spelled = self.names.map { Int($0) }
        self.numbers = spelled.contains(nil) ? nil : spelled.compactMap { $0 }
        guard self.names.count >= 2, Set(self.names).count == self.names.count else {
            throw node.error("has fewer than two class labels, or one twice")
        }
    }

    /// The two outputs of a classifier: labels and scores.
    ///
    /// A label that is a name is given as the position of its class.
    ///
    /// - Parameters:
    ///   - scores: The scores, `[N, count]`.
    ///   - ranking: What the largest element is looked for in to find the label; the scores if nil.
    ///   - node: The classifier.
    ///   - lowering: Where the operators go.
    /// - Returns: Labels `[N]`, or a stand-in if nothing reads them, and the scores.
    /// - Throws: `ONNXError` for labels that floats do not carry exactly.
    func outputs(
        scores: ImportedValue,
        ranking: ImportedValue? = nil,
        _ node: ONNXNode,
        into lowering: inout ONNXLowering
    ) throws -> [ImportedValue] {
        lowering.offer(classNames: names)
        // Labels that nothing reads are not computed.
        guard node.reads(output: 0) else { return [.integers(IntegerArray([])), scores] }
        let position = try lowering.emit(
            ArgMax(axis: 1, keepsAxis: false),
            node.step("position"),
            arguments: [(ranking ?? scores, name: "\(node.name).scores")]
        )
        guard let numbers, numbers != Array(numbers.indices) else { return [position, scores] }
        guard numbers.allSatisfy(ExactIntegers.contains) else {
            throw node.error("has class labels beyond \(ExactIntegers.largest)")
        }
        let lookup = LabelEncoder(
            keys: numbers.indices.map { Float($0) },
            values: numbers.map { Float($0) },
            fallback: -1,
            givesIntegers: true
        )
        let label = try lowering.emit(
            lookup,
            node.step("label"),
            arguments: [(position, name: "\(node.name).position")]
        )
        return [label, scores]
    }
}
