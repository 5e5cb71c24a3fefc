import BulwarkAttacks
import BulwarkModels
import BulwarkTensors
import TestSupport

/// Affine classifiers whose smallest adversarial perturbations are known, and a way to ask an attack for one
/// sample.
enum ClosedForm {
    /// Three classes.
    ///
    /// From class 0 the nearest other class is 2: at Linf 0.30, L2 0.51537341, L1 0.825; class
    /// 1 is at Linf 0.53333333, L2 0.92376043, L1 1.6. All are (z₀ − zⱼ) / ‖w₀ − wⱼ‖ with the dual norm.
    static let threeClasses = AffineClassifier(
        weights: [[1, 2, 0], [0, 1, -1], [-1, 0.5, 2]],
        bias: [0.1, -0.2, 0]
    )
    static let threeClassInput = Tensor([1, 3], [0.6, 0.5, 0.2])

    /// Two classes with w = (3, −4) and b = 1, so that (1, 0.25) has the margin 3: at L2 0.6, Linf 3/7, L1
    /// 0.75.
    static let twoClasses = AffineClassifier(weights: [[3, -4], [0, 0]], bias: [1, 0])
    static let twoClassInput = Tensor([1, 2], [1, 0.25])

    static let wideBox = Bounds(-10, 10)

    static func threat(
        _ norm: Norm,
        _ epsilon: Double,
        target: Int? = nil,
        box: Bounds = wideBox
    ) -> ThreatModel {
        ThreatModel(
            goal: target == nil ? .untargeted : .targeted,
            norm: norm,
            epsilon: Float(epsilon),
            bounds: box
        )
    }

    /// Whether an attack on one sample of class `truth` ends at a candidate that the model gets wrong as
    /// wanted.
    static func succeeds(
        _ attack: some WhiteBoxAttack,
        on model: AffineClassifier,
        at input: Tensor,
        truth: Int = 0,
        target: Int? = nil
    ) throws -> Bool {
        let aim = target.map { Aim.exactly($0, not: truth) } ?? .anythingBut(truth)
        let batch = Batch(inputs: input, aims: [aim], samples: [0])
        let result = try attack.perturb(
            batch,
            against: model,
            random: RandomSource(seed: 3, stream: attack.name)
        )
        return aim.isReached(by: try model.labels(for: result.candidates)[0])
    }
}
