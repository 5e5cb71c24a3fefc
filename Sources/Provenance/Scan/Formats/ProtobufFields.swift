/// The fields of a protocol buffer message, one after the other, with nothing kept.
struct ProtobufFields: Sequence, IteratorProtocol {
    struct Field {
        let number: UInt64
        /// The value of a number.
        let value: UInt64
        /// The content of a text, of bytes or of a message; nil for numbers.
        let content: ScanBytes?
    }

    private let bytes: ScanBytes
    private var position = 0
    /// Whether something was found that no message has.
    private(set) var isBroken = false

    init(_ bytes: ScanBytes) { self.bytes = bytes }

    mutating func next() -> Field? {
        guard !isBroken, position < bytes.count else { return nil }
        guard let key = varint(), key >> 3 != 0 else { return broken() }
        switch key & 7 {
        case 0:
            guard let value = varint() else { return broken() }
            return Field(number: key >> 3, value: value, content: nil)
        case 1, 5:
            let width = key & 7 == 1 ? 8 : 4
            guard let value = bytes.littleEndian(at: position, bytes: width) else { return broken() }
            position += width
            return Field(number: key >> 3, value: value, content: nil)
        case 2:
            guard let length = varint(), length <= UInt64(bytes.count - position) else { return broken() }
            defer { position += Int(length) }
            return Field(number: key >> 3, value: length, content: bytes[position..<position + Int(length)])
        default: return broken()
        }
    }

    private mutating func broken() -> Field? {
        isBroken = true
        return nil
    }

    private mutating func varint() -> UInt64? {
        var value: UInt64 = 0
        for shift in stride(from: UInt64(0), to: 64, by: 7) {
            guard position < bytes.count else { return nil }
            let byte = bytes[position]
            position += 1
            value |= UInt64(byte & 0x7F) << shift
            if byte & 0x80 == 0 { return value }
        }
        return nil
    }
}

/// Which message a protocol buffer file holds, as far as its outermost fields tell.
enum ProtobufKind {
    /// Whether bytes are a `ModelProto` of ONNX: a version, a graph, and no field that it does not have.
    ///
    /// The file may be broken behind the graph.
    static func isONNX(_ bytes: ScanBytes) -> Bool {
        let known: Set<UInt64> = [1, 2, 3, 4, 5, 6, 7, 8, 14, 20, 25, 26]
        var (hasVersion, hasGraph) = (false, false)
        for field in ProtobufFields(bytes) {
            guard known.contains(field.number) else { return false }
            if field.number == 1 {
                guard field.content == nil, field.value < 1_000 else { return false }
                hasVersion = true
            } else if field.number == 7 {
                guard field.content != nil else { return false }
                hasGraph = true
            }
        }
        return hasGraph && hasVersion
    }

    /// Whether bytes are a `SavedModel` of TensorFlow: meta graphs with a graph or collections inside.
    static func isSavedModel(_ bytes: ScanBytes) -> Bool {
        var fields = ProtobufFields(bytes)
        var hasGraph = false
        while let field = fields.next() {
            switch (field.number, field.content) {
            case (1, nil) where field.value <= 1: break
            case (2, let content?):
                var inner = ProtobufFields(content)
                while let field = inner.next() { guard field.number <= 7 else { return false } }
                guard !inner.isBroken else { return false }
                hasGraph = true
            default: return false
            }
        }
        return hasGraph && !fields.isBroken
    }
}
