import BulwarkModels
import BulwarkTensors

/// How the loss responds to the clean inputs: the size of its gradient, and whether the gradient tells the
/// truth.
package struct GradientStudy: Sendable {
    /// For each probed sample the Euclidean norm of the cross-entropy's gradient; NaN where it is not finite.
    package let crossEntropyNorms: [Double]
    /// For each probed sample the Euclidean norm of the margin's gradient; NaN where it is not finite.
    package let marginNorms: [Double]
    /// The cosine between derivatives of the margin by gradient and by finite differences; nil if none could
    /// be taken.
    package let finiteDifferenceCosine: Double?
    /// How many derivatives the cosine compares.
    package let derivativeCount: Int

    /// Studies up to `limit` samples; `bounds` says what a small change of each element is.
    ///
    /// - Throws: What the model throws.
    package init(
        _ model: some GradientAccess,
        inputs: Tensor,
        aims: [Aim],
        bounds: Bounds,
        seed: UInt64,
        limit: Int
    ) throws {
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
            bounds,
            seed
        )
    }

    package var zero: Int { marginNorms.count { $0 == 0 } }
    package var saturated: Int { crossEntropyNorms.count { $0 == 0 } }
    package var nonFinite: Int { zip(crossEntropyNorms, marginNorms).count { $0.isNaN || $1.isNaN } }

    /// Compares the margin's derivative along directions by gradient and by central differences.
    ///
    /// Directions: the gradient's own, where the derivative is largest and rounding matters least, and three
    /// random ones. Elements are measured by the width of their interval in the box, or as they are where it
    /// has no end; a step moves an element by about a thousandth of that.
    private static func compare(
        _ model: some GradientAccess,
        _ inputs: Tensor,
        _ aims: [Aim],
        _ gradient: Tensor,
        _ bounds: Bounds,
        _ seed: UInt64
    ) throws -> (Double?, Int) {
        let size = inputs.rowSize
        guard inputs.rowCount > 0, size > 0 else { return (nil, 0) }
        var analytic: [Double] = []
        var numeric: [Double] = []
        let slope = gradient.elements
        let widths = zip(bounds.lower, bounds.upper).map { $1 - $0 }.map { $0.isFinite ? $0 : 1 }
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
                    func width(_ position: Int) -> Float {
                        widths[widths.count == 1 ? 0 : position - range.lowerBound]
                    }
                    for position in range {
                        target[position] =
                            direction == 0 ? width(position) * slope[position] : random.normal()
                    }
                    let length = range.reduce(0.0) { $0 + Double(target[$1]) * Double(target[$1]) }
                        .squareRoot()
                    guard length > 0, length.isFinite else {
                        for position in range { target[position] = 0 }
                        continue
                    }
                    let scale = Float(Double(size).squareRoot() / length)
                    for position in range { target[position] *= scale * width(position) }
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
        let lengths = [analytic, numeric].map { $0.reduce(0.0) { $0 + $1 * $1 }.squareRoot() }
        // Where both are zero there is nothing to compare; where one of them is, they have nothing in common.
        if lengths == [0, 0] { return (nil, analytic.count) }
        return (lengths.contains(0) ? 0 : product / lengths[0] / lengths[1], analytic.count)
    }
}
