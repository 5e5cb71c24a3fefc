import Foundation

/// Arrays of NumPy (`numpy/lib/format.py`); an array of objects is a pickle behind a header.
enum NPYScan {
    static func scan(_ bytes: ScanBytes, in session: inout ScanSession) {
        var rest = bytes
        var offset = 0
        var arrays = 0
        while rest.starts(with: [0x93] + Array("NUMPY".utf8)), arrays < session.limits.maximumMembers {
            arrays += 1
            guard let used = array(rest, at: offset, in: &session) else { return }
            offset += used
            rest = rest.suffix(from: used)
        }
        guard rest.count > 0 else { return }
        let what = "\(rest.count) bytes behind the array"
        session.report(.npyStructure, .suspicious, at: offset, what)
        session.inside("behind the array") { session in
            _ = ContentKind.scan(rest, named: "", in: &session)
        }
    }

    /// Scans one array.
    ///
    /// - Returns: How many bytes it takes; nil if nothing can follow it.
    private static func array(_ bytes: ScanBytes, at offset: Int, in session: inout ScanSession) -> Int? {
        guard bytes.count > 10 else {
            session.report(.npyStructure, .unreadable, at: offset, "the header is cut off")
            return nil
        }
        let wide = bytes[6] >= 2
        let start = wide ? 12 : 10
        guard let length = bytes.littleEndian(at: 8, bytes: wide ? 4 : 2), (1...3).contains(bytes[6]),
            length <= 1 << 20, Int(length) <= bytes.count - start
        else {
            session.report(.npyStructure, .suspicious, at: offset, "the header's length or version is wrong")
            PickleSearch.search(bytes, in: &session)
            return nil
        }
        let header = String(decoding: bytes[start..<start + Int(length)].data, as: UTF8.self)
        let content = start + Int(length)
        guard let size = plainSize(header) else {
            objects(bytes.suffix(from: content), in: &session)
            return nil
        }
        guard size <= bytes.count - content else {
            let what = "the header announces \(size) bytes, and there are \(bytes.count - content)"
            session.report(.npyStructure, .suspicious, at: offset, what)
            return nil
        }
        return content + size
    }

    /// An array of objects, or of a type that is not known to be plain.
    private static func objects(_ bytes: ScanBytes, in session: inout ScanSession) {
        session.inside("array of objects") { session in
            if !PickleStream.scan(bytes, in: &session) {
                let what = "the elements are of a type that these rules do not know"
                session.report(.npyStructure, .unreadable, what)
                PickleSearch.search(bytes, in: &session)
            }
        }
    }

    /// How many bytes the elements take, if they are plain numbers or text.
    static func plainSize(_ header: String) -> Int? {
        // Exactly what NumPy writes: a key that is there twice, or spelled otherwise, could hide another type.
        let form = /\{'descr': (.*), 'fortran_order': (?:True|False), 'shape': (\([0-9, L]*\)),? ?\}\s*/
        guard let match = header.wholeMatch(of: form), let element = elementSize(match.output.1) else {
            return nil
        }
        return product(of: match.output.2, times: element)
    }

    private static func elementSize(_ type: Substring) -> Int? {
        if let plain = type.wholeMatch(of: /'([^']*)'/) { return codeSize(plain.output.1) }
        guard let list = type.wholeMatch(of: /\[(.*)\]/) else { return nil }
        // A structure: each field a name, a type, and perhaps a shape.
        let field = /\(('[^']*'), '([^']*)'(, (\([0-9, ]*\)))?\),?\s*/
        var rest = list.output.1
        var size = 0
        while let match = rest.prefixMatch(of: field) {
            guard let code = codeSize(match.output.2),
                let part = product(of: match.output.4 ?? "()", times: code),
                part < 1 << 40
            else { return nil }
            size += part
            rest = rest[match.range.upperBound...]
        }
        return rest.isEmpty && size < 1 << 40 ? size : nil
    }

    /// How many bytes a plain type takes, such as `<f4`; nil for objects and what is not known.
    private static func codeSize(_ code: Substring) -> Int? {
        guard let match = code.wholeMatch(of: /[<>|=]?([?bBhHiIlLqQfdgFDGcSUVaumM])([0-9]*)(\[[^\]']*\])?/)
        else {
            return nil
        }
        let size = Int(match.output.2) ?? 1
        guard size < 1 << 40 else { return nil }
        return match.output.1 == "U" ? 4 * size : size
    }

    private static func product(of shape: Substring, times element: Int) -> Int? {
        var size = element
        for part in shape.split(whereSeparator: { "(), L".contains($0) }) {
            guard let dimension = Int(part) else { return nil }
            let (product, overflow) = size.multipliedReportingOverflow(by: dimension)
            guard !overflow else { return .max }
            size = product
        }
        return size
    }
}
