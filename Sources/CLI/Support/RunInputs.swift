import BulwarkProvenance
import Foundation

/// The files that a run reads and its claim names, by their digests from before the run.
///
/// They are looked at before a key is opened: what they hold comes from elsewhere.
struct RunInputs {
    /// The model; nil where a run begins without one.
    let model: ModelSubjects?
    /// The file of the samples.
    let samples: ContentReference
    /// The file of their labels; nil if the samples' file holds them.
    let labels: ContentReference?
    /// Where all of them are, with their digests.
    private let files: [(path: String, sha256: ContentDigest)]

    /// - Parameters:
    ///   - path: The model's file; nil where there is none.
    ///   - source: The samples.
    ///   - secrets: Files and folders that a model may not name.
    /// - Throws: `CommandFailure` if a file cannot be read, or may not be.
    init(model path: String?, data source: DataOptions, apartFrom secrets: [String]) throws {
        let model = try path.map { try ModelSubjects(file: $0, apartFrom: secrets) }
        let paths = try source.files()
        let data = try paths.map { try ContentReference(file: $0) }
        self.model = model
        samples = data[0]
        labels = data.dropFirst().first
        let digests = (model.map { [$0.model] + $0.weights } ?? []) + data
        files = Array(zip((model?.files ?? []) + paths, digests.map(\.sha256)))
    }

    /// The samples and, if they have a file of their own, the labels.
    var data: [ContentReference] { [samples] + [labels].compactMap(\.self) }

    /// Refuses to state anything of a run during which a file was replaced.
    ///
    /// - Parameter work: What the run did, as in `hardening`.
    /// - Throws: `CommandFailure` that names the file.
    func requireUnchanged(during work: String) throws {
        for (path, sha256) in files where try ContentReference(file: path).sha256 != sha256 {
            throw CommandFailure(.badInput, "\(path): the file changed during the \(work)")
        }
    }
}

extension Subject {
    /// A file that a command has just made.
    init(made output: Data, at path: String) {
        self.init(name: URL(fileURLWithPath: path).lastPathComponent, sha256: ContentDigest(of: output))
    }
}
