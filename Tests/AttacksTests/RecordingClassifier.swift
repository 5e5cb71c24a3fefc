import BulwarkModels
import BulwarkTensors
import Synchronization
import TestSupport

/// A model that remembers where its gradient was asked for, one sample at a time.
final class RecordingClassifier: GradientAccess {
    private let base: AffineClassifier
    private let visits = Mutex<[[Float]]>([])

    init(_ base: AffineClassifier) { self.base = base }

    var inputShape: Shape { base.inputShape }
    var classCount: Int { base.classCount }
    /// The points in the order in which they were asked about.
    var points: [[Float]] { visits.withLock(\.self) }

    func logits(for inputs: Tensor) throws -> Tensor { try base.logits(for: inputs) }

    func inputGradient(of loss: Loss, at inputs: Tensor, aims: [Aim]) throws -> LossGradient {
        visits.withLock { $0.append(Array(inputs.elements)) }
        return try base.inputGradient(of: loss, at: inputs, aims: aims)
    }
}

extension RecordingClassifier {
    /// One element, and class 1 from 1 on: at 0 the boundary is 1 away.
    static let line = AffineClassifier(weights: [[0], [1]], bias: [1, 0])
}

/// No gradient anywhere, and class 1 farther than 0.3 from the origin: what a saturated network looks like.
struct PlateauClassifier: GradientAccess {
    let inputShape: Shape = [3]
    let classCount = 2

    func logits(for inputs: Tensor) throws -> Tensor {
        Tensor(
            [inputs.rowCount, 2],
            (0..<inputs.rowCount).flatMap { row -> [Float] in
                inputs.row(row).elements.reduce(0) { $0 + $1 * $1 } > 0.09 ? [0, 1] : [1, 0]
            }
        )
    }

    func inputGradient(of loss: Loss, at inputs: Tensor, aims: [Aim]) throws -> LossGradient {
        let logits = try logits(for: inputs)
        return LossGradient(
            losses: loss.gradient(ofLogits: logits, aims: aims).losses,
            gradient: Tensor(inputs.shape),
            logits: logits
        )
    }
}
