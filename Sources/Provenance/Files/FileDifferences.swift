/// How the files of a folder differ from those of a manifest.
public struct FileDifferences: Sendable, Hashable {
    /// Files whose content is another.
    public let changed: [RelativePath]
    /// Files that are no longer there.
    public let missing: [RelativePath]
    /// Files that the manifest does not know.
    public let added: [RelativePath]

    /// Differences, each list in order.
    public init(changed: [RelativePath], missing: [RelativePath], added: [RelativePath]) {
        self.changed = changed.sorted()
        self.missing = missing.sorted()
        self.added = added.sorted()
    }

    /// Whether there are none.
    public var isEmpty: Bool { changed.isEmpty && missing.isEmpty && added.isEmpty }

    /// How many files differ.
    public var count: Int { changed.count + missing.count + added.count }
}

extension FileDifferences: CustomStringConvertible {
    /// Every file, with what is wrong with it, one a line.
    public var description: String {
        let lines =
            changed.map { "changed: \($0)" } + missing.map { "missing: \($0)" } + added.map { "added: \($0)" }
        return "\(count) \(count == 1 ? "file differs" : "files differ")\n" + lines.joined(separator: "\n")
    }
}
