import BulwarkTensors

/// The labels that a model answers itself, beside its scores.
///
/// They are what a deployed model decides by. Converters do not always make its highest score agree with
/// them.
public struct OwnLabels: Sendable {
    private let runner: BlockRunner
    private let inputShape: Shape
    /// The class of each label, where labels do not number the classes from 0.
    private let classes: [Int: Int]?

    /// The labels of a model; nil if none of its outputs is one integer a sample.
    ///
    /// - Parameters:
    ///   - model: The model with all of its outputs.
    ///   - classifier: The same model with its scores.
    ///   - classNames: What the classes are called; labels are looked up in it if there is one for each
    ///     class and all of them are numbers.
    ///   - backend: What runs it.
    ///   - execution: Threads and block size.
    public init?(
        of model: Graph,
        beside classifier: ClassifierGraph,
        classNames: [String]?,
        backend: any Backend,
        execution: Execution
    ) {
        guard let (combined, _) = try? CombinedInput.combining(model), let input = combined.inputs.first
        else { return nil }
        let samples = combined[input].shape[0]
        let output = combined.outputs.first { id in
            let shape = combined[id].shape
            let isOne = shape.dimensions.dropFirst().allSatisfy { $0.fixed == 1 }
            let isInteger = !combined[id].type.isFloatingPoint && combined[id].type != .bool
            return isInteger && shape.rank >= 1 && shape[0] == samples && isOne
        }
        guard let output else { return nil }
        runner = BlockRunner(
            combined.selecting(outputs: [output]),
            backend: backend,
            execution: classifier.fitted(execution),
            differentiating: []
        )
        inputShape = classifier.inputShape
        let numbers = (classNames ?? []).map { Int($0) }
        classes =
            numbers.count != classifier.classCount || numbers.contains(nil)
            ? nil
            : Dictionary(
                zip(numbers.compactMap { $0 }, numbers.indices),
                uniquingKeysWith: { first, _ in first }
            )
    }

    /// The class that the model itself says each sample is; nil for a label that is no class.
    ///
    /// - Throws: `ClassifierError.inputShape`, or what the backend throws.
    public func labels(for inputs: Tensor) throws -> [Int?] {
        try inputShape.check(inputs)
        let size = runner.blockSize
        return try runner.map(inputs.rowCount) { executable, rows -> [Int?] in
            let found = try executable.forward([inputs.rows(rows).paddedRows(to: size)])[0]
            return (0..<rows.count).map { row in
                Int(exactly: found[row]).flatMap { label in classes.map { $0[label] } ?? label }
            }
        }.flatMap { $0 }
    }
}
