import Foundation

/// One signature line of a note: `— name base64` (C2SP signed-note).
public struct NoteSignature: Hashable, Sendable {
    /// What every line begins with: a long dash and a space.
    static let prefix = Array("\u{2014} ".utf8)

    /// The name of the key.
    public let name: NoteKeyName
    /// The number of the key, from its name, algorithm and bytes.
    public let keyID: UInt32
    /// What the key has made; what that is depends on its algorithm.
    public let signature: Data

    /// A signature by a key.
    public init(name: NoteKeyName, keyID: UInt32, signature: Data) {
        self.name = name
        self.keyID = keyID
        self.signature = signature
    }

    /// The signature in a line without its end.
    ///
    /// - Throws: `NoteError`.
    init(line: ArraySlice<UInt8>, number: Int) throws(NoteError) {
        let fields = line.dropFirst(Self.prefix.count)
        guard line.starts(with: Self.prefix), let space = fields.firstIndex(of: 0x20),
            let name = String(validating: fields[..<space], as: UTF8.self),
            let bytes = NoteLines.base64(fields[(space + 1)...]), bytes.count > 4
        else {
            throw .malformed(
                "not a signature: a long dash, a name, and at least five bytes in base64",
                line: number
            )
        }
        self.name = try NoteKeyName(name)
        keyID = bytes[..<4].reduce(0) { $0 << 8 | UInt32($1) }
        signature = Data(bytes[4...])
    }

    /// The signatures in the body of a witness's answer, one a line (C2SP tlog-witness).
    ///
    /// - Throws: `NoteError` with the line.
    public static func lines(_ data: Data) throws(NoteError) -> [NoteSignature] {
        var lines = NoteLines(data)
        var signatures: [NoteSignature] = []
        repeat {
            let line = try lines.next("a signature")
            guard signatures.count < SignedNote.maximumSignatures else {
                throw lines.malformed("more than \(SignedNote.maximumSignatures) signatures")
            }
            signatures.append(try NoteSignature(line: line[...], number: lines.number))
        } while !lines.remainder.isEmpty
        return signatures
    }

    /// The line, with its end.
    public var line: String {
        let number = Data(withUnsafeBytes(of: keyID.bigEndian, Array.init))
        return "\u{2014} \(name) \((number + signature).base64EncodedString())\n"
    }
}
