import BulwarkModels
import BulwarkTensors

/// A randomised model as an attack should see it: scores, losses and gradients are means over draws.
///
/// A single gradient of a randomised defence mostly points to what the next draw undoes. The gradient of the
/// expected loss is the expectation of the gradient, and the mean over some draws estimates it: Athalye,
/// Engstrom, Ilyas and Kwok, "Synthesizing robust adversarial examples" (ICML 2018), section 2, and Athalye,
/// Carlini and Wagner, "Obfuscated gradients give a false sense of security" (ICML 2018), section 4.2.
///
/// The draws come from a counter, so the same input gets the same answer in whatever batch it is asked about.
/// The label is that of the mean scores. One answer here costs as many of the model underneath as there are
/// draws.
public struct ExpectationOverTransformation<Model: RandomizedClassifier>: GradientAccess {
    /// What is averaged.
    public let model: Model
    /// The number of draws of each mean.
    public let draws: Int
    /// Where the draws come from.
    public let seed: UInt64
    /// Whether draws differ from point to point.
    public let sharing: DrawSharing

    /// The means of a randomised model.
    ///
    /// - Parameters:
    ///   - model: What is averaged.
    ///   - draws: The number of draws of each mean, at least 1.
    ///   - seed: Where the draws come from.
    ///   - sharing: Whether draws differ from point to point.
    public init(_ model: Model, draws: Int, seed: UInt64, sharing: DrawSharing = .ownDraws) {
        precondition(draws >= 1, "a mean has at least one draw")
        self.model = model
        self.draws = draws
        self.seed = seed
        self.sharing = sharing
    }

    /// The means of a model behind a random transformation.
    public init<Base: GradientAccess>(
        _ base: Base,
        over transformation: any RandomTransformation,
        draws: Int,
        seed: UInt64,
        sharing: DrawSharing = .ownDraws
    ) where Model == TransformedClassifier<Base> {
        self.init(
            TransformedClassifier(base, behind: transformation),
            draws: draws,
            seed: seed,
            sharing: sharing
        )
    }

    /// The shape of one sample.
    public var inputShape: Shape { model.inputShape }
    /// The number of classes.
    public var classCount: Int { model.classCount }

    /// The mean scores of each sample.
    ///
    /// - Throws: What the model throws.
    public func logits(for inputs: Tensor) throws -> Tensor {
        var logits = Mean(count: inputs.rowCount * classCount)
        for draw in 0..<draws {
            logits.add(try model.logits(for: inputs, numbers: numbers(inputs, draw)).elements)
        }
        return Tensor([inputs.rowCount, classCount], logits.values)
    }

    /// The mean loss of each sample, its gradient, and the mean scores.
    ///
    /// - Throws: What the model throws.
    public func inputGradient(of loss: Loss, at inputs: Tensor, aims: [Aim]) throws -> LossGradient {
        var losses = Mean(count: inputs.rowCount)
        var gradient = Mean(count: inputs.count)
        var logits = Mean(count: inputs.rowCount * classCount)
        for draw in 0..<draws {
            let slope = try model.inputGradient(
                of: loss,
                at: inputs,
                aims: aims,
                numbers: numbers(inputs, draw)
            )
            losses.add(slope.losses)
            gradient.add(slope.gradient.elements)
            logits.add(slope.logits.elements)
        }
        return LossGradient(
            losses: losses.values,
            gradient: Tensor(inputs.shape, gradient.values),
            logits: Tensor([inputs.rowCount, classCount], logits.values)
        )
    }

    private func numbers(_ inputs: Tensor, _ draw: Int) -> [SeededRandom] {
        (0..<inputs.rowCount).map { row in
            let key = sharing == .ownDraws ? Self.digest(inputs.array(ofRow: row)) : 0
            return SeededRandom(seed: seed, stream: "expectation", sample: key, restart: draw)
        }
    }

    /// The 64-bit FNV-1a hash of a point, folded to 32 bits.
    private static func digest(_ point: [Float]) -> Int {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for element in point { hash = (hash ^ UInt64(element.bitPattern)) &* 0x0000_0100_0000_01B3 }
        return Int((hash ^ hash >> 32) & 0xFFFF_FFFF)
    }
}

/// Whether the draws of an expectation differ from point to point.
public enum DrawSharing: String, Sendable, Codable {
    /// Each point has draws of its own, found from its elements.
    ///
    /// What holds at one step of an attack does not hold by the luck of the draw at the next one.
    case ownDraws = "own"
    /// All points have the same draws, so that the mean is as smooth as the model; an attack of many steps may
    /// come to fit these few draws only.
    case sameDraws = "same"
}

/// A mean of lists of numbers, summed in double precision.
private struct Mean {
    private var sums: [Double]
    private var terms = 0.0

    init(count: Int) { sums = Array(repeating: 0, count: count) }

    mutating func add(_ numbers: some Collection<Float>) {
        precondition(numbers.count == sums.count, "all lists are as long")
        for (index, number) in numbers.enumerated() { sums[index] += Double(number) }
        terms += 1
    }

    var values: [Float] { sums.map { Float($0 / terms) } }
}
