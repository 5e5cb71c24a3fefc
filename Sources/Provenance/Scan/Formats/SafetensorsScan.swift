/// Safetensors: a header of JSON and the bytes of the tensors, without gaps (safetensors 0.4, `tensor.rs`).
enum SafetensorsScan {
    private static let maximumHeaderBytes: UInt64 = 100_000_000
    private static let bits: [String: Int] = [
        "BOOL": 8, "U8": 8, "I8": 8, "F8_E5M2": 8, "F8_E4M3": 8, "F8_E8M0": 8, "I16": 16, "U16": 16,
        "F16": 16,
        "BF16": 16, "I32": 32, "U32": 32, "F32": 32, "C64": 64, "F64": 64, "I64": 64, "U64": 64, "F4": 4,
        "F6_E2M3": 6, "F6_E3M2": 6, "F8_E4M3FNUZ": 8, "F8_E5M2FNUZ": 8,
    ]

    static func isSafetensors(_ bytes: ScanBytes) -> Bool {
        guard let length = bytes.littleEndian(at: 0, bytes: 8), length >= 2, bytes.count > 8 else {
            return false
        }
        return bytes[8] == UInt8(ascii: "{") && length <= maximumHeaderBytes * 8
    }

    static func scan(_ bytes: ScanBytes, in session: inout ScanSession) {
        func fail(_ what: String) { session.report(.safetensorsStructure, .suspicious, what) }
        guard let length = bytes.littleEndian(at: 0, bytes: 8), length <= maximumHeaderBytes,
            Int(length) <= bytes.count - 8
        else { return fail("the header is longer than the file or than the format allows") }
        let header: JSONText
        do {
            header = try JSONText(bytes[8..<8 + Int(length)])
        } catch {
            if case .duplicateKey(let key) = error {
                return fail("the key \(ScanText.shown(key)) is there twice")
            }
            return fail("the header is no JSON")
        }
        guard case .object(let members) = header else { return fail("the header is no object") }
        var ranges: [(range: Range<Int>, name: String)] = []
        for (name, value) in members {
            if name == "__metadata__" {
                metadata(value, in: &session)
            } else if let range = range(of: value) {
                ranges.append((range, name))
            } else {
                return fail("the tensor \(ScanText.shown(name)) has no valid type, shape or place")
            }
        }
        var end = 0
        for (range, name) in ranges.sorted(by: { order($0.range, $1.range) }) {
            guard range.lowerBound == end else {
                return fail("the tensor \(ScanText.shown(name)) leaves a gap, or shares bytes with another")
            }
            end = range.upperBound
        }
        guard end == bytes.count - 8 - Int(length) else {
            fail("the tensors take \(end) bytes, and there are \(bytes.count - 8 - Int(length))")
            PickleSearch.search(bytes.suffix(from: 8 + Int(length)), in: &session)
            return
        }
    }

    private static func order(_ first: Range<Int>, _ second: Range<Int>) -> Bool {
        (first.lowerBound, first.upperBound) < (second.lowerBound, second.upperBound)
    }

    private static func metadata(_ value: JSONText, in session: inout ScanSession) {
        guard case .object(let members) = value else {
            session.report(.safetensorsStructure, .suspicious, "the metadata are no object")
            return
        }
        for (key, value) in members {
            if case .text = value {
                JSONScan.check(value, at: key, in: &session)
            } else {
                session.report(.safetensorsStructure, .suspicious, "the metadata hold more than text")
            }
        }
    }

    /// Where a tensor lies, if its size agrees with its type and shape.
    private static func range(of value: JSONText) -> Range<Int>? {
        guard case .object(let members) = value, members.count == 3,
            let type = value["dtype"]?.string, let width = bits[type],
            case .array(let shape)? = value["shape"], case .array(let place)? = value["data_offsets"],
            place.count == 2, let start = whole(place[0]), let end = whole(place[1]), start <= end
        else { return nil }
        var size = width
        for dimension in shape {
            guard let count = whole(dimension) else { return nil }
            let (product, overflow) = size.multipliedReportingOverflow(by: count)
            guard !overflow else { return nil }
            size = product
        }
        guard size.isMultiple(of: 8), size / 8 == end - start else { return nil }
        return start..<end
    }

    private static func whole(_ value: JSONText) -> Int? {
        guard case .number(let number?) = value else { return nil }
        return Int(exactly: number)
    }
}
