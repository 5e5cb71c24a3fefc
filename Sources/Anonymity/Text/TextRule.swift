/// What is done about the personal information in a column of texts.
public struct TextRule: Sendable {
    /// What is put in its place.
    public enum Treatment: Sendable, Hashable {
        /// Nothing: it is only counted.
        case report
        /// Its kind, as in `<EMAIL>`.
        case label
        /// Its kind with a pseudonym, as in `<EMAIL:n5qw…>`.
        case pseudonymize(PseudonymRule)
    }

    /// What is looked for.
    public let kinds: [PersonalInformation]
    /// How sure something has to be to count.
    public let minimumCertainty: Certainty
    /// What is put in its place.
    public let treatment: Treatment

    package init(
        kinds: [PersonalInformation] = PersonalInformation.usual,
        minimumCertainty: Certainty = .likely,
        treatment: Treatment = .label
    ) {
        (self.kinds, self.minimumCertainty, self.treatment) = (kinds, minimumCertainty, treatment)
    }
}
