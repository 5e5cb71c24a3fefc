/// Kinds of personal information that are found in texts.
public enum PersonalInformation: String, Sendable, CaseIterable, Comparable {
    case email
    case credentialURL = "credential-url"
    case ipAddress = "ip-address"
    case macAddress = "mac-address"
    case phoneNumber = "phone-number"
    case birthDate = "birth-date"
    case creditCard = "credit-card"
    case iban
    case usSocialSecurityNumber = "us-ssn"
    case usRoutingNumber = "us-routing-number"
    case ukNHSNumber = "uk-nhs-number"
    case germanTaxIdentifier = "de-tax-id"
    case frenchNIR = "fr-nir"
    case spanishIdentityNumber = "es-dni-nie"
    case italianFiscalCode = "it-fiscal-code"
    case brazilianCPF = "br-cpf"
    case brazilianCNPJ = "br-cnpj"
    case indianAadhaar = "in-aadhaar"
    case uuid

    /// What is looked for unless the rules say otherwise: all but UUIDs, which name things as often as people.
    public static let usual = allCases.filter { $0 != .uuid }

    /// What is put in its place.
    public var label: String { rawValue.uppercased().replacing("-", with: "_") }

    /// By name.
    public static func < (left: PersonalInformation, right: PersonalInformation) -> Bool {
        left.rawValue < right.rawValue
    }
}

/// How sure it is that something is what it looks like.
public enum Certainty: String, Sendable, CaseIterable, Comparable {
    /// The form fits, and so do many numbers that are something else.
    case possible
    /// The form fits, with a checksum or with the marks that only this kind is written with.
    case likely
    /// The text says so, or nothing else has this form.
    case certain

    private var rank: Int { Self.allCases.firstIndex(of: self) ?? 0 }

    /// By how sure it is.
    public static func < (left: Certainty, right: Certainty) -> Bool { left.rank < right.rank }
}

/// A place of a text that holds personal information.
package struct TextMatch: Sendable, Hashable {
    /// What kind.
    package let kind: PersonalInformation
    /// Which characters of the folded text.
    package let range: Range<Int>
    /// How sure.
    package let certainty: Certainty

    package init(_ kind: PersonalInformation, _ range: Range<Int>, _ certainty: Certainty) {
        (self.kind, self.range, self.certainty) = (kind, range, certainty)
    }
}
