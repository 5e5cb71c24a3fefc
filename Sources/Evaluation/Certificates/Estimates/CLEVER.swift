import BulwarkModels
import BulwarkTensors

/// CLEVER: an estimate of how far a sample is from another class, by the largest gradients near it.
///
/// Weng, Zhang, Chen, Yi, Su, Gao, Hsieh and Daniel, "Evaluating the robustness of neural networks: an
/// extreme value theory approach" (ICLR 2018), algorithms 1 and 2. Many points are drawn from a ball around
/// the sample, the largest norm of the gradient of the difference of two scores is noted for each batch of
/// them, and the limit of these numbers, a local Lipschitz constant, is taken from the reverse Weibull
/// distribution that fits them best. The score is that difference over the constant, and at most the ball's
/// radius.
///
/// It is an estimate and never a certificate: gradients that were not sampled may be larger, and where
/// gradients are masked the score is as large as one likes (Goodfellow, "Gradient masking causes CLEVER to
/// overestimate adversarial perturbation size", arXiv 1804.07870).
///
/// The points depend on the seed, the sample and the draw alone, and are moved into the box.
public struct CLEVER: Sendable {
    /// How distances are measured: `linf`, `l2` or `l1`.
    public let norm: Norm
    /// The radius of the ball, in input units, above 0.
    public let radius: Float
    /// The values that inputs may have.
    public let bounds: Bounds
    /// How many batches are drawn, each of which gives one largest gradient.
    public let batchCount: Int
    /// How many points a batch has.
    public let batchSize: Int
    /// The shapes from which the fit of the distribution starts.
    public let startingShapes: [Double]

    /// The most elements that are handed to the model at once: 16 MiB of floats.
    private static let maximumElementsPerCall = 1 << 22
    /// Largest gradients that differ by less, relative to the largest, count as one and the same.
    private static let constantSpread = 1e-6

    /// An estimate in a ball; the numbers of draws and the shapes are those of the authors' code.
    ///
    /// - Throws: `CertificateError.unsupportedNorm` for `l0`.
    public init(
        norm: Norm,
        radius: Float,
        bounds: Bounds,
        batchCount: Int = 500,
        batchSize: Int = 1024,
        startingShapes: [Double] = [0.1, 1, 5, 10, 20, 50, 100]
    ) throws {
        guard norm != .l0 else { throw CertificateError.unsupportedNorm(certificate: "clever", norm: norm) }
        precondition(radius > 0 && radius.isFinite, "the radius is finite and above 0")
        precondition(batchCount > 0 && batchSize > 0, "there are draws")
        precondition(!startingShapes.isEmpty && startingShapes.allSatisfy { $0 > 0 }, "shapes are above 0")
        self.norm = norm
        self.radius = radius
        self.bounds = bounds
        self.batchCount = batchCount
        self.batchSize = batchSize
        self.startingShapes = startingShapes
    }

    /// What is estimated of a sample and one other class.
    public struct Score: Sendable, Hashable {
        /// The class.
        public let target: Int
        /// The estimated distance, at most the radius of the ball; 0 if the class scores as high as the
        /// label.
        public let distance: Double
        /// How far the label's score is above that of the class.
        public let margin: Double
        /// The estimated limit of the gradient's norm.
        public let gradientLimit: Double
        /// The largest norm that was seen.
        public let largestGradient: Double
        /// How well the distribution fits, or nil if all largest gradients were the same: then the limit is
        /// that number, which is exact for affine models.
        public let pValue: Double?
    }

    /// The estimate for the class that comes out nearest.
    ///
    /// - Parameters:
    ///   - sample: The elements of a sample.
    ///   - index: The number of the sample in its data set, which chooses the points.
    ///   - label: Its label.
    ///   - targets: The classes to look at; all others if nil.
    ///   - model: The model.
    ///   - seed: The seed of the points.
    /// - Returns: The smallest estimate, with the class it belongs to.
    /// - Throws: What the model throws.
    public func score(
        of sample: [Float],
        index: Int,
        label: Int,
        targets: [Int]? = nil,
        by model: some GradientAccess,
        seed: UInt64
    ) throws -> Score {
        let all = try scores(
            of: sample,
            index: index,
            label: label,
            targets: targets,
            by: model,
            seed: seed
        )
        return all.dropFirst().reduce(all[0]) { $1.distance < $0.distance ? $1 : $0 }
    }

