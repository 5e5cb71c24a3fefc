extension String {
    /// The text without control characters and cut to 120, fit for a terminal.
    package var printable: String {
        let shown = unicodeScalars.prefix(120).map { scalar -> String in
            let isControl = [.control, .format, .lineSeparator, .paragraphSeparator]
                .contains(scalar.properties.generalCategory)
            return isControl ? "\u{FFFD}" : String(scalar)
        }
        return shown.joined() + (unicodeScalars.count > 120 ? "…" : "")
    }
}
