import Foundation

/// Somebody states something about some content (in-toto Attestation Framework 1.0, Statement).
public struct Statement: SignedContent, Hashable {
    /// What an envelope calls a statement.
    public static let payloadType = "application/vnd.in-toto+json"
    /// The version of the statement's own form.
    public static let type = "https://in-toto.io/Statement/v1"
    /// The most subjects of one statement.
    public static let maximumSubjects = 65_536

    /// What it is about; at least one.
    public let subjects: [Subject]
    /// What kind of thing is stated.
    public let claimType: ClaimType
    /// What is stated.
    package let predicate: JSONValue

    package init(subjects: [Subject], claimType: ClaimType, predicate: JSONValue) {
        precondition(!subjects.isEmpty, "a statement is about something")
        self.subjects = subjects
        self.claimType = claimType
        self.predicate = predicate
    }

    /// Reads a statement.
    ///
    /// - Throws: `JSONError` if it is another version, is about nothing, or has members too many, too few or
    ///   twice.
    public init(signedBytes: Data) throws {
        var members = try JSONMembers(JSONReader.read(signedBytes, limits: .modelBundle), path: "")
        let type = try members.string("_type")
        guard ExactString(type) == ExactString(Self.type) else {
            throw JSONError.unexpected(problem: "'\(Self.type)' is expected", path: "_type")
        }
        let elements = try members.array("subject")
        guard (1...Self.maximumSubjects).contains(elements.count) else {
            throw JSONError.unexpected(problem: "there are \(elements.count) subjects", path: "subject")
        }
        subjects = try elements.enumerated().map { try Subject($1, path: "subject[\($0)]") }
        claimType = ClaimType(rawValue: try members.string("predicateType"))
        predicate = try members.take("predicate")
        try members.finish()
    }

    /// The statement as JSON in its canonical form (RFC 8785), which is what is signed.
    package var json: Data {
        CanonicalJSON.write(
            .object([
                ("_type", .string(Self.type)),
                ("subject", .array(subjects.map(\.jsonValue))),
                ("predicateType", .string(claimType.rawValue)),
                ("predicate", predicate),
            ])
        )
    }

    /// Signs the statement.
    ///
    /// - Throws: What the library throws where it has no randomness.
    public func signed(by keys: [PrivateKey]) throws -> Envelope {
        try Envelope(payloadType: Self.payloadType, payload: json, signedBy: keys)
    }
}
