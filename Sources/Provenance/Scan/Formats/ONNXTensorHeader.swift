/// What an ONNX tensor says of itself: its shape, its type, and where its bytes are.
struct TensorHeader {
    private var elements: UInt64 = 1
    private var hasOverflow = false
    private var type: UInt64 = 0
    private var rawBytes: Int?
    private var name = ""
    private var externalKeys: Set<String> = []

    /// Takes in a field of `TensorProto`.
    mutating func add(_ field: ProtobufFields.Field, _ session: inout ScanSession) {
        switch (field.number, field.content) {
        case (1, nil): multiply(field.value)
        case (1, let packed?):
            // Packed numbers: each byte without its highest bit ends one.
            var value: UInt64 = 0
            var shift: UInt64 = 0
            for index in 0..<packed.count {
                let byte = packed[index]
                if shift < 64 { value |= UInt64(byte & 0x7F) << shift }
                shift += 7
                guard byte & 0x80 == 0 else { continue }
                multiply(value)
                (value, shift) = (0, 0)
            }
        case (2, nil): type = field.value
        case (8, let content?): name = content[0..<256].text ?? "?"
        case (9, let content?): rawBytes = content.count
        case (13, let content?): external(content, &session)
        default: break
        }
    }

    private mutating func multiply(_ dimension: UInt64) {
        let (product, overflow) = elements.multipliedReportingOverflow(by: dimension)
        hasOverflow = hasOverflow || overflow || product > UInt64(Int64.max)
        elements = overflow ? .max : product
    }

    /// Reports a shape that does not fit the bytes.
    func check(_ session: inout ScanSession) {
        let widths: [UInt64: UInt64] = [
            1: 4, 2: 1, 3: 1, 4: 2, 5: 2, 6: 4, 7: 8, 9: 1, 10: 2, 11: 8, 12: 4, 13: 8, 14: 8, 15: 16, 16: 2,
        ]
        let shown = ScanText.shown(name)
        guard !hasOverflow, elements < 1 << 48 else {
            session.report(.onnxStructure, .suspicious, "the tensor \(shown) is larger than any memory")
            return
        }
        guard let rawBytes, let width = widths[type], elements * width != UInt64(rawBytes) else { return }
        let what = "the tensor \(shown) needs \(elements * width) bytes and has \(rawBytes)"
        session.report(.onnxStructure, .suspicious, what)
    }

    /// An entry of `external_data` (CVE-2022-25882, CVE-2024-27318).
    private mutating func external(_ bytes: ScanBytes, _ session: inout ScanSession) {
        var (key, value) = ("", "")
        for field in ProtobufFields(bytes) {
            if field.number == 1 { key = field.content?.text ?? "" }
            if field.number == 2 { value = field.content?.text ?? "\u{0}" }
        }
        if !externalKeys.insert(key).inserted {
            let what =
                "the \(ScanText.shown(key)) of external data of the tensor \(ScanText.shown(name)) is given twice"
            session.report(.onnxRepeatedKey, .dangerous, what)
        }
        if key == "location", let problem = PathRule.problem(value, isFile: true) {
            let what =
                "data of the tensor \(ScanText.shown(name)) lie at \(ScanText.shown(value)), which \(problem)"
            session.report(.onnxExternalPath, .dangerous, what)
        }
        if key == "offset" || key == "length", UInt64(value).flatMap({ Int64(exactly: $0) }) == nil {
            let what = "the \(key) of external data is \(ScanText.shown(value)), which is no such number"
            session.report(.onnxStructure, .suspicious, what)
        }
    }
}

/// Paths in files that would be read or written when the file is used.
enum PathRule {
    /// Why a path may not be followed; nil if it stays in its folder.
    static func problem(_ path: String, isFile: Bool) -> String? {
        if path.isEmpty { return "is empty" }
        if path.unicodeScalars.contains(where: { $0.value < 0x20 || $0.value == 0x7F }) {
            return "has control characters"
        }
        if path.hasPrefix("/") || path.hasPrefix("\\") || path.hasPrefix("~") { return "is absolute" }
        if path.dropFirst().first == ":" || path.contains("://") { return "names a drive or a server" }
        let parts = path.split(omittingEmptySubsequences: false) { $0 == "/" || $0 == "\\" }
        if parts.contains("..") { return "leads out of its folder" }
        return nil
    }
}
