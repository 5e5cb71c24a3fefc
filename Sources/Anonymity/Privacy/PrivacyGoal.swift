/// What a released table has to have.
public struct PrivacyGoal: Sendable {
    /// How many rows each class has at least: k-anonymity (Samarati and Sweeney, SRI-CSL-98-04, 1998).
    public let k: Int
    /// What is asked of sensitive values.
    public let requirements: [PrivacyRequirement]
    /// How many of the rows may be left out at most, from 0 to 1.
    public let maximumSuppression: Double
    /// What is to be as small as possible.
    public let metric: InformationMetric

    package init(
        k: Int,
        requirements: [PrivacyRequirement] = [],
        maximumSuppression: Double = 0,
        metric: InformationMetric = .loss
    ) {
        precondition(k >= 1, "a class has a row")
        precondition((0...1).contains(maximumSuppression), "a share is from 0 to 1")
        (self.k, self.requirements) = (k, requirements)
        (self.maximumSuppression, self.metric) = (maximumSuppression, metric)
    }

    /// How many rows may be left out of so many.
    package func maximumSuppressedRows(of rows: Int) -> Int {
        // A tenth of thirty is three, whatever the product rounds to.
        Int((maximumSuppression * Double(rows) + 1e-9).rounded(.down))
    }

    /// In words, for messages.
    package var text: String { (["\(k)-anonymity"] + requirements.map { "\($0)" }).joined(separator: ", ") }
}

/// What is lost by generalising.
public enum InformationMetric: String, Sendable, CaseIterable {
    /// The discernibility of Bayardo and Agrawal (ICDE 2005, section 2.2): the sum of the squares of class sizes, and for
    /// each row left out the number of rows.
    case discernibility
    /// The loss metric of Iyengar (KDD 2002, section 4): the share of a column's values that a cell could have
    /// been, less the one it was, on average; 1 for a cell left out.
    case loss
}
