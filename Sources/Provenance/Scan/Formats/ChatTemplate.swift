/// Chat templates, which are programs in the language Jinja2 (CVE-2024-34359).
///
/// A template that formats messages needs no names between double underscores, no access to attributes by
/// computed names and no modules; one of these inside an expression is taken for an attack.
enum ChatTemplate {
    private static let words = [
        "|attr(", "getattr(", "eval(", "exec(", "popen", "subprocess", "os.system", "import_module", "mro(",
        "subclasses", "globals", "builtins", "\\x5f", "\\u005f", "\\137", "chr(95", "b64decode", ".environ",
        "request.application", "__import__", "%c%c", "open(",
    ]

    /// Reports what reaches into the program; text without expressions is no template.
    static func check(_ text: String, at key: String?, in session: inout ScanSession) {
        guard text.contains("{{") || text.contains("{%") else { return }
        let place = key.map { "\(ScanText.shown($0)): " } ?? ""
        for expression in expressions(in: text) {
            let compact = expression.filter { !$0.isWhitespace }.lowercased()
            if let name = dunder(in: expression) {
                session.report(.templateCode, .dangerous, "\(place)the template uses \(ScanText.shown(name))")
                return
            }
            if let word = words.first(where: { compact.contains($0) }) {
                session.report(.templateCode, .dangerous, "\(place)the template uses \(ScanText.shown(word))")
                return
            }
        }
    }

    /// What stands between braces; an expression without an end reaches to the end of the text.
    private static func expressions(in text: String) -> [Substring] {
        var found: [Substring] = []
        let bytes = text.utf8
        var position = bytes.startIndex
        while let open = bytes[position...].firstIndex(of: UInt8(ascii: "{")) {
            let next = bytes.index(after: open)
            guard next < bytes.endIndex else { break }
            let kind = bytes[next]
            guard kind == UInt8(ascii: "{") || kind == UInt8(ascii: "%") else {
                position = next
                continue
            }
            let closing = kind == UInt8(ascii: "{") ? UInt8(ascii: "}") : kind
            var end = bytes.index(after: next)
            while end < bytes.endIndex {
                let following = bytes.index(after: end)
                if bytes[end] == closing, following < bytes.endIndex, bytes[following] == UInt8(ascii: "}") {
                    break
                }
                end = following
            }
            found.append(text[next..<end])
            position = end
        }
        return found
    }

    /// The first name that begins and ends with two underscores.
    private static func dunder(in text: Substring) -> String? {
        for word in text.split(whereSeparator: { !($0.isLetter || $0.isNumber || $0 == "_") })
        where word.count > 4 && word.hasPrefix("__") && word.hasSuffix("__") {
            return String(word)
        }
        return nil
    }
}
