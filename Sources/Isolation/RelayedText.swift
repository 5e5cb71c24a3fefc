/// What a job writes to its standard output and error, made fit for somebody else's terminal.
package struct RelayedText {
    /// How many bytes are passed on.
    package static let maximumBytes = 1 << 20
    private static let maximumLine = 4096
    private var line: [UInt8] = []
    private var relayed = 0

    /// Text of which nothing has arrived yet.
    package init() {}

    /// Takes what has arrived.
    ///
    /// - Returns: Whole lines to show, without control characters; empty if there are none yet.
    package mutating func take(_ bytes: [UInt8]) -> String {
        var text = ""
        for byte in bytes {
            line.append(byte)
            if byte == 0x0A || line.count >= Self.maximumLine { text += flush() }
        }
        return text
    }

    /// What is left at the end.
    package mutating func flush() -> String {
        defer { line = [] }
        guard relayed < Self.maximumBytes else { return "" }
        relayed += line.count
        let shown = Self.printable(String(decoding: line, as: UTF8.self))
        return relayed < Self.maximumBytes ? shown : shown + "\n(the rest of what the job says is left out)\n"
    }

    /// Text in which no character moves a cursor or changes a terminal.
    package static func printable(_ text: String) -> String {
        var scalars = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            let isHarmless = scalar == "\n" || scalar == "\t" || !isControl(scalar)
            scalars.append(isHarmless ? scalar : "\u{FFFD}")
        }
        return String(scalars)
    }

    /// Such text on one line, to be shown within another one.
    package static func inOneLine(_ text: String) -> String {
        String(printable(text).map { $0.isNewline || $0 == "\t" ? "\u{FFFD}" : $0 })
    }

    private static func isControl(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator: true
        default: false
        }
    }
}
