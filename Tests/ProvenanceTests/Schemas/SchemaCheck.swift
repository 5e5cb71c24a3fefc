import BulwarkProvenance
import Foundation

/// Checks JSON against a schema, as far as the published ones go (JSON Schema, draft 2020-12).
///
/// A keyword that is not known here traps, so that none is passed over.
struct SchemaCheck {
    let root: JSONValue

    private static let silent: Set<String> = [
        "$schema", "$id", "$comment", "$defs", "title", "description", "format", "then",
    ]

    func accepts(_ value: JSONValue) -> Bool { accepts(value, root) }

    /// A schema, with what it refers to in its place.
    func resolved(_ schema: JSONValue) -> JSONValue {
        guard case .string(let reference) = schema["$ref"] else { return schema }
        let name = reference.split(separator: "/").last.map(String.init) ?? ""
        guard let target = root["$defs"]?[name] else { preconditionFailure("no \(reference)") }
        return target
    }

    private func accepts(_ value: JSONValue, _ schema: JSONValue) -> Bool {
        guard case .object(let keywords) = schema else { preconditionFailure("a schema is an object") }
        return keywords.allSatisfy { keyword, rule in
            Self.silent.contains(keyword.text) || holds(keyword.text, rule, value, schema)
        }
    }

    private func holds(_ keyword: String, _ rule: JSONValue, _ value: JSONValue, _ schema: JSONValue) -> Bool
    {
        switch (keyword, rule, value) {
        case ("$ref", _, _): accepts(value, resolved(schema))
        case ("type", .string(let type), _): isOf(type, value)
        case ("const", _, _): value == rule
        case ("enum", .array(let choices), _): choices.contains(value)
        case ("allOf", .array(let parts), _): parts.allSatisfy { accepts(value, $0) }
        case ("if", _, _): !accepts(value, rule) || accepts(value, schema["then"] ?? .object([]))
        case ("minimum", .number(let least), .number(let number)): number >= least
        case ("maximum", .number(let most), .number(let number)): number <= most
        case ("minLength", .number(let least), .string(let text)): Double(text.unicodeScalars.count) >= least
        case ("maxLength", .number(let most), .string(let text)): Double(text.unicodeScalars.count) <= most
        case ("pattern", .string(let pattern), .string(let text)):
            text.range(of: pattern, options: .regularExpression) != nil
        case ("minItems", .number(let least), .array(let elements)): Double(elements.count) >= least
        case ("uniqueItems", .boolean(true), .array(let elements)): Set(elements).count == elements.count
        case ("items", _, .array(let elements)): elements.allSatisfy { accepts($0, rule) }
        case ("contains", _, .array(let elements)): elements.contains { accepts($0, rule) }
        case ("required", .array(let names), .object):
            names.allSatisfy { $0.text.map { value[$0] != nil } ?? false }
        case ("properties", _, .object(let members)):
            members.allSatisfy { name, member in rule[name.text].map { accepts(member, $0) } ?? true }
        case ("additionalProperties", _, .object(let members)):
            members.allSatisfy { name, member in
                if schema["properties"]?[name.text] != nil { return true }
                return rule == .boolean(false) ? false : accepts(member, rule)
            }
        case ("minimum", _, _), ("maximum", _, _), ("minLength", _, _), ("maxLength", _, _),
            ("pattern", _, _),
            ("minItems", _, _), ("uniqueItems", _, _), ("items", _, _), ("contains", _, _),
            ("required", _, _),
            ("properties", _, _), ("additionalProperties", _, _):
            // Keywords say nothing of values of another kind.
            true
        default: preconditionFailure("the keyword \(keyword) is not known here")
        }
    }

    private func isOf(_ type: String, _ value: JSONValue) -> Bool {
        switch (type, value) {
        case ("object", .object), ("array", .array), ("string", .string), ("boolean", .boolean),
            ("number", .number):
            true
        case ("integer", .number(let number)): number == number.rounded()
        default: false
        }
    }
}

extension JSONValue {
    /// A member of an object.
    subscript(name: String) -> JSONValue? {
        guard case .object(let members) = self else { return nil }
        return members[ExactString(name)]
    }

    /// A text.
    var text: String? {
        guard case .string(let text) = self else { return nil }
        return text
    }

    /// The names of an object's members.
    var names: Set<String> {
        guard case .object(let members) = self else { return [] }
        return Set(members.keys.map(\.text))
    }
}
