import BulwarkModels
import CKernels
import COneDNN

/// A function of single elements that can ride on the primitive before it.
///
/// Only functions whose derivative can be told from their output are here: what went in is not kept.
enum Activation: Equatable {
    case relu(slope: Float)
    case clip(Float, Float)
    case logistic
    case tanh

    /// The activation that an operator is, or nil if it is another one.
    init?(_ operation: any Operator) {
        switch operation {
        case is Relu: self = .relu(slope: 0)
        // A negative slope would leave the sign of the input open.
        case let leaky as LeakyRelu where leaky.slope >= 0: self = .relu(slope: leaky.slope)
        case let clip as Clip:
            guard let lower = clip.lower, let upper = clip.upper, lower < upper else { return nil }
            self = .clip(lower, upper)
        case is Sigmoid: self = .logistic
        case is Tanh: self = .tanh
        default: return nil
        }
    }

    /// Its slope below zero if it is a rectifier.
    var slope: Float? { if case .relu(let slope) = self { slope } else { nil } }

    /// In the shim's terms.
    var description: onednn_activation {
        switch self {
        case .relu(let slope): onednn_activation(function: onednn_relu, a: slope, b: 0)
        case .clip(let lower, let upper): onednn_activation(function: onednn_clip, a: lower, b: upper)
        case .logistic: onednn_activation(function: onednn_logistic, a: 0, b: 0)
        case .tanh: onednn_activation(function: onednn_tanh, a: 0, b: 0)
        }
    }

    /// What turns the gradient after it into the one before it: gets the result, the gradient and the output.
    func backwardFromOutput(
        count: Int
    ) -> (UnsafeMutablePointer<Float>, UnsafePointer<Float>, UnsafePointer<Float>) -> Void {
        let count = Int64(count)
        return switch self {
        case .relu(let slope): { kernels_relu_backward($0, $1, $2, slope, count) }
        case .clip(let lower, let upper): { kernels_clip_backward($0, $1, $2, lower, upper, count) }
        case .logistic: { kernels_logistic_backward($0, $1, $2, count) }
        case .tanh: { kernels_tanh_backward($0, $1, $2, count) }
        }
    }
}

/// What follows a convolution or product before its result is stored.
struct Epilogue {
    /// A value that is added.
    var residual: ValueID?
    var activation: Activation?

    /// In the shim's terms.
    var description: onednn_epilogue {
        onednn_epilogue(
            accumulates: residual != nil,
            activation: activation?.description ?? onednn_activation(function: onednn_identity, a: 0, b: 0)
        )
    }
}
