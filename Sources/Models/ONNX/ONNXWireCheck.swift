import Foundation

/// Counts what a protocol buffer message would unfold into, without allocating any of it.
///
/// An empty message takes two bytes in a file and a hundred in memory, so a small hostile file could fill a
/// machine. This pass follows only the fields of `onnx.proto` that hold messages, to a fixed depth.
enum ONNXWireCheck {
    /// The most fields a model may have, repeated ones counted one by one.
    ///
    /// Large real models stay below a million.
    static let maximumFields = 8_000_000

    /// - Throws: `ONNXError.malformed` if the bytes are no protocol buffer message or have too many fields.
    static func check(_ data: Data, as kind: Message = .model) throws(ONNXError) {
        var fields = 0
        let result: Result<Void, ONNXError> = data.withUnsafeBytes { bytes in
            do throws(ONNXError) {
                try walk(bytes, 0..<bytes.count, kind, &fields)
                return .success(())
            } catch {
                return .failure(error)
            }
        }
        try result.get()
    }

    /// The messages of `onnx.proto` whose fields hold further messages.
    enum Message {
        case model, graph, function, node, attribute, tensor, valueInfo, type, tensorType, shape, leaf

        fileprivate func child(_ field: UInt64) -> Message? {
            switch (self, field) {
            case (.model, 7): .graph
            case (.model, 8), (.model, 14): .leaf
            case (.model, 25): .function
            case (.function, 7): .node
            case (.function, 9): .leaf
            case (.function, 11): .attribute
            case (.graph, 1): .node
            case (.graph, 5): .tensor
            case (.graph, 11), (.graph, 12): .valueInfo
            case (.graph, 15): .leaf
            case (.node, 5): .attribute
            case (.attribute, 5): .tensor
            case (.tensor, 13): .leaf
            case (.valueInfo, 2): .type
            case (.type, 1): .tensorType
            case (.tensorType, 2): .shape
            case (.shape, 1): .leaf
            default: nil
            }
        }
    }

    private static func walk(
        _ bytes: UnsafeRawBufferPointer,
        _ range: Range<Int>,
        _ message: Message,
        _ fields: inout Int
    ) throws(ONNXError) {
        var position = range.lowerBound
        while position < range.upperBound {
            fields += 1
            guard fields <= maximumFields else { throw .malformed("more than \(maximumFields) fields") }
            let start = position
            let key = try varint(bytes, &position, range.upperBound)
            guard key >> 3 != 0 else { throw .malformed("field number 0 at byte \(start)") }
            switch key & 7 {
            case 0: _ = try varint(bytes, &position, range.upperBound)
            case 1: position += 8
            case 5: position += 4
            case 2:
                let length = try varint(bytes, &position, range.upperBound)
                guard length <= UInt64(range.upperBound - position) else {
                    throw .malformed("a field at byte \(start) is longer than what is left of the file")
                }
                if let child = message.child(key >> 3) {
                    try walk(bytes, position..<position + Int(length), child, &fields)
                }
                position += Int(length)
            default: throw .malformed("wire type \(key & 7) at byte \(start)")
            }
            guard position <= range.upperBound else {
                throw .malformed("the file ends inside a field at byte \(start)")
            }
        }
    }

    private static func varint(
        _ bytes: UnsafeRawBufferPointer,
        _ position: inout Int,
        _ end: Int
    ) throws(ONNXError) -> UInt64 {
        var value: UInt64 = 0
        for shift in stride(from: 0, to: 64, by: 7) {
            guard position < end else {
                throw .malformed("the file ends inside a number at byte \(position)")
            }
            let byte = bytes[position]
            position += 1
            value |= UInt64(byte & 0x7F) << UInt64(shift)
            if byte & 0x80 == 0 { return value }
        }
        throw .malformed("a number of more than ten bytes before byte \(position)")
    }
}
