import Foundation

/// Seals and opens files of any size, in constant memory, whole or not at all.
public enum SealedFile {
    /// Seals a file.
    ///
    /// - Parameters:
    ///   - path: The file.
    ///   - output: The sealed file, which takes the place of what is there.
    ///   - sealer: For whom.
    ///   - mayGoOn: Asked before every piece; no ends the work with `SealingError.interrupted`.
    /// - Returns: How many bytes of content it has.
    /// - Throws: `SealingError`, or what the library throws where it has no randomness; nothing is written then.
    @discardableResult
    public static func seal(
        _ path: String,
        to output: String,
        _ sealer: Sealer,
        whileTrue mayGoOn: @escaping () -> Bool = { true }
    ) throws -> UInt64 {
        try convert(path, output, mode: 0o666, mayGoOn) { try sealer.seal($0, to: &$1) }
    }

    /// Opens a file; what comes out may be read by its owner alone.
    ///
    /// Nothing stands at `output` before the last byte was found to be the one that was sealed.
    ///
    /// - Parameters:
    ///   - path: The sealed file.
    ///   - output: The file to write, which takes the place of what is there.
    ///   - opener: With what.
    ///   - mayGoOn: Asked before every piece; no ends the work with `SealingError.interrupted`.
    /// - Returns: How many bytes of content it has.
    /// - Throws: `SealingError`; nothing is written then.
    @discardableResult
    public static func open(
        _ path: String,
        to output: String,
        _ opener: Opener,
        whileTrue mayGoOn: @escaping () -> Bool = { true }
    ) throws -> UInt64 {
        try convert(path, output, mode: 0o600, mayGoOn) { try opener.open($0, to: &$1) }
    }

    private static func convert(
        _ path: String,
        _ output: String,
        mode: mode_t,
        _ mayGoOn: @escaping () -> Bool,
        _ body: (FileSource, inout WholeFile) throws -> UInt64
    ) throws -> UInt64 {
        let source = try FileSource(path, whileTrue: mayGoOn)
        guard !source.isSame(as: output) else { throw SealingError.sameFile(path: path) }
        do {
            var file = try WholeFile(output, .masked(mode))
            let count = try body(source, &file)
            try file.replace()
            return count
        } catch WholeFileError.cannotWrite(let path, let reason) {
            throw SealingError.cannotWrite(path: path, reason: reason)
        }
    }

    /// Seals some bytes.
    ///
    /// - Throws: `SealingError`, or what the library throws where it has no randomness.
    public static func seal(_ bytes: Data, _ sealer: Sealer) throws -> Data {
        var sink = MemorySink()
        try sealer.seal(MemorySource(bytes), to: &sink)
        return sink.bytes
    }

    /// Opens some bytes.
    ///
    /// - Throws: `SealingError`.
    public static func open(_ bytes: Data, _ opener: Opener) throws -> Data {
        var sink = MemorySink()
        try opener.open(MemorySource(bytes), to: &sink)
        return sink.bytes
    }

    /// Whether some bytes begin as a sealed file does.
    public static func isSealed(_ bytes: Data) -> Bool { bytes.starts(with: SealedHeader.versionPrefix.utf8) }
}
