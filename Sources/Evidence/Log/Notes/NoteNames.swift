/// The name of a key that signs notes (C2SP signed-note): equal only if the bytes are.
public struct NoteKeyName: Hashable, Sendable, CustomStringConvertible {
    /// The name, as it stands in the note.
    public let description: String

    /// A name.
    ///
    /// - Throws: `NoteError.badKeyName` if it is empty or longer than 255 bytes, or has a space, a plus sign
    ///   or a control character.
    public init(_ name: String) throws(NoteError) {
        guard (1...255).contains(name.utf8.count), name.unicodeScalars.allSatisfy(Self.allows) else {
            throw .badKeyName
        }
        description = name
    }

    private static func allows(_ scalar: Unicode.Scalar) -> Bool {
        scalar.value >= 0x20 && scalar != "+" && !scalar.properties.isWhitespace
    }

    /// Whether the names are the same bytes.
    public static func == (left: Self, right: Self) -> Bool {
        left.description.utf8.elementsEqual(right.description.utf8)
    }

    /// Adds the bytes of the name.
    public func hash(into hasher: inout Hasher) {
        for byte in description.utf8 { hasher.combine(byte) }
    }
}

/// What a log calls itself in its checkpoints (C2SP tlog-checkpoint): equal only if the bytes are.
public struct LogOrigin: Hashable, Sendable, CustomStringConvertible {
    /// The name, as it stands in the checkpoint.
    public let description: String

    /// An origin, best an address without its scheme: `example.com/evidence`.
    ///
    /// - Throws: `NoteError.malformed` if it is empty, longer than 255 bytes, has a control character or
    ///   looks like a signature.
    public init(_ origin: String) throws(NoteError) {
        let isPlain = origin.unicodeScalars.allSatisfy { $0.value >= 0x20 }
        guard (1...255).contains(origin.utf8.count), isPlain,
            !origin.unicodeScalars.starts(with: ["\u{2014}"])
        else {
            throw .malformed("an origin is one line of 1 to 255 bytes without control characters", line: nil)
        }
        description = origin
    }

    /// Whether the origins are the same bytes.
    public static func == (left: Self, right: Self) -> Bool {
        left.description.utf8.elementsEqual(right.description.utf8)
    }

    /// Adds the bytes of the origin.
    public func hash(into hasher: inout Hasher) {
        for byte in description.utf8 { hasher.combine(byte) }
    }
}
