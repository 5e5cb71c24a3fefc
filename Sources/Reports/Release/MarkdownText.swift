/// Markdown in which text by strangers stays text (CommonMark 0.31, section 2.4: backslash escapes).
enum MarkdownText {
    /// A text as one line without markup, links or HTML.
    static func escape(_ text: String, maximumLength: Int = ForeignText.maximumLength) -> String {
        let scalars = Array(ForeignText.line(text, maximumLength: maximumLength).unicodeScalars)
        var result = ""
        for (place, scalar) in scalars.enumerated() {
            // Some readers make links of what looks like an address, and lists of what begins a line.
            let isAddress =
                (scalar == ":" && place + 1 < scalars.count && scalars[place + 1] == "/")
                || (scalar == "." && result.lowercased().hasSuffix("www"))
            let isBullet = place == 0 && (scalar == "-" || scalar == "=")
            if isAddress || isBullet || "\\`*_{}[]<>#+!|&~@".unicodeScalars.contains(scalar) {
                result += "\\"
            }
            result.unicodeScalars.append(scalar)
            // Some look for addresses of mail once escapes are gone; behind this, which has no width, is none.
            if scalar == "@" { result += "&#8203;" }
        }
        return result
    }
}
