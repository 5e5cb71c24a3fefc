import Crypto
import Foundation

/// The key of a file, wrapped under a passphrase (age v1, scrypt recipient stanza).
package struct PassphraseStanza {
    static let type = "scrypt"
    private static let label = "age-encryption.org/v1/scrypt"
    private static let saltByteCount = 16
    private static let blockSize = 8

    /// The binary logarithm of the most rounds that are done to try a passphrase: 256 MiB, as age asks for.
    package static let maximumWorkFactor = 18

    private let salt: Data
    private let workFactor: Int
    private let body: Data

    /// Wraps a key.
    ///
    /// - Throws: `SealingError.excessiveWorkFactor`, or what the library throws where it has no randomness.
    init(_ key: FileKey, with passphrase: Passphrase, workFactor: Int) throws {
        salt = SymmetricKey(size: .bits128).withUnsafeBytes { Data($0) }
        self.workFactor = workFactor
        body = try key.wrapped(under: Self.wrapping(passphrase, salt, workFactor))
    }

    /// Reads a stanza of this type.
    ///
    /// - Returns: Nil if it is malformed.
    init?(_ stanza: SealingStanza) {
        guard stanza.arguments.count == 2, let salt = UnpaddedBase64.decode(stanza.arguments[0]),
            salt.count == Self.saltByteCount, let factor = Self.number(stanza.arguments[1]),
            stanza.body.count == FileKey.wrappedByteCount
        else { return nil }
        (self.salt, workFactor, body) = (salt, factor, stanza.body)
    }

    /// A decimal number without a sign or leading zeros; nil for everything else, and for ten digits and more.
    private static func number(_ text: String) -> Int? {
        guard let first = text.utf8.first, first != UInt8(ascii: "0"), text.utf8.count < 10,
            text.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) })
        else { return nil }
        return Int(text)
    }

    var stanza: SealingStanza {
        SealingStanza(
            type: Self.type,
            arguments: [UnpaddedBase64.encode(salt), String(workFactor)],
            body: body
        )
    }

    /// The key.
    ///
    /// - Throws: `SealingError` if the passphrase is not the one, or trying it costs too much.
    func key(_ passphrase: Passphrase) throws(SealingError) -> FileKey {
        guard let key = FileKey(body, under: try Self.wrapping(passphrase, salt, workFactor)) else {
            throw .wrongPassphrase
        }
        return key
    }

    private static func wrapping(
        _ passphrase: Passphrase,
        _ salt: Data,
        _ workFactor: Int
    ) throws(SealingError) -> SymmetricKey {
        guard (1...maximumWorkFactor).contains(workFactor),
            let scrypt = try? Scrypt(cost: 1 << workFactor, blockSize: blockSize, parallelization: 1)
        else { throw .excessiveWorkFactor(workFactor) }
        let salt = Data(label.utf8) + salt
        return SymmetricKey(data: scrypt.deriveKey(from: passphrase.bytes, salt: salt, byteCount: 32))
    }
}
