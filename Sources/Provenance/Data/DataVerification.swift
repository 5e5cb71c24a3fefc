import Foundation

/// What became of the files of some data since their manifest was signed.
public struct DataVerification: Sendable, Hashable {
    /// Files that changed, are missing or were added.
    public let differences: FileDifferences
    /// For each file of the manifest that is there, what its checksum and its digest say together.
    public let integrity: [RelativePath: Integrity]

    /// Whether the data are what was signed.
    public var isIntact: Bool { differences.isEmpty }

    /// Compares data with their manifest.
    ///
    /// - Parameters:
    ///   - tree: The folder, or the single file.
    ///   - manifest: What was signed.
    ///   - ignored: What does not belong to the data. This is decided here, not by the signer.
    ///   - limits: How much of a folder is looked at.
    ///   - threads: How many files are read at once.
    /// - Throws: `FileTreeError` if a file cannot be read.
    public init(
        of tree: FileTree,
        against manifest: Verified<Claim<DatasetPredicate>>,
        ignoring ignored: [RelativePath] = [],
        limits: FileTree.Limits = FileTree.Limits(),
        threads: Int = ProcessInfo.processInfo.activeProcessorCount
    ) throws(FileTreeError) {
        let files = manifest.content.predicate.manifest.files
        var found: [RelativePath] = []
        if tree.isFile {
            // A single file may have been given another name since.
            found = files.count == 1 ? files.map(\.path) : [RelativePath(tree.name) ?? .root]
        } else {
            found = try tree.files(limits: limits) { path in ignored.contains { path.isInside($0) } }
        }
        let there = Set(found)
        var integrity: [RelativePath: Integrity] = [:]
        var changed: [RelativePath] = []
        let common = files.filter { there.contains($0.path) }
        let read = try tree.each(common.map(\.path), threads: threads) { path throws(FileTreeError) in
            try tree.contents(of: tree.isFile ? nil : path)
        }
        for (file, contents) in zip(common, read) {
            let agrees = contents.sha256 == file.sha256 && contents.byteCount == file.byteCount
            integrity[file.path] = Integrity(
                checksumAgrees: contents.crc32c == file.crc32c,
                signatureAgrees: agrees
            )
            if !agrees { changed.append(file.path) }
        }
        let known = Set(files.map(\.path))
        self.integrity = integrity
        differences = FileDifferences(
            changed: changed,
            missing: files.map(\.path).filter { !there.contains($0) },
            added: found.filter { !known.contains($0) }
        )
    }
}
