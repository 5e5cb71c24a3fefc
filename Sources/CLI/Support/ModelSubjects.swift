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
            guard let place = Self.place(of: name, beside: path) else {
                throw CommandFailure(.badInput, "\(path): names weights in a file outside of its folder")
            }
            return ContentReference(name: name, sha256: try ContentReference(file: place).sha256)
        }
    }

    /// What a claim is about, the model's own file first.
    var subjects: [Subject] { ([model] + weights).map { Subject($0) } }

    /// Where the files of a model are, its own first.
    static func files(of path: String) -> [String] {
        [path] + externalFiles(of: path).compactMap { place(of: $0, beside: path) }
    }

    /// Where a file is that a model names; nil if that is outside of the model's folder, links followed.
    ///
    /// Who wrote the model chose the name. What it leads to is read, and a job in isolation may read it, too.
    private static func place(of name: String, beside path: String) -> String? {
        let folder = URL(fileURLWithPath: path).deletingLastPathComponent()
        let file = folder.appendingPathComponent(name)
        let root = folder.resolvingSymlinksInPath().standardizedFileURL.path
        let target = file.resolvingSymlinksInPath().standardizedFileURL.path
        guard !name.hasPrefix("/"), target.hasPrefix(root.hasSuffix("/") ? root : root + "/") else {
            return nil
        }
        return file.path
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
