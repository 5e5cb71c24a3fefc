import Foundation

/// Opens files within the limits: the readers' edge to the disk.
enum FileBytes {
    /// The bytes of a file, mapped into memory where the system can; a gzipped file's content.
    static func contents(of path: String, limits: ReadLimits) throws(DataSetError) -> ByteView {
        do throws(DataSetError) {
            let bytes = ByteView(try map(path, limits: limits))
            return isGzip(bytes) ? ByteView(try Inflater.gunzip(bytes, limits: limits)) : bytes
        } catch {
            throw error.inFile(path)
        }
    }

    /// The first bytes of a file, or of a gzipped file's content: enough to tell what it is.
    static func beginning(of path: String, limits: ReadLimits) throws(DataSetError) -> ByteView {
        do throws(DataSetError) {
            let bytes = ByteView(try map(path, limits: limits))
            guard isGzip(bytes) else { return bytes[0..<min(bytes.count, beginningBytes)] }
            return ByteView(try Inflater.gunzip(bytes, limits: limits, upTo: beginningBytes))
        } catch {
            throw error.inFile(path)
        }
    }

    /// More than any format needs to be known by.
    private static let beginningBytes = 64

    /// Whether the bytes begin like a gzip file.
    static func isGzip(_ bytes: ByteView) -> Bool { bytes.starts(with: [0x1F, 0x8B]) }

    /// Whether there is something at the path.
    static func exists(_ path: String) -> Bool { FileManager.default.fileExists(atPath: path) }

    private static func map(_ path: String, limits: ReadLimits) throws(DataSetError) -> Data {
        guard exists(path) else { throw DataSetError(.notFound) }
        let url = URL(fileURLWithPath: path).resolvingSymlinksInPath()
        // Foundation would look up what the owner is called, for which the C library asks a service by a socket.
        var status = stat()
        guard stat(url.path, &status) == 0 else {
            throw DataSetError(.unreadable(String(cString: strerror(errno))))
        }
        guard status.st_mode & S_IFMT == S_IFREG else { throw DataSetError(.notAFile) }
        let size = Int(status.st_size)
        guard size <= limits.maximumFileBytes else {
            throw DataSetError(.overLimit(.fileBytes, found: size, maximum: limits.maximumFileBytes))
        }
        do {
            return try Data(contentsOf: url, options: .mappedIfSafe)
        } catch {
            throw DataSetError(.unreadable(error.localizedDescription))
        }
    }
}
