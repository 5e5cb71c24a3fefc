/// How much a data file may ask for; every limit is compared before memory is taken.
public struct ReadLimits: Sendable, Equatable {
    /// The largest file that is opened, in bytes; 8 GiB unless changed.
    public var maximumFileBytes = 8 << 30
    /// The most bytes that decompression may give: a gzip file's content, or all members of an NPZ together;
    /// 4 GiB unless changed.
    public var maximumUncompressedBytes = 4 << 30
    /// The most elements an array may have; 2³⁰ (4 GiB of floats) unless changed.
    public var maximumElements = 1 << 30
    /// How many times larger than its compressed form a content may be, once it exceeds `ratioExemptBytes`.
    ///
    /// Deflate reaches 1,032 at best, on constant data. Images and measurements stay far below the 250 that
    /// hold unless changed.
    public var maximumCompressionRatio = 250
    /// A content up to this size, in bytes, may be compressed at any ratio: sorted labels are, and harm
    /// nobody.
    public var ratioExemptBytes = 64 << 20
    /// The longest header of an NPY array, in bytes; 64 KiB unless changed.
    public var maximumHeaderBytes = 1 << 16
    /// The longest record of a CSV file, in bytes; 64 MiB unless changed.
    public var maximumRecordBytes = 64 << 20

    /// The limits that hold unless somebody changes them.
    public init() {}

    /// The most bytes that `compressed` bytes may turn into.
    func maximumOutput(ofCompressed compressed: Int) -> Int {
        let (rated, overflow) = compressed.multipliedReportingOverflow(by: maximumCompressionRatio)
        return min(maximumUncompressedBytes, overflow ? .max : max(rated, ratioExemptBytes))
    }

    /// Throws unless `bytes` bytes of content, from `compressed` bytes, are within the limits.
    func check(uncompressed bytes: Int, compressed: Int) throws(DataSetError) {
        guard bytes <= maximumUncompressedBytes else {
            throw DataSetError(
                .overLimit(.uncompressedBytes, found: bytes, maximum: maximumUncompressedBytes)
            )
        }
        guard bytes <= maximumOutput(ofCompressed: compressed) else {
            let ratio = bytes / max(compressed, 1)
            throw DataSetError(.overLimit(.compressionRatio, found: ratio, maximum: maximumCompressionRatio))
        }
    }
}
