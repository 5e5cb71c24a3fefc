import Foundation

/// Writes files of a log so that each is there whole or not at all, and stays.
///
/// All files are first written beside the log and brought to the disk; then they get their names; then the
/// folders are brought to the disk. At no moment is there half a file under a name that somebody reads.
struct DurableWriter {
    /// What is told before each change of the disk; tests look at the folder then.
    typealias Step = @Sendable (String) throws(LogError) -> Void

    private let folder: LogFolder
    private let step: Step?
    private var staged: [(temporary: String, name: String)] = []
    private var folders: Set<String> = []
    private var entered: Set<String> = []
    /// Folders that are known to be on the disk, whoever has created them.
    private(set) var durable: Set<String>

    init(_ folder: LogFolder, durable: Set<String> = [], step: Step? = nil) {
        self.folder = folder
        self.durable = durable
        self.step = step
    }

    /// Creates the folder itself, if there is none.
    ///
    /// - Throws: `LogError.cannotWrite`.
    func createFolder() throws(LogError) {
        guard mkdir(folder.path, 0o777) == 0 else {
            if errno == EEXIST { return }
            throw .cannotWrite(folder.path, reason: LogError.systemReason)
        }
        let parent = URL(fileURLWithPath: folder.path).deletingLastPathComponent().path
        try Self.synchronize(folder: parent, named: parent)
    }

    /// Writes a file that is to get this name.
    ///
    /// - Throws: `LogError.cannotWrite`.
    mutating func stage(_ bytes: [UInt8], as name: String) throws(LogError) {
        try makeFolder(LogFolder.incoming)
        let temporary = "\(LogFolder.incoming)/\(staged.count)"
        try step?("write \(name)")
        unlink(folder.path(temporary))
        let flags = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC
        let descriptor = open(folder.path(temporary), flags, 0o666)
        guard descriptor >= 0 else { throw .cannotWrite(name, reason: LogError.systemReason) }
        staged.append((temporary, name))
        try Self.write(bytes, to: descriptor, name)
    }

    /// Gives the files their names, in the order in which they were written.
    ///
    /// - Throws: `LogError.cannotWrite`.
    mutating func finish() throws(LogError) {
        for file in staged {
            let parent = file.name.lastIndex(of: "/").map { String(file.name[..<$0]) } ?? ""
            try makeFolder(parent)
            try step?("name \(file.name)")
            guard rename(folder.path(file.temporary), folder.path(file.name)) == 0 else {
                throw .cannotWrite(file.name, reason: LogError.systemReason)
            }
            folders.insert(parent)
        }
        staged = []
        for name in folders.sorted() {
            try step?("synchronize \(name)")
            try Self.synchronize(folder: folder.path(name), named: name)
        }
        folders = []
        durable.formUnion(entered)
        entered = []
    }

    /// Removes what was written and has no name yet.
    mutating func discard() {
        for file in staged { unlink(folder.path(file.temporary)) }
        staged = []
    }

    /// Appends to a file, and brings it to the disk.
    ///
    /// - Throws: `LogError.cannotWrite`.
    func append(_ bytes: [UInt8], to name: String) throws(LogError) {
        try step?("append to \(name)")
        let isNew = !folder.exists(name)
        let descriptor = open(
            folder.path(name),
            O_WRONLY | O_APPEND | O_CREAT | O_NOFOLLOW | O_CLOEXEC,
            0o666
        )
        guard descriptor >= 0 else { throw .cannotWrite(name, reason: LogError.systemReason) }
        try Self.write(bytes, to: descriptor, name)
        guard isNew else { return }
        let parent = name.lastIndex(of: "/").map { String(name[..<$0]) } ?? ""
        try step?("synchronize \(parent)")
        try Self.synchronize(folder: folder.path(parent), named: name)
    }

    /// Removes a file, if it is there.
    ///
    /// - Throws: `LogError.cannotWrite`.
    func remove(_ name: String) throws(LogError) {
        try step?("remove \(name)")
        guard unlink(folder.path(name)) == 0 || errno == ENOENT else {
            throw .cannotWrite(name, reason: LogError.systemReason)
        }
    }

    /// Brings the names in the log's own folder to the disk.
    ///
    /// - Throws: `LogError.cannotWrite`.
    func synchronizeFolder() throws(LogError) {
        try step?("synchronize ")
        try Self.synchronize(folder: folder.path, named: folder.path)
    }

    /// Removes a folder if it is empty.
    func removeEmptyFolder(_ name: String) { rmdir(folder.path(name)) }

    /// Creates a folder of the log and those above it, where they are missing.
    ///
    /// One that is there may have been created by a process that ended before it was on the disk.
    private mutating func makeFolder(_ name: String) throws(LogError) {
        let isThere = access(folder.path(name), F_OK) == 0
        guard !name.isEmpty, !isThere || !(durable.contains(name) || entered.contains(name)) else { return }
        let parent = name.lastIndex(of: "/").map { String(name[..<$0]) } ?? ""
        try makeFolder(parent)
        if !isThere {
            try step?("create \(name)")
            guard mkdir(folder.path(name), 0o777) == 0 || errno == EEXIST else {
                throw .cannotWrite(name, reason: LogError.systemReason)
            }
        }
        folders.insert(parent)
        entered.insert(name)
    }

    private static func write(_ bytes: [UInt8], to descriptor: Int32, _ name: String) throws(LogError) {
        let handle = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
        do {
            try handle.write(contentsOf: bytes)
        } catch {
            throw .cannotWrite(name, reason: LogError.reason(error))
        }
        try synchronize(descriptor, name)
    }

    private static func synchronize(folder path: String, named name: String) throws(LogError) {
        let descriptor = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw .cannotWrite(name, reason: LogError.systemReason) }
        defer { close(descriptor) }
        try synchronize(descriptor, name)
    }

    private static func synchronize(_ descriptor: Int32, _ name: String) throws(LogError) {
        #if canImport(Darwin)
        // There, fsync leaves the bytes in the cache of the disk.
        guard fcntl(descriptor, F_FULLFSYNC) != -1 || fsync(descriptor) == 0 else {
            throw .cannotWrite(name, reason: LogError.systemReason)
        }
        #else
        guard fsync(descriptor) == 0 else { throw .cannotWrite(name, reason: LogError.systemReason) }
        #endif
    }
}
