/// How far an exact search may go on.
public struct TreeSearchLimits: Sendable {
    /// The most regions that are looked at for one sample.
    public let maximumRegions: Int
    /// Whether time is up; asked before each region.
    public let isOver: @Sendable () -> Bool

    /// Limits; a hundred thousand regions and no deadline unless given.
    public init(maximumRegions: Int = 100_000, isOver: @escaping @Sendable () -> Bool = { false }) {
        precondition(maximumRegions >= 0, "a number of regions is not negative")
        self.maximumRegions = maximumRegions
        self.isOver = isOver
    }
}

/// What is known of the smallest change that gets a sample another label.
public struct TreeBounds: Sendable, Equatable {
    /// No point nearer than this reaches the aim; infinite if none does at any distance.
    public let lower: Double
    /// How far `point` is; infinite if none was found.
    public let upper: Double
    /// The nearest point that the model was seen to get wrong as wanted.
    public let point: [Float]?
    /// Whether both bounds meet.
    public var isExact: Bool { lower == upper }
    /// How many regions were looked at.
    public let regions: Int
    /// Whether the search came to its end, and not to its limits.
    public let isComplete: Bool

    /// A distance up to which, itself included, no point reaches the aim.
    public var provedRadius: Double { isComplete && point == nil ? lower : max(lower.nextDown, 0) }
}
