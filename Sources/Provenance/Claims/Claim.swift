import Foundation

/// A statement whose predicate has one of the published schemas.
public struct Claim<Predicate: ClaimPredicate>: SignedContent, Hashable {
    /// What an envelope calls a claim: it is a statement.
    public static var payloadType: String { Statement.payloadType }

    /// What it is about.
    public let subjects: [Subject]
    /// What is stated.
    public let predicate: Predicate

    /// The type of the claim.
    public var claimType: ClaimType { Predicate.claimType }

    /// A claim to be signed.
    ///
    /// - Throws: `ClaimError` if a member says what cannot be so.
    public init(about subjects: [Subject], _ predicate: Predicate) throws(ClaimError) {
        precondition(!subjects.isEmpty, "a claim is about something")
        try predicate.validate()
        self.subjects = subjects
        self.predicate = predicate
    }

    /// Reads a claim.
    ///
    /// - Throws: `ClaimError` or `JSONError` if it is of another type or form.
    public init(signedBytes: Data) throws { try self.init(Statement(signedBytes: signedBytes)) }

    /// Reads the claim in a statement.
    ///
    /// - Throws: `ClaimError` if it is of another type or form.
    package init(_ statement: Statement) throws(ClaimError) {
        guard statement.claimType == Predicate.claimType else {
            throw .unexpectedType(found: statement.claimType, expected: Predicate.claimType)
        }
        do {
            predicate = try CanonicalJSON.decode(Predicate.self, from: statement.predicate)
        } catch {
            throw .malformed(error)
        }
        try predicate.validate()
        subjects = statement.subjects
    }

    /// The claim as a statement.
    ///
    /// - Throws: `ClaimError.malformed` if it holds a number that JSON cannot express exactly.
    public func statement() throws(ClaimError) -> Statement {
        do {
            return Statement(
                subjects: subjects,
                claimType: Predicate.claimType,
                predicate: try CanonicalJSON.value(of: predicate)
            )
        } catch {
            throw .malformed(error)
        }
    }

    /// Signs the claim.
    ///
    /// - Throws: `ClaimError`, or what the library throws where it has no randomness.
    public func signed(by keys: [PrivateKey]) throws -> Envelope { try statement().signed(by: keys) }
}
