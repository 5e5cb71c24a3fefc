import Foundation

/// HDF5 files, in which Keras keeps weights and the configuration of the model as text.
///
/// The configuration is found by its text, not by the file's structure, so that no copy of it that any reader
/// could reach is missed; text that a filter has compressed is not seen.
enum HDF5Scan {
    private static let magic: [UInt8] = [0x89, 0x48, 0x44, 0x46, 0x0D, 0x0A, 0x1A, 0x0A]
    private static let key = Array("\"class_name\"".utf8)

    /// The signature may stand at byte 0, 512, 1024 and so on.
    static func isHDF5(_ bytes: ScanBytes) -> Bool {
        if bytes.starts(with: magic) { return true }
        return [512, 1024, 2048, 4096].contains { bytes.starts(with: magic, at: $0) }
    }

    static func scan(_ bytes: ScanBytes, in session: inout ScanSession) {
        var position = 0
        var found = 0
        var broken = 0
        while let place = bytes.range(of: key, from: position) {
            found += 1
            guard found <= 10_000, broken < 32 else {
                session.report(.limit, .suspicious, "the file has too many configurations, or broken ones")
                // What is not read as JSON any more is still searched for its worst word.
                for name in ["\"Lambda\"", "\"__lambda__\""] where bytes.contains(name) {
                    session.report(.kerasLambda, .dangerous, "the text \(name) among configurations")
                }
                PickleSearch.search(bytes, in: &session)
                return
            }
            let (object, end) = object(around: place.lowerBound, in: bytes, from: position)
            position = max(place.upperBound, end)
            if let object, let value = try? JSONText(object) {
                JSONScan.check(value, at: "", in: &session)
            } else {
                // Not whole: the text itself has to do.
                broken += 1
                let text = String(
                    decoding: bytes[place.lowerBound..<place.upperBound + 64].data,
                    as: UTF8.self
                )
                KerasConfiguration.checkText(text, in: &session)
                session.report(.jsonStructure, .suspicious, at: place.lowerBound, "a configuration is broken")
            }
        }
        PickleSearch.search(bytes, in: &session)
    }

    /// The outermost object that a place lies in, and where it ends.
    private static func object(
        around place: Int,
        in bytes: ScanBytes,
        from lowest: Int
    ) -> (ScanBytes?, Int) {
        var start = place
        var candidates: [Int] = []
        // Text begins where something stands that text cannot hold.
        while start > lowest, bytes[start - 1] >= 0x20 || [0x09, 0x0A, 0x0D].contains(bytes[start - 1]) {
            start -= 1
            if bytes[start] == UInt8(ascii: "{") { candidates.append(start) }
        }
        for candidate in candidates.reversed().prefix(8) {
            if let end = end(of: candidate, in: bytes), end > place { return (bytes[candidate..<end], end) }
        }
        return (nil, place)
    }

    private static func end(of start: Int, in bytes: ScanBytes) -> Int? {
        var depth = 0
        var isText = false
        var position = start
        while position < bytes.count {
            let byte = bytes[position]
            position += 1
            if isText {
                if byte == UInt8(ascii: "\\") {
                    position += 1
                } else if byte == UInt8(ascii: "\"") {
                    isText = false
                }
                continue
            }
            switch byte {
            case UInt8(ascii: "\""): isText = true
            case UInt8(ascii: "{"): depth += 1
            case UInt8(ascii: "}"):
                depth -= 1
                if depth == 0 { return position }
            case 0..<0x09: return nil
            default: break
            }
        }
        return nil
    }
}
