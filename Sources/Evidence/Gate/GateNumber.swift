import BulwarkProvenance

/// A number that a rule found, with what is known about its uncertainty.
public struct GateNumber: Sendable, Hashable {
    /// The value, in the unit of the rule's limit.
    public let value: Double
    /// The interval it lies in (95 %); nil for what is counted and not estimated.
    public let interval: ClosedRange<Double>?
    /// How many samples it rests on; nil for what rests on none.
    public let samples: Int?

    init(_ value: Double) { (self.value, interval, samples) = (value, nil, nil) }

    /// Intervals of claims hold their value, which reading them has checked.
    init(_ estimate: ClaimedEstimate) {
        value = estimate.value
        interval = estimate.lower...max(estimate.lower, estimate.upper)
        samples = estimate.samples
    }
}