    /// The estimate for each of some classes, all from the same points.
    ///
    /// - Parameters:
    ///   - sample: The elements of a sample.
    ///   - index: The number of the sample in its data set, which chooses the points.
    ///   - label: Its label.
    ///   - targets: The classes to look at, none of them `label`; all others if nil.
    ///   - model: The model.
    ///   - seed: The seed of the points.
    /// - Returns: One estimate a class, in the order of the targets.
    /// - Throws: What the model throws.
    public func scores(
        of sample: [Float],
        index: Int,
        label: Int,
        targets: [Int]? = nil,
        by model: some GradientAccess,
        seed: UInt64
    ) throws -> [Score] {
        let targets = targets ?? (0..<model.classCount).filter { $0 != label }
        precondition(!targets.isEmpty && !targets.contains(label), "the targets are other classes")
        precondition(sample.count == model.inputShape.count, "the sample has the elements of an input")
        let logits = try model.logits(for: Tensor(model.inputShape.batched(1), sample))
        let ball = UniformBall(norm: norm, radius: radius, bounds: bounds, center: sample)
        var maxima = [[Double]](repeating: [], count: targets.count)
        let pointsPerCall = max(Self.maximumElementsPerCall / max(sample.count, 1), 1)
        for batch in 0..<batchCount {
            for position in targets.indices { maxima[position].append(0) }
            let draws = batch * batchSize..<(batch + 1) * batchSize
            for first in stride(from: draws.lowerBound, to: draws.upperBound, by: pointsPerCall) {
                let call = first..<min(first + pointsPerCall, draws.upperBound)
                let points = ball.points(call, shape: model.inputShape) { draw in
                    SeededRandom(seed: seed, stream: "clever", sample: index, restart: draw)
                }
                for (position, target) in targets.enumerated() {
                    let norms = try gradientNorms(points, label, target, model)
                    maxima[position][batch] = norms.reduce(maxima[position][batch], Self.larger)
                }
            }
        }
        return zip(targets, maxima).map { target, maxima in
            score(target, margin: Double(logits[label]) - Double(logits[target]), maxima)
        }
    }

    /// The dual norm of the gradient of the difference of two scores at each point.
    private func gradientNorms(
        _ points: Tensor,
        _ label: Int,
        _ target: Int,
        _ model: some GradientAccess
    ) throws -> [Double] {
        let aims = Array(repeating: Aim.exactly(target, not: label), count: points.rowCount)
        let slope = try model.inputGradient(of: .logitDifference, at: points, aims: aims)
        let dual: Norm =
            switch norm {
            case .linf: .l1
            case .l1: .linf
            case .l2, .l0: .l2
            }
        return dual.ofRows(slope.gradient)
    }

    /// The larger of two numbers; NaN if one of them is.
    private static func larger(_ first: Double, _ second: Double) -> Double {
        first.isNaN || first >= second ? first : second
    }

    private func score(_ target: Int, margin: Double, _ maxima: [Double]) -> Score {
        let largest = maxima.reduce(0, Self.larger)
        guard largest.isFinite else {
            return Score(
                target: target,
                distance: 0,
                margin: margin,
                gradientLimit: .infinity,
                largestGradient: .infinity,
                pValue: nil
            )
        }
        let isConstant = largest - (maxima.min() ?? 0) <= Self.constantSpread * largest
        let fit = isConstant ? nil : ReverseWeibull.fit(to: maxima, startingShapes: startingShapes)
        let limit = fit?.distribution.location ?? largest
        let distance = margin > 0 ? min(limit > 0 ? margin / limit : .infinity, Double(radius)) : 0
        return Score(
            target: target,
            distance: distance,
            margin: margin,
            gradientLimit: limit,
            largestGradient: largest,
            pValue: fit?.pValue
        )
    }
}
