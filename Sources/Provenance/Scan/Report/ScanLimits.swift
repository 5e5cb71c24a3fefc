/// How much work and memory a scan may take; what exceeds a limit is *suspicious*.
public struct ScanLimits: Sendable, Equatable {
    /// How deep archives may lie in archives, and pickles in pickles.
    public var maximumDepth = 8
    /// The most bytes that one compressed member may unfold into.
    public var maximumUnfoldedBytes = 1 << 30
    /// The most bytes that all compressed members of a file may unfold into.
    public var maximumTotalUnfoldedBytes = 4 << 30
    /// The most members of an archive.
    public var maximumMembers = 100_000
    /// The most pickle instructions in a file.
    public var maximumOperations = 200_000_000
    /// The most values on a pickle's stack, in its memo, and containers it makes.
    public var maximumValues = 4_000_000
    /// The most pickles in a row in one file.
    public var maximumPickles = 10_000
    /// The most values a structure may unfold into when shared parts are counted as often as they are used.
    public var maximumWeight = 1 << 40
    /// The longest JSON text.
    public var maximumJSONBytes = 100_000_000
    /// The most fields of a protocol buffer message, nested ones included.
    public var maximumFields = 8_000_000
    /// The most findings that are listed; the verdict takes all into account.
    public var maximumFindings = 200
    /// The most bytes of an unknown format that are searched for embedded pickles.
    public var maximumSearchedBytes = 64 << 20

    /// The limits that are used unless others are given.
    public init() {}
}
