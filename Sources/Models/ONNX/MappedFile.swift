import Foundation

/// A file whose bytes are read from the disk when they are looked at, so that it may be larger than memory.
///
/// Foundation reads a whole file even where a mapped one is asked for, on Linux.
enum MappedFile {
    /// The bytes of a file, which stay mapped as long as something holds them.
    ///
    /// - Throws: `CocoaError` if it cannot be opened or is no regular file.
    static func data(contentsOf url: URL) throws(CocoaError) -> Data {
        let descriptor = open(url.path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { throw CocoaError(.fileReadNoSuchFile) }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG,
            let count = Int(exactly: status.st_size)
        else { throw CocoaError(.fileReadUnknown) }
        if count == 0 { return Data() }
        guard let start = mmap(nil, count, PROT_READ, MAP_PRIVATE, descriptor, 0), start != MAP_FAILED else {
            throw CocoaError(.fileReadUnknown)
        }
        return Data(bytesNoCopy: start, count: count, deallocator: .custom { munmap($0, $1) })
    }
}
