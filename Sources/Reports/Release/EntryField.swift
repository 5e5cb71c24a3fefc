import BulwarkEvidence
import BulwarkProvenance

/// A member of a claim as it is shown: what it is called, and its value in lines.
struct EntryField: Sendable, Hashable {
    /// What it is called.
    let label: String
    /// The value.
    let lines: [Line]

    /// A line of a value, in which strangers' text is free of characters that steer.
    struct Line: Sendable, Hashable {
        /// What is shown.
        let text: String
        /// The digest of what it names, in hexadecimal; nil if it names nothing.
        var digest: String?
    }

    /// The most lines of one member that are shown.
    static let maximumLines = 24

    private init(_ label: String, _ lines: [Line]) {
        var shown = Array(lines.prefix(Self.maximumLines))
        if lines.count > shown.count {
            shown.append(Line(text: "and \(NumberText.grouped(lines.count - shown.count)) more in the entry"))
        }
        (self.label, self.lines) = (label, shown.isEmpty ? [Line(text: "none")] : shown)
    }

    /// Texts by strangers, a line each; what is empty is said to be.
    static func text(_ label: String, _ texts: [String]) -> EntryField {
        EntryField(label, texts.map { Line(text: $0.isEmpty ? "(empty)" : ForeignText.line($0)) })
    }

    /// A text by a stranger.
    static func text(_ label: String, _ text: String) -> EntryField { .text(label, [text]) }

    /// Content by its name and digest.
    static func references(_ label: String, _ references: [ContentReference]) -> EntryField {
        EntryField(
            label,
            references.map { Line(text: ForeignText.line($0.name), digest: $0.sha256.hexadecimal) }
        )
    }

    /// Files with a word about each, and their digests.
    static func files(
        _ label: String,
        _ files: [(name: String, remark: String, digest: ContentDigest)]
    ) -> EntryField {
        EntryField(
            label,
            files.map { Line(text: ForeignText.line($0.name) + $0.remark, digest: $0.digest.hexadecimal) }
        )
    }

    /// Options by name.
    static func options(_ label: String, _ options: [String: String]) -> EntryField {
        let sorted = options.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
        return text(label, sorted.map { "\(shortened($0.key)) = \($0.value)" })
    }

    /// A name that stands before something else, short enough that the rest is not cut off.
    static func shortened(_ name: String) -> String { ForeignText.line(name, maximumLength: 120) }
}

extension EvidenceEntry {
    /// What the entry states, member by member.
    var fields: [EntryField] {
        switch content {
        case .dataset(let claim): claim.manifest.fields
        case .training(let claim): claim.fields
        case .hardening(let claim): claim.fields
        case .assessment(let claim): claim.fields
        case .scan(let claim): claim.fields
        case .modelSignature(let manifest): manifest.fields
        case .approval(let claim): claim.fields
        case .deployment(let claim): claim.fields
        case .incident(let claim): claim.fields
        }
    }
}
