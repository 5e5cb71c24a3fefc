import Foundation

extension CanonicalJSON {
    /// What a value is as JSON.
    ///
    /// - Throws: `JSONError` if it holds a number that JSON cannot express exactly.
    package static func value(of content: some Encodable) throws(JSONError) -> JSONValue {
        let text: Data
        do {
            text = try JSONEncoder().encode(content)
        } catch {
            throw .unexpected(problem: "a value cannot be written as JSON", path: "")
        }
        return try JSONReader.read(text, limits: .modelBundle)
    }

    /// A value from JSON that says exactly what the value holds: nothing more, nothing twice.
    ///
    /// What was read is written again and compared, so that a member which the type does not know is refused
    /// instead of dropped.
    ///
    /// - Throws: `JSONError` naming the member that is missing, of another kind, or not known.
    package static func decode<Content: Codable>(
        _ type: Content.Type,
        from value: JSONValue
    ) throws(JSONError) -> Content {
        let content: Content
        do {
            // Canonical bytes, so that the two readers cannot disagree about what they mean.
            content = try JSONDecoder().decode(type, from: write(value))
        } catch let error as DecodingError {
            throw .unexpected(problem: error.problem, path: error.path)
        } catch {
            throw .unexpected(problem: "\(error)", path: "")
        }
        if let difference = difference(value, from: try self.value(of: content), path: "") {
            throw .unexpected(problem: difference.problem, path: difference.path)
        }
        return content
    }

    private static func difference(
        _ found: JSONValue,
        from known: JSONValue,
        path: String
    ) -> (problem: String, path: String)? {
        switch (found, known) {
        case (.object(let found), .object(let known)):
            for (name, value) in found.sorted(by: { $0.key < $1.key }) {
                let inner = path.isEmpty ? name.text : "\(path).\(name.text)"
                guard let other = known[name] else { return ("this member is not known", inner) }
                if let difference = difference(value, from: other, path: inner) { return difference }
            }
            let missing = known.keys.filter { found[$0] == nil }.min()
            return missing.map { ("the member '\($0.text)' is missing", path) }
        case (.array(let found), .array(let known)) where found.count == known.count:
            for (place, pair) in zip(found, known).enumerated() {
                let inner = "\(path)[\(place)]"
                if let difference = difference(pair.0, from: pair.1, path: inner) { return difference }
            }
            return nil
        default:
            return found == known ? nil : ("this is not how the value is written", path)
        }
    }
}

extension DecodingError {
    fileprivate var problem: String {
        switch self {
        case .keyNotFound(let key, _): "the member '\(key.stringValue)' is missing"
        case .typeMismatch: "the value is of another kind than expected"
        case .valueNotFound: "a value is missing"
        case .dataCorrupted(let context): context.debugDescription
        @unknown default: "the value cannot be read"
        }
    }

    fileprivate var path: String {
        let context: Context
        switch self {
        case .keyNotFound(_, let found), .typeMismatch(_, let found), .valueNotFound(_, let found),
            .dataCorrupted(let found):
            context = found
        @unknown default: return ""
        }
        return context.codingPath.reduce("") { path, key in
            if let place = key.intValue { return "\(path)[\(place)]" }
            return path.isEmpty ? key.stringValue : "\(path).\(key.stringValue)"
        }
    }
}
