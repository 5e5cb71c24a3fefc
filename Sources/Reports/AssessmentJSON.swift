import BulwarkEvaluation
import Foundation

/// Why an assessment cannot be written or read as JSON.
public enum AssessmentJSONError: Error, Equatable, CustomStringConvertible {
    /// A number is NaN or infinite, which JSON cannot say; the path names it, as in `attacks.0.seconds`.
    case notFinite(path: String)
    /// There are more bytes than an assessment has.
    case tooLong(bytes: Int, maximumBytes: Int)
    /// The text is not JSON, or a field is missing or has the wrong type.
    case malformed(path: String, reason: String)
    /// The text is of another schema, or of a later version of this one.
    case unknownSchema(String)

    /// The fault in words.
    public var description: String {
        switch self {
        case .notFinite(let path): "the number at \(path) is not finite"
        case .tooLong(let bytes, let maximumBytes):
            "an assessment of \(bytes) bytes is longer than the \(maximumBytes) that are read"
        case .malformed(let path, let reason): "\(path.isEmpty ? "assessment" : path): \(reason)"
        case .unknownSchema(let name):
            "the schema is \(name.debugDescription), not \(Assessment.schemaName.debugDescription)"
        }
    }
}

/// `assessment.json`: an assessment as text for machines.
///
/// The same assessment gives the same bytes: keys are sorted, numbers are the shortest that read back as
/// themselves.
public enum AssessmentJSON {
    /// The most bytes that `decode` reads: 64 MiB.
    public static let maximumBytes = 64 << 20

    /// Writes an assessment, ending in a line break.
    ///
    /// - Parameter assessment: The assessment.
    /// - Returns: UTF-8 text.
    /// - Throws: `AssessmentJSONError.notFinite` if a number is NaN or infinite.
    public static func encode(_ assessment: Assessment) throws(AssessmentJSONError) -> Data {
        try encode(value: assessment)
    }

    /// Reads an assessment.
    ///
    /// - Parameter data: UTF-8 text.
    /// - Returns: The assessment; fields that this version does not know are left out.
    /// - Throws: `AssessmentJSONError` if the text is too long, not an assessment, or of another schema.
    public static func decode(_ data: Data) throws(AssessmentJSONError) -> Assessment {
        guard data.count <= maximumBytes else {
            throw .tooLong(bytes: data.count, maximumBytes: maximumBytes)
        }
        let schema = try decode(SchemaOnly.self, from: data).schema
        guard schema == Assessment.schemaName else { throw .unknownSchema(schema) }
        return try decode(Assessment.self, from: data)
    }

    /// Writes any value the way assessments are written.
    static func encode(value: some Encodable) throws(AssessmentJSONError) -> Data {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        do {
            return try encoder.encode(value) + Data("\n".utf8)
        } catch let EncodingError.invalidValue(_, context) {
            throw .notFinite(path: path(context.codingPath))
        } catch {
            throw .malformed(path: "", reason: "\(error)")
        }
    }

    private struct SchemaOnly: Decodable {
        var schema: String
    }

    private static func decode<Value: Decodable>(
        _ type: Value.Type,
        from data: Data
    ) throws(AssessmentJSONError) -> Value {
        do {
            return try JSONDecoder().decode(type, from: data)
        } catch let error as DecodingError {
            switch error {
            case .keyNotFound(let key, let context):
                throw .malformed(path: path(context.codingPath + [key]), reason: "the field is missing")
            case .typeMismatch(_, let context), .valueNotFound(_, let context), .dataCorrupted(let context):
                throw .malformed(path: path(context.codingPath), reason: context.debugDescription)
            @unknown default:
                throw .malformed(path: "", reason: "\(error)")
            }
        } catch {
            throw .malformed(path: "", reason: "\(error)")
        }
    }

    private static func path(_ keys: [any CodingKey]) -> String {
        keys.map { $0.intValue.map(String.init) ?? $0.stringValue }.joined(separator: ".")
    }
}
