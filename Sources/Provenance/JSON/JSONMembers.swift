/// The members of a JSON object, taken one by one, so that what nobody took is noticed.
struct JSONMembers {
    private var members: [ExactString: JSONValue]
    private let path: String

    /// Takes an object apart.
    ///
    /// - Throws: `JSONError` if the value is no object.
    init(_ value: JSONValue, path: String) throws(JSONError) {
        guard case .object(let members) = value else {
            throw .unexpected(problem: "an object is expected, not \(value.kind)", path: path)
        }
        self.members = members
        self.path = path
    }

    func place(of name: String) -> String { path.isEmpty ? name : "\(path).\(name)" }

    /// Takes a member that has to be there.
    mutating func take(_ name: String) throws(JSONError) -> JSONValue {
        guard let value = members.removeValue(forKey: ExactString(name)) else {
            throw .unexpected(problem: "the member '\(name)' is missing", path: path)
        }
        return value
    }

    /// Takes a member that may be absent or null.
    mutating func takeIfPresent(_ name: String) -> JSONValue? {
        guard let value = members.removeValue(forKey: ExactString(name)), value != .null else { return nil }
        return value
    }

    mutating func string(_ name: String) throws(JSONError) -> String {
        let value = try take(name)
        guard case .string(let text) = value else {
            throw .unexpected(problem: "a text is expected, not \(value.kind)", path: place(of: name))
        }
        return text
    }

    mutating func stringIfPresent(_ name: String) throws(JSONError) -> String? {
        guard let value = takeIfPresent(name) else { return nil }
        guard case .string(let text) = value else {
            throw .unexpected(problem: "a text is expected, not \(value.kind)", path: place(of: name))
        }
        return text
    }

    mutating func boolean(_ name: String) throws(JSONError) -> Bool {
        let value = try take(name)
        guard case .boolean(let truth) = value else {
            throw .unexpected(problem: "a truth value is expected, not \(value.kind)", path: place(of: name))
        }
        return truth
    }

    mutating func array(_ name: String) throws(JSONError) -> [JSONValue] {
        let value = try take(name)
        guard case .array(let elements) = value else {
            throw .unexpected(problem: "a list is expected, not \(value.kind)", path: place(of: name))
        }
        return elements
    }

    /// Refuses what is left.
    ///
    /// - Throws: `JSONError` naming a member that nobody took.
    func finish() throws(JSONError) {
        guard let name = members.keys.min() else { return }
        throw .unexpected(problem: "this member is not known", path: place(of: name.text))
    }
}
