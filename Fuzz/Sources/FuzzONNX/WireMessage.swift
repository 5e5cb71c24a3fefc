/// A protocol buffer message as a tree, for mutations that leave the lengths of everything around them right.
struct WireMessage {
    /// What a field holds.
    enum Content {
        case number(UInt64)
        /// The eight or four bytes of wire types 1 and 5.
        case fixed([UInt8])
        case bytes([UInt8])
        case message(WireMessage)
    }

    /// A field with its number.
    struct Field {
        var number: UInt64
        var content: Content
    }

    /// Which message of ONNX this is; it decides which fields are messages themselves.
    enum Kind {
        case model, graph, node, attribute, tensor, valueInfo, type, tensorType, shape, leaf

        func child(_ field: UInt64) -> Kind? {
            switch (self, field) {
            case (.model, 7): .graph
            case (.model, 8), (.model, 14), (.tensor, 13), (.shape, 1): .leaf
            case (.graph, 1): .node
            case (.graph, 5), (.attribute, 5): .tensor
            case (.graph, 11), (.graph, 12): .valueInfo
            case (.node, 5): .attribute
            case (.valueInfo, 2): .type
            case (.type, 1): .tensorType
            case (.tensorType, 2): .shape
            default: nil
            }
        }
    }

    var kind: Kind
    var fields: [Field] = []

    /// The message that the bytes are; nil if they are none.
    init?(_ bytes: ArraySlice<UInt8>, kind: Kind) {
        self.kind = kind
        var rest = bytes
        while !rest.isEmpty {
            guard let key = Self.number(&rest), key >> 3 != 0 else { return nil }
            let content: Content
            switch key & 7 {
            case 0:
                guard let value = Self.number(&rest) else { return nil }
                content = .number(value)
            case 1, 5:
                let count = key & 7 == 1 ? 8 : 4
                guard rest.count >= count else { return nil }
                content = .fixed([UInt8](rest.prefix(count)))
                rest = rest.dropFirst(count)
            case 2:
                guard let length = Self.number(&rest), length <= UInt64(rest.count) else { return nil }
                let part = rest.prefix(Int(length))
                rest = rest.dropFirst(Int(length))
                if let child = kind.child(key >> 3), let message = WireMessage(part, kind: child) {
                    content = .message(message)
                } else {
                    content = .bytes([UInt8](part))
                }
            default: return nil
            }
            fields.append(Field(number: key >> 3, content: content))
        }
    }

    /// The message as bytes.
    var bytes: [UInt8] {
        var result: [UInt8] = []
        for field in fields {
            switch field.content {
            case .number(let value):
                Self.append(field.number << 3, to: &result)
                Self.append(value, to: &result)
            case .fixed(let content):
                Self.append(field.number << 3 | (content.count == 8 ? 1 : 5), to: &result)
                result += content
            case .bytes(let content): Self.append(content, field.number, to: &result)
            case .message(let message): Self.append(message.bytes, field.number, to: &result)
            }
        }
        return result
    }

    private static func append(_ content: [UInt8], _ field: UInt64, to result: inout [UInt8]) {
        append(field << 3 | 2, to: &result)
        append(UInt64(content.count), to: &result)
        result += content
    }

    private static func append(_ value: UInt64, to result: inout [UInt8]) {
        var value = value
        while value >= 0x80 {
            result.append(UInt8(truncatingIfNeeded: value) | 0x80)
            value >>= 7
        }
        result.append(UInt8(value))
    }

    private static func number(_ rest: inout ArraySlice<UInt8>) -> UInt64? {
        var value: UInt64 = 0
        for shift in stride(from: UInt64(0), to: 64, by: 7) {
            guard let byte = rest.popFirst() else { return nil }
            value |= UInt64(byte & 0x7F) << shift
            if byte & 0x80 == 0 { return value }
        }
        return nil
    }
}
