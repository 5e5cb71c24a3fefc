/// A named choice of an attack's knobs, with where it comes from and what a failure of it proves.
public struct Preset: Sendable, Hashable {
    /// The name on the command line and in reports, as in `standard`.
    public let name: String
    /// Where the knobs come from.
    public let provenance: Provenance
    /// Whether the literature treats an attack of this effort as a serious evaluation.
    ///
    /// Without a strong preset in the run nothing may be called robust: that a weak attack fails proves
    /// nothing.
    public let isStrong: Bool
    /// The knobs in words, and the publication that they come from.
    public let summary: String

    /// Where an attack's knobs come from.
    public enum Provenance: String, Sendable, Codable, CaseIterable {
        /// The publication of the attack.
        case paper
        /// The implementation that the field compares with.
        case reference
        /// Our own choice, of less effort than the field would accept as proof.
        case fast
    }

    /// A preset.
    public init(name: String, provenance: Provenance, isStrong: Bool, summary: String) {
        self.name = name
        self.provenance = provenance
        self.isStrong = isStrong
        self.summary = summary
    }

    /// The name for people to read; a weak preset says that it is.
    public var label: String { isStrong ? name : "\(name) (weak)" }
}
