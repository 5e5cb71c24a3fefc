import Foundation

/// Writes files whole or not at all.
enum OutputWriter {
    /// Writes a file by way of a temporary one beside it, which then takes its name.
    ///
    /// - Throws: `CommandFailure` with exit code 73.
    static func write(_ data: Data, to path: String) throws {
        do {
            let url = URL(fileURLWithPath: path)
            try FileManager.default.createDirectory(
                at: url.deletingLastPathComponent(),
                withIntermediateDirectories: true
            )
            try data.write(to: url, options: .atomic)
        } catch {
            throw CommandFailure(.cannotWrite, "\(path): cannot be written (\(error.reason))")
        }
    }

    /// Checks before hours of work that a file could be written at the end.
    ///
    /// - Throws: `CommandFailure` with exit code 73 if the nearest existing folder refuses.
    static func requireWritable(_ path: String) throws {
        var folder = URL(fileURLWithPath: path).deletingLastPathComponent()
        while !FileManager.default.fileExists(atPath: folder.path), folder.path != "/" {
            folder = folder.deletingLastPathComponent()
        }
        var isFolder: ObjCBool = false
        let exists = FileManager.default.fileExists(atPath: folder.path, isDirectory: &isFolder)
        guard exists, isFolder.boolValue, FileManager.default.isWritableFile(atPath: folder.path) else {
            throw CommandFailure(.cannotWrite, "\(path): the folder \(folder.path) cannot be written to")
        }
        // A whole-file write takes the place of what is there: fatal for a device such as /dev/null.
        let type = try? FileManager.default.attributesOfItem(atPath: path)[.type] as? FileAttributeType
        if let type, type != .typeRegular, type != .typeSymbolicLink {
            throw CommandFailure(.cannotWrite, "\(path): is not a file that can be replaced")
        }
    }
}
