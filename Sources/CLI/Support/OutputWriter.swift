import BulwarkProvenance
import Foundation

/// Writes files whole or not at all, and none in the place of what is read.
enum OutputWriter {
    /// Writes a file by way of a draft beside it, which then takes its name; where a link stands, the file that
    /// it leads to is written.
    ///
    /// - Throws: `CommandFailure` with exit code 73.
    static func write(_ data: Data, to path: String) throws {
        try writing(path) {
            let place = try destination(of: path)
            var status = stat()
            let isThere = stat(place, &status) == 0
            let file = try WholeFile(place, isThere ? .exactly(status.st_mode & 0o777) : .masked(0o666))
            try file.write(data)
            try file.replace()
        }
    }

    /// Writes a file of a name that nothing has.
    ///
    /// - Throws: `CommandFailure` with exit code 73.
    static func create(_ data: Data, at path: String) throws {
        try writing(path) {
            let file = try WholeFile(path, .masked(0o666))
            try file.write(data)
            try file.create()
        }
    }

    private static func writing(_ path: String, _ body: () throws -> Void) throws {
        do {
            try FileManager.default.createDirectory(
                at: URL(fileURLWithPath: path).deletingLastPathComponent(),
                withIntermediateDirectories: true
            )
            try body()
        } catch WholeFileError.exists {
            throw CommandFailure(.cannotWrite, "\(path): there is a file already, which is not replaced")
        } catch WholeFileError.cannotWrite(_, let reason) {
            throw CommandFailure(.cannotWrite, "\(path): cannot be written (\(reason))")
        } catch let failure as CommandFailure {
            throw failure
        } catch {
            throw CommandFailure(.cannotWrite, "\(path): cannot be written (\(error.reason))")
        }
    }

    /// Checks before hours of work that a file could be written at the end.
    ///
    /// - Throws: `CommandFailure` with exit code 73 if the nearest existing folder refuses.
    static func requireWritable(_ path: String) throws {
        let place = try destination(of: path)
        var folder = URL(fileURLWithPath: place).deletingLastPathComponent()
        while !FileManager.default.fileExists(atPath: folder.path), folder.path != "/" {
            folder = folder.deletingLastPathComponent()
        }
        var isFolder: ObjCBool = false
        let exists = FileManager.default.fileExists(atPath: folder.path, isDirectory: &isFolder)
        guard exists, isFolder.boolValue, FileManager.default.isWritableFile(atPath: folder.path) else {
            throw CommandFailure(.cannotWrite, "\(path): the folder \(folder.path) cannot be written to")
        }
        // A whole-file write takes the place of what is there: fatal for a device such as /dev/null.
        var status = stat()
        guard stat(place, &status) != 0 || status.st_mode & S_IFMT == S_IFREG else {
            throw CommandFailure(.cannotWrite, "\(path): is not a file that can be replaced")
        }
    }

    /// Refuses to write in the place of what is read, by whatever name it goes.
    ///
    /// - Throws: `CommandFailure` with exit code 64.
    static func requireOther(_ output: String, than inputs: [String?]) throws {
        guard let place = FileIdentity(output) else { return }
        for input in inputs.compactMap(\.self) where FileIdentity(input) == place {
            throw CommandFailure(
                .usage,
                "\(output): would be written in the place of \(input), which is read"
            )
        }
    }

    /// Where a path leads by links, also if nothing is there yet.
    static func destination(of path: String) throws -> String {
        var place = path
        for _ in 0..<40 {
            guard let target = try? FileManager.default.destinationOfSymbolicLink(atPath: place) else {
                return place
            }
            let folder = URL(fileURLWithPath: place).deletingLastPathComponent().path
            place = target.hasPrefix("/") ? target : "\(folder)/\(target)"
        }
        throw CommandFailure(.cannotWrite, "\(path): cannot be written (\(String(cString: strerror(ELOOP))))")
    }
}
