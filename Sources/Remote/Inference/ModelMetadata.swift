import Foundation

/// What a server says of a model: the answer to `GET /v2/models/NAME`.
struct ModelMetadata: Sendable, Decodable {
    var name: String?
    var versions: [String]?
    var platform: String?
    var inputs: [TensorMetadata]?
    var outputs: [TensorMetadata]?
}

/// A tensor that a model takes or gives.
struct TensorMetadata: Sendable, Hashable, Decodable {
    var name: String
    var datatype: String
    /// Extents, outermost first; below zero where any will do.
    var shape: [Int]

    /// The number of elements for one sample, behind the first axis; nil if an extent is open.
    ///
    /// One if there is no axis but the first.
    var width: Int? {
        var product = 1
        for extent in shape.dropFirst() {
            let (next, overflow) = product.multipliedReportingOverflow(by: extent)
            guard extent >= 0, !overflow else { return nil }
            product = next
        }
        return product
    }
}

/// Reads documents of a server.
enum Document {
    /// - Throws: `RemoteAnswerError.bareNotFinite`, `.malformed`.
    static func read<Content: Decodable>(
        _ type: Content.Type,
        from data: Data,
        censor: Censor
    ) throws(RemoteAnswerError) -> Content {
        do {
            return try JSONDecoder().decode(type, from: data)
        } catch let error as RemoteAnswerError {
            throw error
        } catch {
            throw isValidButForNumbers(data) ? .bareNotFinite : .malformed(censor.clean(reason(error)))
        }
    }

    /// Whether the text is JSON as soon as NaN and Infinity are allowed, which some encoders write.
    private static func isValidButForNumbers(_ data: Data) -> Bool {
        struct Anything: Decodable { init(from decoder: any Decoder) {} }
        guard (try? JSONDecoder().decode(Anything.self, from: data)) == nil else { return false }
        let lenient = JSONDecoder()
        lenient.allowsJSON5 = true
        let text = String(decoding: data, as: UTF8.self)
        return (text.contains("NaN") || text.contains("Infinity"))
            && (try? lenient.decode(Anything.self, from: data)) != nil
    }

    private static func reason(_ error: any Error) -> String {
        func place(_ context: DecodingError.Context) -> String {
            let path = context.codingPath.map { $0.intValue.map { "[\($0)]" } ?? $0.stringValue }
            return path.isEmpty ? "" : " at \(path.joined(separator: "."))"
        }
        switch error as? DecodingError {
        case .keyNotFound(let key, let context): return "no '\(key.stringValue)'\(place(context))"
        case .typeMismatch(_, let context), .valueNotFound(_, let context):
            return context.debugDescription + place(context)
        case .dataCorrupted(let context):
            let detail = (context.underlyingError as NSError?)?.userInfo[NSDebugDescriptionErrorKey]
            return context.debugDescription + (detail.map { " \($0)" } ?? "") + place(context)
        default: return "it cannot be read"
        }
    }
}
