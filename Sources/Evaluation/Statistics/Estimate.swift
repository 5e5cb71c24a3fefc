/// A measured number with its confidence interval and the number of samples behind it.
///
/// An estimate without samples has no value: it is undefined, and its interval is everything the quantity
/// could be. Encoded as an object with the keys `value`, `lower`, `upper` and `samples`; an undefined value
/// is an explicit `null`.
public struct Estimate: Sendable, Hashable {
    /// The point estimate, or nil when nothing, or too little, was measured.
    public let value: Double?
    /// The lower end of the confidence interval.
    public let lower: Double
    /// The upper end of the confidence interval.
    public let upper: Double
    /// How many samples the estimate rests on.
    public let samples: Int

    /// Makes an estimate that has a value.
    ///
    /// - Parameters:
    ///   - value: The point estimate, finite and inside the interval.
    ///   - lower: The lower end of the confidence interval.
    ///   - upper: The upper end of the confidence interval.
    ///   - samples: How many samples were measured, at least one.
    public init(value: Double, lower: Double, upper: Double, samples: Int) {
        precondition(samples > 0, "an estimate with a value rests on at least one sample")
        precondition(
            lower.isFinite && upper.isFinite && lower <= value && value <= upper,
            "an estimate lies inside its finite interval"
        )
        self.init(unchecked: value, lower, upper, samples)
    }

    /// An estimate of a quantity about which nothing can be said.
    ///
    /// - Parameters:
    ///   - range: What the quantity could be at all: 0 to 1 for a rate.
    ///   - samples: How many samples there were, if some were measured but too few to say anything.
    /// - Returns: An estimate without a value.
    public static func undefined(within range: ClosedRange<Double> = 0...1, samples: Int = 0) -> Estimate {
        precondition(samples >= 0, "a sample count is not negative")
        precondition(range.lowerBound.isFinite && range.upperBound.isFinite, "an interval is finite")
        return Estimate(unchecked: nil, range.lowerBound, range.upperBound, samples)
    }

    /// The confidence interval.
    public var interval: ClosedRange<Double> { lower...upper }

    private init(unchecked value: Double?, _ lower: Double, _ upper: Double, _ samples: Int) {
        self.value = value
        self.lower = lower
        self.upper = upper
        self.samples = samples
    }
}

extension Estimate: Codable {
    private enum CodingKeys: String, CodingKey {
        case value, lower, upper, samples
    }

    /// Reads an estimate and checks that its numbers fit together.
    ///
    /// - Throws: `DecodingError.dataCorrupted` if the interval is reversed or not finite, the value is
    ///   outside it, the sample count is negative, or there is a value without samples.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        let value = try container.decodeIfPresent(Double.self, forKey: .value)
        let lower = try container.decode(Double.self, forKey: .lower)
        let upper = try container.decode(Double.self, forKey: .upper)
        let samples = try container.decode(Int.self, forKey: .samples)
        guard lower.isFinite, upper.isFinite, lower <= upper else {
            throw DecodingError.dataCorruptedError(
                forKey: .lower,
                in: container,
                debugDescription: "the interval is reversed or not finite"
            )
        }
        guard samples >= 0, value == nil || samples > 0 else {
            throw DecodingError.dataCorruptedError(
                forKey: .samples,
                in: container,
                debugDescription: "\(samples) samples do not support this value"
            )
        }
        if let value {
            guard lower <= value, value <= upper else {
                throw DecodingError.dataCorruptedError(
                    forKey: .value,
                    in: container,
                    debugDescription: "the value is outside its interval"
                )
            }
        }
        self.init(unchecked: value, lower, upper, samples)
    }

    /// Writes all four keys; an undefined value is written as null, not left out.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(value, forKey: .value)
        try container.encode(lower, forKey: .lower)
        try container.encode(upper, forKey: .upper)
        try container.encode(samples, forKey: .samples)
    }
}
