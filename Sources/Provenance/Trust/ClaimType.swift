/// What kind of thing a statement states, by the name it has in a statement's `predicateType`.
public struct ClaimType: Sendable, Hashable, Codable, RawRepresentable {
    /// The name, a URI (in-toto Attestation Framework 1.0, predicate).
    public let rawValue: String

    /// A type by its name.
    public init(rawValue: String) { self.rawValue = rawValue }

    private init(_ name: String) { rawValue = "urn:bulwark:claim:\(name):1" }

    /// Where data come from.
    public static let dataset = ClaimType("dataset")
    /// How a model was trained.
    public static let training = ClaimType("training")
    /// How a model held up under attack.
    public static let assessment = ClaimType("assessment")
    /// How a model was made harder to attack.
    public static let hardening = ClaimType("hardening")
    /// What was found in a model's files.
    public static let scan = ClaimType("scan")
    /// That somebody agrees to a release.
    public static let approval = ClaimType("approval")
    /// That a model is in use somewhere.
    public static let deployment = ClaimType("deployment")
    /// That something went wrong.
    public static let incident = ClaimType("incident")
    /// That an earlier claim or a key is no longer to be believed.
    public static let revocation = ClaimType("revocation")
    /// A signature over a model's files (OpenSSF Model Signing 1.0).
    public static let modelSignature = ClaimType(rawValue: "https://model_signing/signature/v1.0")

    /// The claims that have their own schema here, by the short names that files may use.
    static let named: [(name: String, type: ClaimType)] = [
        ("dataset", .dataset), ("training", .training), ("assessment", .assessment),
        ("hardening", .hardening), ("scan", .scan), ("approval", .approval), ("deployment", .deployment),
        ("incident", .incident), ("revocation", .revocation), ("model-signature", .modelSignature),
    ]

    /// A type by its short name or its URI; nil for a word that is neither.
    public init?(named text: String) {
        if let known = Self.named.first(where: { ExactString($0.name) == ExactString(text) }) {
            self = known.type
        } else if text.contains(":") {
            self.init(rawValue: text)
        } else {
            return nil
        }
    }

    /// The short name where there is one, the URI otherwise.
    public var name: String { Self.named.first { $0.type == self }?.name ?? rawValue }
}
