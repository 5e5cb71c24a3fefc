/// Why a model cannot be hardened.
public enum HardeningError: Error, Equatable, CustomStringConvertible {
    /// No gradients flow through it.
    case noGradients
    /// It computes a fixed number of samples at once.
    case fixedBatch(Int)
    /// There are not enough samples to train on some and to choose by others.
    case tooFewSamples(Int)
    /// What training changes is not part of the graph that is to be written.
    case foreignParameters

    /// The fault in words.
    public var description: String {
        switch self {
        case .noGradients: "no gradients flow through the model, so there is nothing to train by"
        case .fixedBatch(let count): "the model takes exactly \(count) samples at a time"
        case .tooFewSamples(let count): "\(count) samples are too few to train on some and choose by others"
        case .foreignParameters:
            "the model computes its scores from several inputs, and cannot be put together again"
        }
    }
}
