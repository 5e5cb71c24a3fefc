extension FileTree {
    /// How files of the folder differ from what is expected.
    ///
    /// - Parameters:
    ///   - expected: The files with their digests.
    ///   - found: The files that are there.
    ///   - threads: How many are read at once.
    ///   - reading: How their bytes are looked at.
    /// - Returns: Every file that is another, not there, or not expected.
    /// - Throws: `FileTreeError` if one cannot be read.
    func differences(
        from expected: [RelativePath: ContentDigest],
        found: [RelativePath],
        threads: Int,
        reading: FileReading
    ) throws(FileTreeError) -> FileDifferences {
        let common = found.filter { expected[$0] != nil }
        let digests = try digests(of: common, threads: threads, reading: reading)
        let there = Set(found)
        return FileDifferences(
            changed: zip(common, digests).filter { expected[$0] != $1 }.map(\.0),
            missing: expected.keys.filter { !there.contains($0) },
            added: found.filter { expected[$0] == nil }
        )
    }
}
