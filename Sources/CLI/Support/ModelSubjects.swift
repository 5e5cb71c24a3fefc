import BulwarkModels
import BulwarkProvenance
import Foundation

/// The files that a model is made of: the one that was named, and those that an ONNX model keeps weights in.
///
/// A claim about a model is about all of them, since each decides what the model answers.
struct ModelSubjects: Equatable {
    /// The file that was named.
    let model: ContentReference
    /// The others, by the names that the model has for them.
    let weights: [ContentReference]

    /// - Throws: `CommandFailure` if one of them cannot be read.
    init(file path: String) throws {
        model = try ContentReference(file: path)
        weights = try Self.externalFiles(of: path).map { name in
            let file = try ContentReference(file: Self.place(of: name, beside: path))
            return ContentReference(name: name, sha256: file.sha256)
        }
    }

    /// What a claim is about, the model's own file first.
    var subjects: [Subject] { ([model] + weights).map { Subject($0) } }

    /// Where the files of a model are, its own first.
    static func files(of path: String) -> [String] {
        [path] + externalFiles(of: path).map { place(of: $0, beside: path) }
    }

    private static func place(of name: String, beside path: String) -> String {
        URL(fileURLWithPath: path).deletingLastPathComponent().appendingPathComponent(name).path
    }

    /// Files that are no ONNX models have no others: what such a model is was stated about the file alone.
    private static func externalFiles(of path: String) -> [String] {
        guard let bytes = FileSize.bytes(of: path),
            bytes <= ONNXReader.maximumFileBytes,
            let data = try? Data(contentsOf: URL(fileURLWithPath: path), options: .mappedIfSafe)
        else { return [] }
        return (try? ONNXReader.externalFiles(of: data)) ?? []
    }
}
