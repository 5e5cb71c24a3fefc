/// How the pseudonyms of a column are made.
public struct PseudonymRule: Sendable, Hashable {
    /// How a pseudonym is written.
    public enum Encoding: String, Sendable, CaseIterable {
        case base32, hexadecimal
    }

    /// The shortest pseudonym: so many bits that two values never meet by chance.
    public static let minimumBits = 128

    /// Columns of one domain give the same pseudonym to the same value; nil for a column by itself.
    public let domain: String?
    /// How many bits are kept; a multiple of 8 from 128 to 256.
    public let bits: Int
    /// How it is written.
    public let encoding: Encoding

    package init(domain: String? = nil, bits: Int = 128, encoding: Encoding = .base32) {
        precondition(
            (Self.minimumBits...256).contains(bits) && bits.isMultiple(of: 8),
            "a pseudonym has 128 to 256 bits"
        )
        (self.domain, self.bits, self.encoding) = (domain, bits, encoding)
    }
}
