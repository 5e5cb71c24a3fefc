import Foundation

/// What a private key is encrypted with.
public struct Passphrase: Sendable {
    let bytes: Data

    /// A passphrase as it was typed, without the end of its line.
    ///
    /// - Throws: `KeyError.emptyPassphrase` if nothing was typed.
    public init(_ text: String) throws(KeyError) {
        guard !text.isEmpty else { throw .emptyPassphrase }
        bytes = Data(text.utf8)
    }
}

extension Passphrase: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// That it is one, and nothing more.
    public var description: String { "passphrase" }
    /// That it is one, and nothing more.
    public var debugDescription: String { description }
    /// Nothing: a dump would show the secret.
    public var customMirror: Mirror { Mirror(self, children: []) }
}
