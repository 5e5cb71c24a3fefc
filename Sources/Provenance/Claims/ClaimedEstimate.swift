/// A measured share or size, with the interval it lies in and how many samples that rests on.
public struct ClaimedEstimate: Codable, Sendable, Hashable {
    /// The value.
    public let value: Double
    /// The lower end of its interval.
    public let lower: Double
    /// The upper end of its interval.
    public let upper: Double
    /// How many samples were looked at.
    public let samples: Int

    /// An estimate.
    public init(value: Double, lower: Double, upper: Double, samples: Int) {
        self.value = value
        self.lower = lower
        self.upper = upper
        self.samples = samples
    }

    /// Refuses a value outside of its interval and an estimate from nothing.
    func validate(_ member: String, within range: ClosedRange<Double>) throws(ClaimError) {
        guard value.isFinite, lower.isFinite, upper.isFinite, lower <= value, value <= upper else {
            throw .impossible(member: member, problem: "the value lies outside of its interval")
        }
        guard range.contains(lower), range.contains(upper) else {
            throw .impossible(member: member, problem: "the interval lies outside of \(range)")
        }
        guard samples > 0 else { throw .impossible(member: member, problem: "it rests on no samples") }
    }
}
