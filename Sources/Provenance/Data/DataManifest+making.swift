import Foundation

extension DataManifest {
    /// The manifest of a folder of data, or of a single file.
    ///
    /// - Parameters:
    ///   - description: What people say about the data.
    ///   - tree: The folder or file.
    ///   - ignored: What does not belong to the data, such as their own signed manifest.
    ///   - limits: How much of a folder is looked at.
    ///   - threads: How many files are read at once.
    /// - Throws: `FileTreeError` if a file cannot be read, `ClaimError` if the description cannot be so.
    public init(
        _ description: DataDescription,
        of tree: FileTree,
        ignoring ignored: [RelativePath] = [],
        limits: FileTree.Limits = FileTree.Limits(),
        threads: Int = ProcessInfo.processInfo.activeProcessorCount
    ) throws {
        let files: [File]
        if tree.isFile {
            guard let path = RelativePath(tree.name) else {
                throw FileTreeError.unusableName(folder: tree.path)
            }
            files = [File(path: path, try tree.contents(of: nil))]
        } else {
            let paths = try tree.files(limits: limits) { path in ignored.contains { path.isInside($0) } }
            let contents = try tree.each(paths, threads: threads) { path throws(FileTreeError) in
                try tree.contents(of: path)
            }
            files = zip(paths, contents).map { File(path: $0, $1) }
        }
        self.init(
            schema: Self.schemaName,
            name: description.name,
            source: description.source,
            collector: description.collector,
            licence: description.licence,
            collected: description.collected,
            parents: description.parents,
            transformations: description.transformations,
            columns: description.columns,
            files: files
        )
        try validate()
    }
}

extension DataManifest.File {
    fileprivate init(path: RelativePath, _ contents: FileContents) {
        self.init(
            path: path,
            byteCount: contents.byteCount,
            crc32c: contents.crc32c,
            sha256: contents.sha256
        )
    }
}

/// What is written down about the bytes of a file.
struct FileContents: Sendable, Hashable {
    let byteCount: Int
    let crc32c: String
    let sha256: ContentDigest
}

extension FileTree {
    /// Reads a file once, for its size, checksum and digest.
    func contents(of path: RelativePath?) throws(FileTreeError) -> FileContents {
        let file = try openFile(path)
        var (check, running) = (CRC32C(), RunningDigest())
        try file.read(.buffered) { bytes in
            check.update(bytes)
            running.update(bytes)
        }
        return FileContents(
            byteCount: file.byteCount,
            crc32c: check.hexadecimal,
            sha256: running.digest()
        )
    }
}
