/// What of a model's folder is no part of its signature: what is left out of every model's, and what was named.
struct IgnoredPaths {
    /// Left out with all that lies below.
    private let whole: Set<RelativePath>
    /// Left out where they are files; a folder of such a name belongs to the model.
    private let files: Set<RelativePath>

    /// What version control keeps in a folder.
    private static let folders = [".git", ".github"].compactMap { RelativePath($0) }

    init(whole: some Sequence<RelativePath>, files: [RelativePath]) {
        self.whole = Set(whole).union(Self.folders)
        self.files = Set(ModelManifest.defaultIgnoredPaths + files).subtracting(self.whole)
    }

    /// All of them, sorted, as a signature lists them.
    var all: [RelativePath] { whole.union(files).sorted() }

    func contains(_ path: RelativePath, in tree: FileTree) -> Bool {
        whole.contains { path.isInside($0) } || files.contains(path) && !tree.isFolder(path)
    }
}
