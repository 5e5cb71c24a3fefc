import BulwarkModels
import BulwarkTensors

/// How the loss responds to the clean inputs: the size of its gradient, and whether the gradient tells the
/// truth.
struct GradientStudy: Sendable {
    /// For each probed sample the Euclidean norm of the cross-entropy's gradient; NaN where it is not finite.
    let crossEntropyNorms: [Double]
    /// For each probed sample the Euclidean norm of the margin's gradient; NaN where it is not finite.
    let marginNorms: [Double]
    /// The cosine between derivatives of the margin by gradient and by finite differences; nil if none could
    /// be taken.
    let finiteDifferenceCosine: Double?
    /// How many derivatives the cosine compares.
    let derivativeCount: Int

    /// Studies up to `limit` samples.
    ///
    /// - Throws: What the model throws.
    init(_ model: some GradientAccess, inputs: Tensor, aims: [Aim], seed: UInt64, limit: Int) throws {
        let count = min(limit, aims.count)
        let rows = inputs.rows(0..<count)
        let probed = Array(aims.prefix(count))
        func norms(_ loss: Loss) throws -> (Tensor, [Double]) {
            let gradient = try model.inputGradient(of: loss, at: rows, aims: probed).gradient
            return (gradient, Norm.l2.ofRows(gradient).map { $0.isFinite ? $0 : .nan })
        }
        crossEntropyNorms = try norms(.crossEntropy).1
        let (gradient, marginNorms) = try norms(.margin)
        self.marginNorms = marginNorms
        (finiteDifferenceCosine, derivativeCount) = try Self.compare(
            model,
            rows.rows(0..<min(count, 16)),
            Array(probed.prefix(16)),
            gradient,
            seed
        )
    }

    var zero: Int { marginNorms.count { $0 == 0 } }
    var saturated: Int { crossEntropyNorms.count { $0 == 0 } }
    var nonFinite: Int { zip(crossEntropyNorms, marginNorms).count { $0.isNaN || $1.isNaN } }

    /// Compares the margin's derivative along directions by gradient and by central differences.
    ///
    /// Directions: the gradient's own, where the derivative is largest and rounding matters least, and three
    /// random ones; steps of a hundredth and a thousandth of the box would cross kinks and drown in rounding,
    /// so the step moves the input by about 10⁻³ in the mean element.
    private static func compare(
        _ model: some GradientAccess,
        _ inputs: Tensor,
        _ aims: [Aim],
        _ gradient: Tensor,
        _ seed: UInt64
    ) throws -> (Double?, Int) {
        let size = inputs.rowSize
        guard inputs.rowCount > 0, size > 0 else { return (nil, 0) }
        var analytic: [Double] = []
        var numeric: [Double] = []
        let slope = gradient.elements
        for direction in 0..<4 {
            var directions = Tensor(inputs.shape)
            directions.mutate { target in
                for row in 0..<inputs.rowCount {
                    var random = SeededRandom(
                        seed: seed,
                        stream: "gradient check",
                        sample: row,
                        restart: direction
                    )
                    let range = row * size..<(row + 1) * size
                    for position in range {
                        target[position] = direction == 0 ? slope[position] : random.normal()
                    }
                    let length = range.reduce(0.0) { $0 + Double(target[$1]) * Double(target[$1]) }
                        .squareRoot()
                    guard length > 0, length.isFinite else {
                        for position in range { target[position] = 0 }
                        continue
                    }
                    let scale = Float(Double(size).squareRoot() / length)
                    for position in range { target[position] *= scale }
                }
            }
            let step: Float = 1e-3
            let forward = try model.logits(for: inputs + step * directions)
            let backward = try model.logits(for: inputs + -step * directions)
            let after = Loss.margin.gradient(ofLogits: forward, aims: aims).losses
            let before = Loss.margin.gradient(ofLogits: backward, aims: aims).losses
            let along = directions.elements
            for row in 0..<inputs.rowCount {
                let exact = (row * size..<(row + 1) * size).reduce(0.0) {
                    $0 + Double(slope[$1]) * Double(along[$1])
                }
                let measured = (Double(after[row]) - Double(before[row])) / Double(2 * step)
                guard exact.isFinite, measured.isFinite else { continue }
                analytic.append(exact)
                numeric.append(measured)
            }
        }
        let product = zip(analytic, numeric).reduce(0.0) { $0 + $1.0 * $1.1 }
        let lengths = analytic.reduce(0.0) { $0 + $1 * $1 } * numeric.reduce(0.0) { $0 + $1 * $1 }
        return lengths > 0 ? (product / lengths.squareRoot(), analytic.count) : (nil, analytic.count)
    }
}
