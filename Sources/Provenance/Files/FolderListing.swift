import Foundation

/// The names in a folder, one after the other, in no order.
final class FolderListing {
    #if canImport(Darwin)
    private typealias Stream = UnsafeMutablePointer<DIR>
    #else
    private typealias Stream = OpaquePointer
    #endif
    private let stream: Stream
    private let path: String

    /// Takes over the descriptor of a folder, and closes it in the end.
    ///
    /// - Throws: `FileTreeError.unreadable` if it is none.
    init(_ descriptor: Int32, path: String) throws(FileTreeError) {
        guard let stream = fdopendir(descriptor) else {
            let reason = SystemError.last
            close(descriptor)
            throw .unreadable(path: path, reason: reason)
        }
        self.stream = stream
        self.path = path
    }

    deinit { closedir(stream) }

    /// The next name; nil after the last.
    ///
    /// - Throws: `FileTreeError` if the folder cannot be read on, or the name is not UTF-8.
    func next() throws(FileTreeError) -> String? {
        while true {
            errno = 0
            guard let entry = readdir(stream) else {
                guard errno == 0 else { throw .unreadable(path: path, reason: SystemError.last) }
                return nil
            }
            // The record ends with the name, so that the whole field must not be read.
            guard let offset = MemoryLayout<dirent>.offset(of: \.d_name) else {
                preconditionFailure("a directory entry has a name")
            }
            let start = UnsafeRawPointer(entry).advanced(by: offset).assumingMemoryBound(to: CChar.self)
            guard let name = String(validatingCString: start) else { throw .unusableName(folder: path) }
            if name != "." && name != ".." { return name }
        }
    }
}
