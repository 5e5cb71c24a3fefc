import Foundation

/// What stands in front of a sealed file's content: the wrapped keys, and a code over them (age v1, header).
package struct SealedHeader {
    /// What a sealed file begins with.
    package static let versionPrefix = "age-encryption.org/"
    /// The most bytes of a header that are read.
    package static let maximumBytes = 64 << 10
    /// The most recipients of a file.
    package static let maximumStanzas = 256

    let stanzas: [SealingStanza]
    /// The bytes that the code is over, as they stand in the file.
    let authenticated: Data
    /// The code.
    let code: Data

    /// A header to be written.
    init(_ stanzas: [SealingStanza], key: FileKey) {
        let text = Self.versionPrefix + "v1\n" + stanzas.map(\.lines).joined() + Self.endMark
        self.stanzas = stanzas
        authenticated = Data(text.utf8)
        code = key.headerCode(of: authenticated)
    }

    init(stanzas: [SealingStanza], authenticated: Data, code: Data) {
        (self.stanzas, self.authenticated, self.code) = (stanzas, authenticated, code)
    }

    /// The header as it stands in a file.
    var bytes: Data { authenticated + Data((" " + UnpaddedBase64.encode(code) + "\n").utf8) }

    static let endMark = "---"
    static let stanzaMark = "->"

    /// The stanza for a passphrase; nil if there is none.
    var passphrase: SealingStanza? { stanzas.first { $0.type == PassphraseStanza.type } }
}
