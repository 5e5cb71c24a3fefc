/// GGUF, versions 1 to 3 in little-endian order (ggml, `docs/gguf.md`): numbers are checked against the file,
/// chat templates are looked at.
enum GGUFScan {
    private static let maximumDimensions: UInt64 = 4
    private static let maximumArrayDepth = 8

    private struct Fault: Error {
        let text: String
        init(_ text: String) { self.text = text }
    }

    static func scan(_ bytes: ScanBytes, in session: inout ScanSession) {
        var reader = Reader(bytes: bytes)
        do {
            try check(&reader, &session)
        } catch let fault as Fault {
            session.report(.ggufStructure, .suspicious, at: reader.position, fault.text)
            PickleSearch.search(bytes, in: &session)
        } catch {}
    }

    private static func check(_ reader: inout Reader, _ session: inout ScanSession) throws {
        reader.position = 4
        let version = try reader.number(4)
        guard (1...3).contains(version) else {
            throw Fault("version \(version) does not exist in this order of bytes")
        }
        reader.width = version == 1 ? 4 : 8
        let tensorCount = try reader.number(reader.width)
        let valueCount = try reader.number(reader.width)
        // A key takes at least a length, a type and a byte; a tensor at least 24 bytes.
        guard valueCount <= UInt64(reader.bytes.count / 8), tensorCount <= UInt64(reader.bytes.count / 16)
        else {
            throw Fault("more tensors or values are announced than the file can hold")
        }
        var keys: Set<String> = []
        var alignment: UInt64 = 32
        for _ in 0..<valueCount {
            guard let key = try reader.text().text else { throw Fault("a key is no text") }
            guard keys.insert(key).inserted else {
                throw Fault("the key \(ScanText.shown(key)) is there twice")
            }
            let type = try reader.number(4)
            let start = reader.position
            try value(type, named: key, depth: 0, &reader, &session)
            if key == "general.alignment" {
                guard type == 4, let value = reader.bytes.littleEndian(at: start, bytes: 4), value > 0,
                    value & (value - 1) == 0, value <= 1 << 20
                else { throw Fault("the alignment is no power of two") }
                alignment = value
            }
        }
        try tensors(tensorCount, alignment: alignment, &reader)
    }

    private static func value(
        _ type: UInt64,
        named key: String,
        depth: Int,
        _ reader: inout Reader,
        _ session: inout ScanSession
    ) throws {
        switch type {
        case 0, 1: try reader.skip(1)
        case 7:
            guard try reader.number(1) <= 1 else { throw Fault("a truth value is neither 0 nor 1") }
        case 2, 3: try reader.skip(2)
        case 4, 5, 6: try reader.skip(4)
        case 10, 11, 12: try reader.skip(8)
        case 8:
            let text = try reader.text()
            guard depth == 0, text.count <= session.limits.maximumJSONBytes else { return }
            let content = String(decoding: text.data, as: UTF8.self)
            if key.contains("chat_template") {
                ChatTemplate.check(content, at: key, in: &session)
            } else {
                JSONScan.check(.text(content), at: key, in: &session)
            }
        case 9:
            guard depth < maximumArrayDepth else { throw Fault("arrays are nested too deep") }
            let inner = try reader.number(4)
            let count = try reader.number(reader.width)
            guard count <= UInt64(reader.bytes.count - reader.position) else {
                throw Fault("an array is longer than the file")
            }
            for _ in 0..<count { try value(inner, named: key, depth: depth + 1, &reader, &session) }
        default: throw Fault("a value is of type \(type), which does not exist")
        }
    }

    private static func tensors(_ count: UInt64, alignment: UInt64, _ reader: inout Reader) throws {
        var names: Set<String> = []
        var places: [(start: UInt64, size: UInt64)] = []
        for _ in 0..<count {
            guard let name = try reader.text().text else { throw Fault("the name of a tensor is no text") }
            guard names.insert(name).inserted else {
                throw Fault("the tensor \(ScanText.shown(name)) is there twice")
            }
            let dimensions = try reader.number(4)
            guard dimensions <= maximumDimensions else {
                throw Fault("a tensor has \(dimensions) dimensions")
            }
            var elements: UInt64 = 1
            for _ in 0..<dimensions {
                let (product, overflow) = elements.multipliedReportingOverflow(
                    by: try reader.number(reader.width)
                )
                guard !overflow, product <= UInt64(Int64.max) else { throw Fault("a tensor is too large") }
                elements = product
            }
            let type = try reader.number(4)
            guard let block = GGMLType.blocks[type] else {
                throw Fault("a tensor is of type \(type), which these rules do not know")
            }
            let (size, overflow) = (elements / block.elements).multipliedReportingOverflow(by: block.bytes)
            let start = try reader.number(8)
            guard !overflow, elements.isMultiple(of: block.elements), start.isMultiple(of: alignment) else {
                throw Fault("the size or place of the tensor \(ScanText.shown(name)) is wrong")
            }
            places.append((start, size))
        }
        guard count > 0 else { return }
        let padding = (alignment - UInt64(reader.position) % alignment) % alignment
        let base = UInt64(reader.position) + padding
        let total = UInt64(reader.bytes.count)
        guard base <= total else { throw Fault("the tensors begin behind the end of the file") }
        var end: UInt64 = 0
        for place in places.sorted(by: { $0.start < $1.start }) {
            guard place.start >= end, place.start <= total - base, place.size <= total - base - place.start
            else {
                throw Fault("a tensor shares bytes with another, or reaches behind the end of the file")
            }
            end = place.start + place.size
        }
    }

    private struct Reader {
        let bytes: ScanBytes
        var position = 0
        /// How many bytes lengths have: four in version 1.
        var width = 8

        init(bytes: ScanBytes) { self.bytes = bytes }

        mutating func number(_ width: Int) throws -> UInt64 {
            guard let value = bytes.littleEndian(at: position, bytes: width) else {
                throw Fault("the file ends inside its header")
            }
            position += width
            return value
        }

        mutating func skip(_ count: Int) throws {
            guard count <= bytes.count - position else { throw Fault("the file ends inside its header") }
            position += count
        }

        mutating func text() throws -> ScanBytes {
            let length = try number(width)
            guard length <= UInt64(bytes.count - position) else {
                throw Fault("a text is longer than the file")
            }
            defer { position += Int(length) }
            return bytes[position..<position + Int(length)]
        }
    }
}
