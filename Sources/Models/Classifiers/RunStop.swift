/// Why work ends before it is done although nothing is wrong: what was finished until then counts.
///
/// A model, or what stands before it, throws this when it must not be asked any more. Attacks pass it on as
/// they pass on every error of a model, and whoever runs them ends with a partial result.
public struct RunStop: Error, Sendable, Hashable, CustomStringConvertible {
    /// What kinds of reasons there are.
    public enum Cause: String, Sendable, Codable, CaseIterable {
        /// The user, or the system, asked for it.
        case interrupted
        /// A limit on what the model may be asked is reached.
        case budget
        /// The model answers no more, or gives answers that cannot be used.
        case unavailable
    }

    /// The kind of reason.
    public let cause: Cause
    /// The reason in words that continue "the run ended early: ", as in "it was interrupted".
    public let description: String

    /// A reason with its words.
    public init(_ cause: Cause, _ description: String) {
        self.cause = cause
        self.description = description
    }

    /// Somebody interrupted the run.
    public static let interruption = RunStop(.interrupted, "it was interrupted")
}
