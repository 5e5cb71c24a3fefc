/// How much of a table is read before it is refused.
public struct TableLimits: Sendable, Hashable {
    /// The longest file.
    public let maximumBytes: Int
    /// How many columns it may have.
    public let maximumColumns: Int
    /// How many rows it may have beside its header.
    public let maximumRows: Int
    /// How long one field may be, in bytes of the file.
    public let maximumFieldBytes: Int

    /// Limits; the defaults fit tables that are held in memory.
    public init(
        maximumBytes: Int = 512 << 20,
        maximumColumns: Int = 1024,
        maximumRows: Int = 10_000_000,
        maximumFieldBytes: Int = 1 << 20
    ) {
        self.maximumBytes = maximumBytes
        self.maximumColumns = maximumColumns
        self.maximumRows = maximumRows
        self.maximumFieldBytes = maximumFieldBytes
    }
}
