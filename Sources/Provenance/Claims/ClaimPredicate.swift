/// What a claim states, in the form of its published schema.
///
/// The text of a predicate is canonical JSON (RFC 8785) of the members below, and no others: a member that an
/// older version would overlook could change what the claim means, so a new one is a new type.
public protocol ClaimPredicate: Codable, Sendable, Hashable {
    /// The type of claim, in the statement's `predicateType`.
    static var claimType: ClaimType { get }
    /// Checks what the types of the members cannot say.
    ///
    /// - Throws: `ClaimError` for what cannot be so.
    func validate() throws(ClaimError)
}

extension ClaimPredicate {
    /// Lets everything pass.
    public func validate() throws(ClaimError) {}
}
