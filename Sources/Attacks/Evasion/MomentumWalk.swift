import BulwarkModels
import BulwarkTensors

/// A walk up a loss along a running sum of its gradients, in the ball and in the box.
///
/// Dong et al., "Boosting adversarial attacks with momentum" (CVPR 2018), section 3: with the decay μ
/// the sum is gₜ₊₁ = μ·gₜ + ∇J/‖∇J‖₁, and the step goes along its sign for Linf and along its direction for
/// L2. A gradient that is zero or no number adds nothing.
struct MomentumWalk {
    private let threat: ThreatModel
    private let stepSize: Float
    private let decay: Float
    private let center: Tensor
    private var position: Tensor
    private var sum: [Float]

    /// A walk that begins at a sample.
    init(around oracle: some LabelOracle, stepSize: Float, decay: Float) {
        threat = oracle.threat
        self.stepSize = stepSize
        self.decay = decay
        center = Tensor(oracle.shape.batched(1), oracle.input)
        position = center
        sum = Array(repeating: 0, count: oracle.input.count)
    }

    /// Where the walk is.
    var point: [Float] { position.array(ofRow: 0) }

    /// Adds a gradient to the sum and takes a step along it.
    mutating func advance(along gradient: [Float]) {
        let gradient = gradient.zeroingNonFinite
        let length = gradient.reduce(0.0) { $0 + Double(abs($1)) }
        let scale = length > 0 ? 1 / length : 0
        for index in sum.indices {
            sum[index] = Float(Double(decay) * Double(sum[index]) + scale * Double(gradient[index]))
        }
        threat.ascend(
            &position,
            along: Tensor(position.shape, sum),
            stepSize: stepSize,
            around: center
        )
    }
}
