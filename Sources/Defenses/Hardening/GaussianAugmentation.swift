import BulwarkAttacks
import BulwarkModels
import BulwarkTensors

/// Training on samples with Gaussian noise, so that randomized smoothing has something to certify.
///
/// Cohen, Rosenfeld and Kolter, "Certified adversarial robustness via randomized smoothing" (ICML 2019),
/// section 3.3: the base classifier is trained with the noise that it is smoothed with. The noise leaves the
/// box of inputs, as it does when a prediction is certified.
public struct GaussianAugmentation: BatchTransformation {
    /// The standard deviation of the noise, in input units.
    public let deviation: Float

    /// Training with noise of this standard deviation; traps unless it is a finite number above 0.
    public init(deviation: Float) {
        precondition(deviation > 0 && deviation.isFinite, "noise has a deviation")
        self.deviation = deviation
    }

    /// The batch with noise of this share of the deviation.
    public func transform(
        _ batch: Batch,
        for model: some GradientAccess,
        strength: Float,
        random: RandomSource
    ) throws -> Tensor {
        var noisy = batch.inputs
        let size = noisy.rowSize
        noisy.mutate { elements in
            for row in 0..<batch.count {
                var numbers = random.numbers(sample: batch.samples[row], restart: 0)
                for index in row * size..<(row + 1) * size {
                    elements[index] += strength * deviation * numbers.normal()
                }
            }
        }
        return noisy
    }
}
