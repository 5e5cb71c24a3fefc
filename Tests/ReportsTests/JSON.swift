import Foundation

/// JSON read without a type in mind.
enum JSON: Decodable, Equatable {
    case null
    case boolean(Bool)
    case number(Double)
    case string(String)
    case array([JSON])
    case object([String: JSON])

    init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if container.decodeNil() {
            self = .null
        } else if let value = try? container.decode(Bool.self) {
            self = .boolean(value)
        } else if let value = try? container.decode(Double.self) {
            self = .number(value)
        } else if let value = try? container.decode(String.self) {
            self = .string(value)
        } else if let value = try? container.decode([JSON].self) {
            self = .array(value)
        } else {
            self = .object(try container.decode([String: JSON].self))
        }
    }

    init(_ data: Data) throws { self = try JSONDecoder().decode(JSON.self, from: data) }

    /// A member of an object.
    subscript(key: String) -> JSON? {
        guard case .object(let members) = self else { return nil }
        return members[key]
    }

    /// An element of an array.
    subscript(index: Int) -> JSON? { array.indices.contains(index) ? array[index] : nil }

    /// The elements of an array; none of anything else.
    var array: [JSON] {
        guard case .array(let elements) = self else { return [] }
        return elements
    }

    /// The text of a string.
    var string: String? {
        guard case .string(let text) = self else { return nil }
        return text
    }

    /// The value of a number.
    var number: Double? {
        guard case .number(let value) = self else { return nil }
        return value
    }

    /// The value at a path of keys and indices, as in `runs.0.tool`.
    func at(_ path: String) -> JSON? {
        path.split(separator: ".").reduce(Optional(self)) { value, part in
            Int(part).map { value?[$0] } ?? value?[String(part)]
        }
    }

    /// This value with the one at a path replaced, or removed if `value` is nil.
    func replacing(_ path: String, with value: JSON?) -> JSON {
        let parts = path.split(separator: ".", maxSplits: 1).map(String.init)
        let rest = parts.count > 1 ? parts[1] : nil
        func changed(_ old: JSON?) -> JSON? { rest.map { old?.replacing($0, with: value) } ?? value }
        switch self {
        case .object(var members):
            members[parts[0]] = changed(members[parts[0]])
            return .object(members)
        case .array(var elements):
            guard let index = Int(parts[0]), elements.indices.contains(index) else { return self }
            if let new = changed(elements[index]) {
                elements[index] = new
            } else {
                elements.remove(at: index)
            }
            return .array(elements)
        default: return self
        }
    }
}

/// Checks JSON against a schema, as far as the schemas beside the tests go (JSON Schema, draft 4).
struct JSONSchema {
    let root: JSON

    /// Every way in which a document breaks the schema, with the place.
    func faults(of document: JSON) -> [String] { faults(document, root, "") }

    private func faults(_ value: JSON, _ schema: JSON, _ place: String) -> [String] {
        if let reference = schema["$ref"]?.string {
            let path = String(reference.dropFirst(2)).replacing("/", with: ".")
            guard let target = root.at(path) else { return ["\(place): no \(reference) in the schema"] }
            return faults(value, target, place)
        }
        var faults: [String] = []
        if let type = schema["type"]?.string, !isOf(type, value) {
            return ["\(place): is not of type \(type)"]
        }
        if let allowed = schema["enum"], !allowed.array.contains(value) {
            faults.append("\(place): not in the list")
        }
        if let number = value.number {
            if let least = schema["minimum"]?.number, number < least { faults.append("\(place): too small") }
            if let most = schema["maximum"]?.number, number > most { faults.append("\(place): too large") }
        }
        if let choices = schema["anyOf"]?.array,
            !choices.contains(where: { self.faults(value, $0, place).isEmpty })
        {
            faults.append("\(place): fits none of the alternatives")
        }
        return faults + self.faults(ofMembers: value, schema, place)
            + self.faults(ofElements: value, schema, place)
    }

    private func faults(ofMembers value: JSON, _ schema: JSON, _ place: String) -> [String] {
        guard case .object(let members) = value else { return [] }
        var faults: [String] = []
        for key in schema["required"]?.array.compactMap(\.string) ?? [] where members[key] == nil {
            faults.append("\(place): \(key) is missing")
        }
        for (key, member) in members {
            if let known = schema["properties"]?[key] {
                faults += self.faults(member, known, "\(place).\(key)")
            } else if let other = schema["additionalProperties"] {
                if other == .boolean(false) {
                    faults.append("\(place): \(key) is not allowed")
                } else {
                    faults += self.faults(member, other, "\(place).\(key)")
                }
            }
        }
        return faults
    }

    private func faults(ofElements value: JSON, _ schema: JSON, _ place: String) -> [String] {
        guard case .array(let elements) = value else { return [] }
        var faults: [String] = []
        if schema["uniqueItems"] == .boolean(true) {
            for (index, element) in elements.enumerated() where elements[..<index].contains(element) {
                faults.append("\(place).\(index): appears twice")
            }
        }
        if let items = schema["items"] {
            for (index, element) in elements.enumerated() {
                faults += self.faults(element, items, "\(place).\(index)")
            }
        }
        return faults
    }

    private func isOf(_ type: String, _ value: JSON) -> Bool {
        switch (type, value) {
        case ("object", .object), ("array", .array), ("string", .string), ("boolean", .boolean),
            ("number", .number),
            ("null", .null):
            true
        case ("integer", .number(let number)): number == number.rounded()
        default: false
        }
    }
}
