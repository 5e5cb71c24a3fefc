import BulwarkTensors

/// What a user knows of a served model that its metadata does not say.
public struct RemoteOptions: Sendable {
    /// What the scores of an output are.
    public enum Scores: String, Sendable, CaseIterable {
        /// Found out by looking at a few answers.
        case automatic
        /// Scores before a softmax, or before a sigmoid if there is one.
        case logits
        /// Probabilities.
        case probabilities
    }

    /// The name of the input; the only one if nil.
    public var input: String?
    /// The name of the output; the first that fits if nil.
    public var output: String?
    /// The shape of one sample, where the metadata leaves it open; checked against it otherwise.
    public var sampleShape: Shape?
    /// What the scores are.
    public var scores = Scores.automatic
    /// The number of classes, for a model that answers with labels.
    public var classCount: Int?
    /// The classes' names in order, for a model that answers with labels as texts.
    public var classNames: [String]?

    /// Nothing but what the metadata says.
    public init() {}

    /// How many classes labels can name, as far as that was told.
    var labelCount: Int? { classNames?.count ?? classCount }
}
