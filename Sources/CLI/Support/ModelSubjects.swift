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
    /// Where they are, in the same order, the model's own file first.
    let files: [String]

    /// - Parameters:
    ///   - path: The file that was named.
    ///   - secrets: Files and folders that are no part of a model, whoever says so.
    /// - Throws: `CommandFailure` if one of the model's files cannot be read, or may not be.
    init(file path: String, apartFrom secrets: [String] = []) throws {
        model = try ContentReference(file: path)
        let names = try Self.externalFiles(of: path)
        let places = try names.map { try Self.place(of: $0, beside: path, apartFrom: secrets) }
        weights = try zip(names, places).map { name, place in
            ContentReference(name: name, sha256: try ContentReference(file: place).sha256)
        }
        files = [path] + places
    }

    /// What a claim is about, the model's own file first.
    var subjects: [Subject] { ([model] + weights).map { Subject($0) } }

    /// Where the files of a model are, its own first; that one alone if there is a fault in what it says of others.
    static func files(of path: String) -> [String] {
        let others = try? externalFiles(of: path).map { try place(of: $0, beside: path, apartFrom: []) }
        return [path] + (others ?? [])
    }

    /// Where a file is that a model names.
    ///
    /// Who wrote the model chose the name. What it leads to is read, its digest is published, and a job in isolation may
    /// read it, too.
    ///
    /// - Throws: `CommandFailure` if that is outside of the model's folder, links followed, is no file, or is one of the
    ///   secrets or lies in one.
    private static func place(
        of name: String,
        beside path: String,
        apartFrom secrets: [String]
    ) throws -> String {
        func refusal(_ problem: String) -> CommandFailure {
            CommandFailure(.badInput, "\(path): names weights in \(problem): '\(name.printable)'")
        }
        let folder = URL(fileURLWithPath: path).deletingLastPathComponent()
        let file = folder.appendingPathComponent(name)
        let root = folder.resolvingSymlinksInPath().standardizedFileURL.path
        let target = file.resolvingSymlinksInPath().standardizedFileURL.path
        guard !name.hasPrefix("/"), target.hasPrefix(root.hasSuffix("/") ? root : root + "/") else {
            throw refusal("a file outside of its folder")
        }
        guard FileIdentity(target) != nil else {
            throw CommandFailure(.notFound, "\(path): names weights that are not there: '\(name.printable)'")
        }
        guard isRegularFile(target) else { throw refusal("what is no file") }
        guard identities(of: target).isDisjoint(with: secrets.compactMap { FileIdentity($0) }) else {
            throw refusal("a key, a passphrase or a log")
        }
        return file.path
    }

    private static func isRegularFile(_ path: String) -> Bool {
        var status = stat()
        return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFREG
    }

    /// A file and all folders that it lies in.
    private static func identities(of path: String) -> Set<FileIdentity> {
        var url = URL(fileURLWithPath: path)
        var paths = [url.path]
        while url.path != "/" {
            url = url.deletingLastPathComponent()
            paths.append(url.path)
        }
        return Set(paths.compactMap { FileIdentity($0) })
    }

    /// The files that a model names besides its own; files of other formats have none.
    ///
    /// - Throws: `CommandFailure` if the file cannot be read or is an ONNX model with a fault, as what that is made of
    ///   cannot be known.
    private static func externalFiles(of path: String) throws -> [String] {
        try reading(path) {
            guard isRegularFile(path) else { return [] }
            let data = try Data(contentsOf: URL(fileURLWithPath: path), options: .mappedIfSafe)
            do throws(ONNXError) {
                guard data.count <= ONNXReader.maximumFileBytes else {
                    throw .fileTooLarge(bytes: data.count, limit: ONNXReader.maximumFileBytes)
                }
                return try ONNXReader.externalFiles(of: data)
            } catch {
                guard isOfOneFile(beginning: data.prefix(16)) else { throw error }
                return []
            }
        }
    }
}

/// Whether a file begins as those formats of models do that keep everything in one file: GGUF, HDF5, ZIP, pickle,
/// safetensors, TensorFlow Lite, and the texts of gradient boosting libraries and PMML.
private func isOfOneFile(beginning: Data) -> Bool {
    let bytes = [UInt8](beginning)
    let magics: [[UInt8]] = [
        Array("GGUF".utf8), [0x89, 0x48, 0x44, 0x46, 0x0D, 0x0A, 0x1A, 0x0A],
        [0x50, 0x4B, 3, 4], [0x50, 0x4B, 5, 6], Array("{".utf8), Array("<?xml".utf8), Array("<PMML".utf8),
        Array("tree\n".utf8),
    ]
    let isPickle = bytes.count > 1 && bytes[0] == 0x80 && (2...5).contains(bytes[1])
    // The length of the header in eight bytes, then the header, a JSON object.
    let isSafetensors = bytes.count > 8 && bytes[4...8].elementsEqual([0, 0, 0, 0, UInt8(ascii: "{")])
    let isFlat = bytes.count > 8 && bytes[4..<8].elementsEqual("TFL3".utf8)
    return isPickle || isFlat || isSafetensors || magics.contains(where: bytes.starts(with:))
}
