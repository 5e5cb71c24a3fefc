/// How the bytes of files are looked at.
public enum FileReading: Sendable, Hashable {
    /// Mapped into memory, which saves a copy. The system ends a process that touches what another one has
    /// just cut off, so this is for files that nobody else is writing.
    case mapped
    /// Copied piece by piece, for processes that must outlive whatever others do to the files.
    case buffered
}
