import Foundation

/// The secret that pseudonyms are made with: 32 bytes, in a text file of one line.
///
/// Whoever has it can find out which value a pseudonym stands for by trying values.
public struct PseudonymKey: Sendable {
    private static let prefix = "bulwark.pseudonym-key/1 "

    private let bytes: Data
    /// Digests under this key.
    public let digest: KeyedDigest

    /// A new key from the system's random numbers.
    public init() {
        var random = SystemRandomNumberGenerator()
        let bytes = (0..<KeyedDigest.byteCount).map { _ in UInt8.random(in: 0 ... .max, using: &random) }
        guard let digest = KeyedDigest(key: bytes) else {
            preconditionFailure("as many bytes were drawn as a key has")
        }
        (self.bytes, self.digest) = (Data(bytes), digest)
    }

    /// A key from its text.
    ///
    /// - Throws: `KeyError` unless that is one line as `text` has it; its end may be missing.
    public init(text: String) throws(KeyError) {
        let line = text.hasSuffix("\n") ? text.dropLast() : text[...]
        guard line.hasPrefix(Self.prefix) else {
            throw .malformed(problem: "a key of pseudonyms begins with '\(Self.prefix)'")
        }
        guard let bytes = Hexadecimal.decode(line.dropFirst(Self.prefix.count)),
            let digest = KeyedDigest(key: bytes)
        else {
            throw .malformed(problem: "a key of pseudonyms has 64 lowercase hexadecimal digits")
        }
        (self.bytes, self.digest) = (bytes, digest)
    }

    /// The line that goes into a file which nobody but its owner may read.
    public var text: String { Self.prefix + Hexadecimal.encode(bytes) + "\n" }
}

extension PseudonymKey: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// That it is one, and nothing more.
    public var description: String { "key of pseudonyms" }
    /// That it is one, and nothing more.
    public var debugDescription: String { description }
    /// Nothing: a dump would show the secret.
    public var customMirror: Mirror { Mirror(self, children: []) }
}
