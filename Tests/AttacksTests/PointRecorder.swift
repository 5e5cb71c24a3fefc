import BulwarkModels
import BulwarkTensors
import Synchronization
import TestSupport

/// A model that remembers about which points it was asked, in that order.
final class PointRecorder<Base: GradientAccess>: GradientAccess {
    private let base: Base
    private let asked = Mutex((predictions: [[Float]](), gradients: [[Float]]()))

    init(_ base: Base) { self.base = base }

    var inputShape: Shape { base.inputShape }
    var classCount: Int { base.classCount }
    var predictions: [[Float]] { asked.withLock(\.predictions) }
    var gradients: [[Float]] { asked.withLock(\.gradients) }

    func logits(for inputs: Tensor) throws -> Tensor {
        asked.withLock { asked in
            for row in 0..<inputs.rowCount { asked.predictions.append(Array(inputs.row(row).elements)) }
        }
        return try base.logits(for: inputs)
    }

    func inputGradient(of loss: Loss, at inputs: Tensor, aims: [Aim]) throws -> LossGradient {
        asked.withLock { asked in
            for row in 0..<inputs.rowCount { asked.gradients.append(Array(inputs.row(row).elements)) }
        }
        return try base.inputGradient(of: loss, at: inputs, aims: aims)
    }
}
