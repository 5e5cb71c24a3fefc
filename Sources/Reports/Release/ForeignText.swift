/// Text that strangers have put into claims, on its way to a reader.
enum ForeignText {
    /// The most characters of one text that are shown; the entry itself has all of it.
    static let maximumLength = 320

    /// A text as one line: characters that steer, hide or reorder others are replaced by �, and a long one is
    /// cut with a word about it.
    static func line(_ text: String, maximumLength: Int = maximumLength) -> String {
        var shown = ""
        var count = 0
        for scalar in text.unicodeScalars {
            count += 1
            guard count <= maximumLength else { continue }
            if scalar == "\n" || scalar == "\r" || scalar == "\t" {
                shown += " "
            } else {
                shown.unicodeScalars.append(isPlain(scalar) ? scalar : "\u{FFFD}")
            }
        }
        guard count > maximumLength else { return shown }
        return "\(shown)… (cut; \(NumberText.grouped(count)) characters)"
    }

    /// A text of at most so many characters, with … in place of what is left out in its middle.
    static func clipped(_ text: String, to length: Int) -> String {
        let shown = Array(line(text, maximumLength: 4_096))
        guard shown.count > length else { return String(shown) }
        let tail = length / 3
        return String(shown.prefix(length - tail - 1)) + "…" + String(shown.suffix(tail))
    }

    /// Whether a character shows itself and leaves others alone.
    private static func isPlain(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .privateUse, .unassigned:
            false
        default: true
        }
    }
}
