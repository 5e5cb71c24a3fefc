/// JSON: configurations of Keras, of tokenizers with chat templates, of models that bring code with them.
enum JSONScan {
    static func looksLikeJSON(_ bytes: ScanBytes) -> Bool {
        let space: Set<UInt8> = [0x20, 0x09, 0x0A, 0x0D]
        // The first two characters tell an object from a template, which begins with two braces or a percent.
        let start = bytes[0..<min(bytes.count, 1 << 12)].data.lazy.filter { !space.contains($0) }.prefix(2)
        switch start.first {
        case UInt8(ascii: "["): return true
        case UInt8(ascii: "{"):
            return start.dropFirst().first.map { [UInt8(ascii: "\""), UInt8(ascii: "}")].contains($0) }
                ?? true
        default: return false
        }
    }

    static func scan(_ bytes: ScanBytes, in session: inout ScanSession) {
        guard bytes.count <= session.limits.maximumJSONBytes else {
            session.report(.limit, .suspicious, "JSON of \(bytes.count) bytes was not read")
            return
        }
        do {
            check(try JSONText(bytes), at: "", in: &session)
        } catch {
            switch error {
            case .malformed(let offset):
                session.report(.jsonStructure, .unreadable, at: offset, "the text is no JSON from here on")
            case .duplicateKey(let key):
                let what = "the key \(ScanText.shown(key)) is there twice"
                session.report(.jsonStructure, .suspicious, what)
            case .tooDeep:
                session.report(.jsonStructure, .suspicious, "arrays or objects are nested too deep")
            }
            // Other readers go on where this one stops.
            if let text = bytes.text {
                ChatTemplate.check(text, at: nil, in: &session)
                KerasConfiguration.checkText(text, in: &session)
            }
            PickleSearch.search(bytes, in: &session)
        }
    }

    /// Looks at a value and everything in it.
    static func check(_ value: JSONText, at path: String, in session: inout ScanSession) {
        switch value {
        case .text(let text):
            ChatTemplate.check(text, at: path, in: &session)
            MetadataText.check(text, at: path, isWholeFile: false, in: &session)
            if text.count > 32, JSONScan.looksLikeJSON(ScanBytes(.init(text.utf8))),
                let inner = try? JSONText(ScanBytes(.init(text.utf8)))
            {
                // Keras keeps configurations as text in other configurations.
                session.inside("text of \(path)") { check(inner, at: "", in: &$0) }
            }
        case .array(let items):
            for (index, item) in items.enumerated() { check(item, at: "\(path)[\(index)]", in: &session) }
        case .object(let members):
            KerasConfiguration.check(value, at: path, in: &session)
            checkClasses(value, at: path, in: &session)
            for member in members {
                check(member.value, at: path.isEmpty ? member.key : "\(path).\(member.key)", in: &session)
            }
        case .null, .boolean, .number: break
        }
    }

    /// Classes that other formats name: skops, and models of the Hugging Face hub that bring code.
    private static func checkClasses(_ value: JSONText, at path: String, in session: inout ScanSession) {
        if let module = value["__module__"]?.string, let name = value["__class__"]?.string {
            let shown = ScanText.shown("\(module).\(name)")
            switch GlobalPolicy.trust(module: module, name: name) {
            case .allowed: break
            case .unknown: session.report(.pickleUnknownImport, .suspicious, "\(path): import of \(shown)")
            case .dangerous(let reason):
                let what = "\(path): import of \(shown): \(reason)"
                session.report(.pickleDangerousImport, .dangerous, what)
            }
        }
        if case .object(let map)? = value["auto_map"], !map.isEmpty {
            session.report(.remoteCode, .suspicious, "\(path): auto_map names classes in files of the folder")
        }
    }
}
