import Foundation

/// A folder, or a single file, whose content is listed and opened without ever following a link inside.
public final class FileTree: Sendable {
    /// How much of a folder is looked at.
    public struct Limits: Sendable, Hashable {
        /// The most files.
        public let maximumFiles: Int
        /// How often folders may be inside of each other.
        public let maximumDepth: Int

        /// Limits.
        public init(maximumFiles: Int = 1 << 20, maximumDepth: Int = 64) {
            self.maximumFiles = maximumFiles
            self.maximumDepth = maximumDepth
        }
    }

    /// What becomes of symbolic links in a folder.
    public enum Links: Sendable, Hashable {
        /// They are an error: one may lead anywhere, and somewhere else tomorrow.
        case refused
        /// Those to files are listed like files, for who looks at what is there now; others are an error.
        case toFiles
    }

    /// Where it is.
    public let path: String
    /// Whether it is a single file.
    public let isFile: Bool
    private let descriptor: Int32

    /// Opens a folder or a file; the path itself may lead there by links.
    ///
    /// - Throws: `FileTreeError` if there is neither.
    public init(_ path: String) throws(FileTreeError) {
        descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { throw .unreadable(path: path, reason: SystemError.last) }
        self.path = path
        var status = stat()
        let isKnown = fstat(descriptor, &status) == 0
        isFile = status.st_mode & S_IFMT == S_IFREG
        guard isKnown, isFile || status.st_mode & S_IFMT == S_IFDIR else { throw .notAFile(path: path) }
    }

    deinit { close(descriptor) }

    /// The last part of the path, links resolved where it has no name of its own.
    public var name: String {
        let name = URL(fileURLWithPath: path).lastPathComponent
        guard name.isEmpty || name == "/" || name == "." || name == ".." else { return name }
        return URL(fileURLWithPath: path).resolvingSymlinksInPath().lastPathComponent
    }

    /// The files in the folder and in the folders in it, sorted.
    ///
    /// - Parameters:
    ///   - limits: How much is looked at.
    ///   - links: What becomes of symbolic links.
    ///   - isIgnored: Says which files and folders are passed over.
    /// - Returns: Their paths from this folder on.
    /// - Throws: `FileTreeError` if there is a link or a device, or more than the limits.
    public func files(
        limits: Limits = Limits(),
        links: Links = .refused,
        ignoring isIgnored: (RelativePath) -> Bool
    ) throws(FileTreeError) -> [RelativePath] {
        var found: [RelativePath] = []
        // A second descriptor, as listing a folder moves its position.
        try list(".", in: descriptor, .root, limits, links, isIgnored, &found)
        return found.sorted()
    }

    private func list(
        _ name: String,
        in parent: Int32,
        _ path: RelativePath,
        _ limits: Limits,
        _ links: Links,
        _ isIgnored: (RelativePath) -> Bool,
        _ found: inout [RelativePath]
    ) throws(FileTreeError) {
        guard path.components.count < limits.maximumDepth else {
            throw .tooDeep(maximum: limits.maximumDepth)
        }
        let folder = openat(parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
        guard folder >= 0 else { throw .unreadable(path: path.text, reason: SystemError.last) }
        let listing = try FolderListing(folder, path: path.text)
        while let name = try listing.next() {
            let inner = path.appending(name)
            guard inner.text.utf8.count <= RelativePath.maximumBytes else {
                throw .unusableName(folder: path.text)
            }
            if isIgnored(inner) { continue }
            var status = stat()
            guard fstatat(folder, name, &status, AT_SYMLINK_NOFOLLOW) == 0 else {
                throw .unreadable(path: inner.text, reason: SystemError.last)
            }
            switch status.st_mode & S_IFMT {
            case S_IFDIR: try list(name, in: folder, inner, limits, links, isIgnored, &found)
            case S_IFLNK where links == .refused || !Self.leadsToFile(name, in: folder):
                throw .symbolicLink(inner)
            case S_IFREG, S_IFLNK:
                guard found.count < limits.maximumFiles else {
                    throw .tooManyFiles(maximum: limits.maximumFiles)
                }
                found.append(inner)
            default: throw .notAFile(path: inner.text)
            }
        }
    }

    /// Whether there is a folder in the folder, links not followed.
    func isFolder(_ path: RelativePath) -> Bool {
        var status = stat()
        return fstatat(descriptor, path.text, &status, AT_SYMLINK_NOFOLLOW) == 0
            && status.st_mode & S_IFMT == S_IFDIR
    }

    private static func leadsToFile(_ name: String, in folder: Int32) -> Bool {
        var status = stat()
        return fstatat(folder, name, &status, 0) == 0 && status.st_mode & S_IFMT == S_IFREG
    }

    /// Opens a file in the folder, or the file itself where `path` is nil.
    ///
    /// - Throws: `FileTreeError` if it cannot be opened, is no file, or a link is on the way.
    func openFile(_ path: RelativePath?) throws(FileTreeError) -> OpenFile {
        guard let path else {
            return try OpenFile(fcntl(descriptor, F_DUPFD_CLOEXEC, 0), path: self.path)
        }
        var folder = descriptor
        defer { if folder != descriptor { close(folder) } }
        for name in path.components.dropLast() {
            let next = openat(folder, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
            guard next >= 0 else { throw .unreadable(path: path.text, reason: SystemError.last) }
            if folder != descriptor { close(folder) }
            folder = next
        }
        let name = path.components.last ?? "."
        let file = openat(folder, name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK)
        return try OpenFile(file, path: path.text)
    }
}
