/// What the rules say about a file, from best to worst; there is no verdict *safe*.
public enum ScanVerdict: String, Codable, Sendable, CaseIterable, Comparable {
    /// Nothing dangerous was found by these rules, and everything was read.
    case nothingFound = "nothing-found"
    /// The rules do not know the format, or what is inside is encrypted.
    case unreadable
    /// Something that a model file does not need, or that the rules cannot judge.
    case suspicious
    /// Something that runs code, leaves its folder or deceives the reader when the file is loaded.
    case dangerous

    /// The verdict in words for people.
    public var text: String {
        switch self {
        case .nothingFound: "nothing dangerous found by these rules"
        case .unreadable: "unreadable"
        case .suspicious: "suspicious"
        case .dangerous: "dangerous"
        }
    }

    /// Whether a verdict is better than another.
    public static func < (first: ScanVerdict, second: ScanVerdict) -> Bool { first.rank < second.rank }

    private var rank: Int {
        switch self {
        case .nothingFound: 0
        case .unreadable: 1
        case .suspicious: 2
        case .dangerous: 3
        }
    }
}

/// How much a finding weighs; the verdict of a file is that of its heaviest finding.
public enum ScanSeverity: String, Codable, Sendable, CaseIterable {
    /// Worth knowing, without influence on the verdict.
    case note
    /// Something could not be read.
    case unreadable
    /// Something that the rules cannot settle.
    case suspicious
    /// An attack, or what only an attack needs.
    case dangerous

    /// The verdict that a finding of this severity brings.
    public var verdict: ScanVerdict {
        switch self {
        case .note: .nothingFound
        case .unreadable: .unreadable
        case .suspicious: .suspicious
        case .dangerous: .dangerous
        }
    }
}
