/// How the values of a column become less precise, level by level.
///
/// Level 0 is the value as it is, and above the last level that a hierarchy defines is one on which every
/// value is `*`. Values that are alike on one level have to be so on all higher ones.
public protocol GeneralizationHierarchy: Sendable {
    /// How many levels there are between the value itself and `*`.
    var innerLevelCount: Int { get }
    /// What a value becomes; an empty field is never asked for.
    ///
    /// - Parameters:
    ///   - text: The value.
    ///   - level: From 1 to `innerLevelCount`.
    /// - Returns: The text that is released.
    /// - Throws: `UnfitValue` if the hierarchy does not know such values.
    func generalized(_ text: String, to level: Int) throws(UnfitValue) -> String
}

/// A value that does not fit, with the reason in words that do not repeat it.
public struct UnfitValue: Error, Hashable, Sendable {
    /// What was expected.
    public let problem: String

    package init(_ problem: String) { self.problem = problem }
}

/// A hierarchy without levels between the value and `*`.
public struct SuppressionHierarchy: GeneralizationHierarchy {
    /// None.
    public var innerLevelCount: Int { 0 }

    package init() {}

    /// Never asked, as there are no such levels.
    public func generalized(_ text: String, to level: Int) throws(UnfitValue) -> String {
        preconditionFailure("there are no levels between the value and its suppression")
    }
}
