/// What became of a file between those who sent it and those who have it: Alice's checksum and her signature
/// are two witnesses, and what they say together tells an accident from an attack.
public enum Integrity: String, Sendable, Hashable, Codable, CaseIterable {
    /// Both agree: nothing happened.
    case intact
    /// Both disagree: bits were lost, or somebody changed the file and did not care for its checksum.
    case accident
    /// The checksum agrees and the signature does not: somebody changed the file and made the checksum fit.
    case attack
    /// The signature agrees and the checksum does not: the file is right, and its checksum was damaged.
    case damagedChecksum = "damaged-checksum"

    /// What the two witnesses say together.
    public init(checksumAgrees: Bool, signatureAgrees: Bool) {
        self =
            switch (checksumAgrees, signatureAgrees) {
            case (true, true): .intact
            case (false, false): .accident
            case (true, false): .attack
            case (false, true): .damagedChecksum
            }
    }

    /// Whether the file may be used: the signature decides, and a checksum never stands in for it.
    public var isUsable: Bool { self == .intact || self == .damagedChecksum }
}

extension Integrity: CustomStringConvertible {
    /// The outcome in words.
    public var description: String {
        switch self {
        case .intact: "intact: checksum and signature agree"
        case .accident: "changed, probably by accident: neither checksum nor signature agree"
        case .attack: "changed on purpose: the checksum was made to agree, the signature does not"
        case .damagedChecksum: "intact: the signature agrees, the checksum was damaged"
        }
    }
}
