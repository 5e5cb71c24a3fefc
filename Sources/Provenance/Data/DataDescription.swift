/// What people say about data, beside which files they are.
public struct DataDescription: Sendable, Hashable {
    /// What the data are called.
    public var name: String
    /// Where they come from.
    public var source: String
    /// Who collected them.
    public var collector: String
    /// Under which licence.
    public var licence: String
    /// When they were collected.
    public var collected: Timestamp
    /// The manifests of the data that these were made of.
    public var parents: [ContentReference] = []
    /// What was done to the parents.
    public var transformations: [DataManifest.Transformation] = []
    /// The columns; nil where nobody looked.
    public var columns: [DataManifest.Column]?

    /// A description of data that were collected.
    public init(name: String, source: String, collector: String, licence: String, collected: Timestamp) {
        self.name = name
        self.source = source
        self.collector = collector
        self.licence = licence
        self.collected = collected
    }
}
