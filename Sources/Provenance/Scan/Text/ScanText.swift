/// Text from a file, made fit to be shown.
enum ScanText {
    private static let maximumCharacters = 120

    /// Printable and short: control characters and what changes direction become escapes.
    static func shown(_ text: String) -> String {
        var shown = ""
        var characters = 0
        for scalar in text.unicodeScalars {
            characters += 1
            guard characters <= maximumCharacters else { return shown + "…" }
            switch scalar.properties.generalCategory {
            case .control, .format, .lineSeparator, .paragraphSeparator, .privateUse, .surrogate, .unassigned:
                shown += "\\u{" + String(scalar.value, radix: 16) + "}"
            default: shown.unicodeScalars.append(scalar)
            }
        }
        return shown
    }
}
