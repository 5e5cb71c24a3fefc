/// Why a folder or a file in it cannot be taken as it is.
public enum FileTreeError: Error, Hashable, Sendable {
    /// There is nothing, or it cannot be opened.
    case unreadable(path: String, reason: String)
    /// A symbolic link, which may lead anywhere.
    case symbolicLink(RelativePath)
    /// Neither a file nor a folder.
    case notAFile(path: String)
    /// A name is not text, or longer than any that is taken.
    case unusableName(folder: String)
    /// The folder holds more files than the limit.
    case tooManyFiles(maximum: Int)
    /// Folders are inside of each other more often than the limit.
    case tooDeep(maximum: Int)
    /// The file changed while it was read.
    case changedMeanwhile(path: String)
}

extension FileTreeError: CustomStringConvertible {
    /// The error in words.
    public var description: String {
        switch self {
        case .unreadable(let path, let reason): "\(path.printable): \(reason)"
        case .symbolicLink(let path): "\(path): symbolic links are not followed; put the file itself there"
        case .notAFile(let path): "\(path.printable): this is neither a file nor a folder"
        case .unusableName(let folder): "\(folder.printable): the name of a file in it is not text"
        case .tooManyFiles(let maximum): "there are more than \(maximum) files"
        case .tooDeep(let maximum): "folders are inside of each other more than \(maximum) times"
        case .changedMeanwhile(let path): "\(path.printable): the file changed while it was read"
        }
    }
}
