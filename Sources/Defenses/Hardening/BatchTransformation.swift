import BulwarkAttacks
import BulwarkModels
import BulwarkTensors

/// What a model learns in place of the samples it is given, so that it becomes harder to attack.
///
/// To add one, write it in a file of its own and add a row to `DefenseTable`.
public protocol BatchTransformation: Sendable {
    /// The batch to learn in place of another.
    ///
    /// - Parameters:
    ///   - batch: The samples of one step, each with the aim to be anything but its class.
    ///   - model: The model as it is before the step.
    ///   - strength: The share of the full strength, from 0 to 1.
    ///   - random: Where random numbers come from, by the position in the batch.
    /// - Returns: Samples of the batch's shape, for the same labels.
    /// - Throws: What the model throws.
    func transform(
        _ batch: Batch,
        for model: some GradientAccess,
        strength: Float,
        random: RandomSource
    ) throws -> Tensor

    /// What shows whether the model has learnt it: on samples that were kept out of training, at full
    /// strength.
    var examination: any BatchTransformation { get }
}

extension BatchTransformation {
    /// The transformation itself.
    public var examination: any BatchTransformation { self }
}
