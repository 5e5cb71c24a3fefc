import Foundation

/// Data sets and models that lie beside the repository, in `../shared/data`, and are too large to be part of
/// it.
public enum SharedData {
    /// The folder, whether it exists or not.
    public static let folder: URL = {
        let file = URL(fileURLWithPath: #filePath).resolvingSymlinksInPath()
        let repository = file.deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        return repository.deletingLastPathComponent().appendingPathComponent("shared/data")
    }()

    /// Whether the folder is there; tests that need it are skipped otherwise.
    public static var isPresent: Bool { FileManager.default.fileExists(atPath: folder.path) }

    /// A file or folder in it.
    public static func url(_ path: String) -> URL { folder.appendingPathComponent(path) }
}

extension SharedData {
    /// The paths of all files below a folder that end in `suffix`, relative to the shared data, sorted.
    ///
    /// - Parameters:
    ///   - folder: A folder of the shared data.
    ///   - suffix: How the names end.
    /// - Returns: Paths for `url(_:)`; empty if the data are absent.
    package static func files(under folder: String, suffix: String) -> [String] {
        let names =
            FileManager.default.enumerator(atPath: url(folder).path)?.compactMap { $0 as? String } ?? []
        return names.filter { $0.hasSuffix(suffix) }.sorted().map { "\(folder)/\($0)" }
    }
}
