import BulwarkAttacks
import BulwarkModels
import Foundation

/// A file of constraints on the features of a table.
struct ConstraintFile {
    /// The most bytes that are read.
    static let maximumBytes = 16 << 20

    let path: String
    /// The SHA-256 digest of the bytes that were read.
    let sha256: String
    let document: ConstraintDocument

    /// Reads a file.
    ///
    /// - Throws: `CommandFailure` that names the line and the column, or the field.
    init(_ path: String) throws {
        self.path = path
        let bytes = try reading(path) {
            let size = try FileManager.default.attributesOfItem(atPath: path)[.size] as? Int ?? 0
            guard size <= Self.maximumBytes else {
                throw CommandFailure(
                    .badInput,
                    "\(path): has \(size) bytes, more than the \(Self.maximumBytes) that are read"
                )
            }
            return try Data(contentsOf: URL(fileURLWithPath: path))
        }
        sha256 = FileDigest.sha256(of: bytes)
        // Editors may put a mark in front that says that this is UTF-8.
        let text = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? Data(bytes.dropFirst(3)) : bytes
        guard String(validating: text, as: UTF8.self) != nil else {
            throw CommandFailure(.badInput, "\(path): is not UTF-8 text")
        }
        do {
            try JSONOutline.check(text)
        } catch {
            throw CommandFailure(.badInput, "\(path):\(error.line):\(error.column): \(error.reason)")
        }
        do {
            document = try JSONDecoder().decode(ConstraintDocument.self, from: text)
        } catch let error as DecodingError {
            throw CommandFailure(
                .badInput,
                Self.message(for: error, in: text, path: path),
                hint: "docs/formats/constraints.md describes the file"
            )
        }
    }

    /// The constraints for the features of some data.
    ///
    /// - Throws: `CommandFailure` that names the feature.
    func constraints(featureCount: Int, names: [String]?) throws -> FeatureConstraints {
        do {
            let names = names?.count == featureCount ? names : nil
            return try FeatureConstraints(document, featureCount: featureCount, names: names)
        } catch {
            throw CommandFailure(.badInput, "\(path): \(error)")
        }
    }

    // MARK: Faults

    private static func message(for error: DecodingError, in text: Data, path: String) -> String {
        let (keys, reason): ([any CodingKey], String) =
            switch error {
            case .typeMismatch(let type, let context): (context.codingPath, "\(name(of: type)) is expected")
            case .valueNotFound(let type, let context):
                (context.codingPath, "\(name(of: type)) is expected, not null")
            case .keyNotFound(let key, let context):
                (context.codingPath, "the field \"\(key.stringValue)\" is missing")
            case .dataCorrupted(let context): (context.codingPath, sentence(context.debugDescription))
            @unknown default: ([], "\(error)")
            }
        let steps = keys.map { key in
            key.intValue.map { JSONOutline.Step.element($0) } ?? .field(key.stringValue)
        }
        let place = JSONOutline.place(of: steps, in: text).map { ":\($0.line):\($0.column)" } ?? ""
        return "\(path)\(place): \(steps.isEmpty ? "" : "\(described(steps)): ")\(reason)"
    }

    private static func name(of type: any Any.Type) -> String {
        switch type {
        case is String.Type: "a string"
        case is Double.Type, is Int.Type: "a number"
        case is [Any].Type: "a list"
        default: "\(type)".hasPrefix("Array") ? "a list" : "an object"
        }
    }

    private static func sentence(_ text: String) -> String {
        text.hasSuffix(".") ? String(text.dropLast()) : text
    }

    /// A path as in `integer[2].step`.
    private static func described(_ steps: [JSONOutline.Step]) -> String {
        steps.reduce("") { text, step in
            switch step {
            case .field(let name): text.isEmpty ? name : "\(text).\(name)"
            case .element(let index): "\(text)[\(index)]"
            }
        }
    }
}
