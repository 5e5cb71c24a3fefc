/// Plain text: chat templates, configuration, notes.
enum TextScan {
    /// Whether bytes are UTF-8 without control characters other than white space.
    static func isText(_ bytes: ScanBytes) -> Bool {
        let head = bytes[0..<min(bytes.count, 1 << 12)]
        guard
            !head.data.contains(where: { $0 < 0x20 && ![0x09, 0x0A, 0x0C, 0x0D].contains($0) || $0 == 0x7F })
        else { return false }
        // What a limit cuts may end inside a character.
        return bytes.count > head.count || head.text != nil
    }

    static func scan(_ bytes: ScanBytes, named name: String, in session: inout ScanSession) {
        guard bytes.count <= session.limits.maximumJSONBytes, let text = bytes.text else {
            session.report(.formatUnknown, .unreadable, "the text is too long or no UTF-8")
            PickleSearch.search(bytes, in: &session)
            return
        }
        ChatTemplate.check(text, at: nil, in: &session)
        MetadataText.check(text, at: nil, isWholeFile: true, in: &session)
    }
}

/// Commands and credentials in text that describes a model.
enum MetadataText {
    private static let commands = [
        "os.system(", "subprocess.", "__import__", "eval(", "exec(", "rm -rf", "/bin/sh", "/bin/bash",
        "powershell", "curl http", "wget http", "base64 -d", "nc -e", "<script", "javascript:",
        "import os;", "import os\n", "pty.spawn", "marshal.loads", "pickle.loads",
    ]

    /// Looks at text from a file's metadata; a whole file, which may be prose or source, is only noted.
    static func check(_ text: String, at key: String?, isWholeFile: Bool, in session: inout ScanSession) {
        let lowered = text.lowercased()
        let place = key.map { "\(ScanText.shown($0)): " } ?? ""
        if let command = commands.first(where: { lowered.contains($0) }) {
            let severity = isWholeFile ? ScanSeverity.note : .suspicious
            let what = "\(place)the text has a command in it (\(ScanText.shown(command)))"
            session.report(.metadataCode, severity, what)
        }
        if isSecret(text) {
            session.report(.metadataSecret, .suspicious, "\(place)the text has what looks like a credential")
        }
    }

    private static func isSecret(_ text: String) -> Bool {
        if text.contains("-----BEGIN") && text.contains("PRIVATE KEY-----") { return true }
        let words = text.split { !($0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_" || $0 == "-")) }
        return words.contains { word in
            (word.hasPrefix("sk-") && word.count >= 16 && word.contains(where: \.isNumber))
                || (word.hasPrefix("AKIA") && word.count == 20 && word == word.uppercased())
                || (word.hasPrefix("ghp_") && word.count >= 36)
                || (word.hasPrefix("hf_") && word.count >= 34)
                || (word.hasPrefix("SECRET_") && word.contains(where: \.isNumber))
        }
    }
}
