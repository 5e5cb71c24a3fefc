/// Which characters may reach a reader as they are.
///
/// File names, class names and feature names come from outside. A control character in them could steer a
/// terminal, and a character that overrides the direction of writing could make a report say what it does not
/// say.
enum VisibleText {
    /// Whether a character neither steers a terminal nor reorders the text around it, nor is forbidden in
    /// XML.
    static func isHarmless(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x09, 0x0A, 0x0D: true
        case 0x00...0x1F, 0x7F...0x9F: false
        case 0x061C, 0x200E...0x200F, 0x202A...0x202E, 0x2066...0x2069: false
        case 0xFFFE...0xFFFF: false
        default: true
        }
    }

    /// A text as one line for a terminal, with every character that is not harmless replaced by �.
    static func line(_ text: String) -> String {
        var result = ""
        for scalar in text.unicodeScalars {
            if scalar == "\n" || scalar == "\r" || scalar == "\t" {
                result += " "
            } else {
                result.unicodeScalars.append(isHarmless(scalar) ? scalar : "\u{FFFD}")
            }
        }
        return result
    }
}
