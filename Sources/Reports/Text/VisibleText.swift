/// Which characters may reach a reader as they are.
///
/// File names, class names, feature names and what claims say come from outside. A control character in them
/// could steer a terminal, and a character that hides or reorders others could make a report say what it does
/// not say.
enum VisibleText {
    /// Whether a character shows itself and leaves others alone, or is a line break or tabulator; XML forbids
    /// none of these.
    static func isHarmless(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x09, 0x0A, 0x0D: return true
        case 0x20..<0x7F: return true
        default: break
        }
        return switch scalar.properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .privateUse, .unassigned:
            false
        default: true
        }
    }

    /// A character of a text that is one line: a space for a line break or tabulator, and � for what is not
    /// harmless.
    static func shown(_ scalar: Unicode.Scalar) -> Unicode.Scalar {
        switch scalar {
        case "\n", "\r", "\t": " "
        default: isHarmless(scalar) ? scalar : "\u{FFFD}"
        }
    }

    /// A text as one line for a terminal.
    static func line(_ text: String) -> String {
        String(String.UnicodeScalarView(text.unicodeScalars.map(shown)))
    }
}
