/// How much of a JSON text is read before it is refused.
public struct JSONLimits: Sendable, Hashable {
    /// The longest text.
    public let maximumBytes: Int
    /// How many values it may hold, counting lists, objects and what is in them.
    public let maximumValues: Int
    /// How often lists and objects may be inside of each other.
    public let maximumDepth: Int

    /// Limits; the defaults fit envelopes and trust roots.
    public init(maximumBytes: Int = 16 << 20, maximumValues: Int = 1 << 20, maximumDepth: Int = 64) {
        precondition(maximumDepth <= 512, "the reader calls itself once a level, and the stack has an end")
        self.maximumBytes = maximumBytes
        self.maximumValues = maximumValues
        self.maximumDepth = maximumDepth
    }

    /// Limits for model bundles, which list every file of a model.
    public static let modelBundle = JSONLimits(maximumBytes: 256 << 20, maximumValues: 8 << 20)
}
