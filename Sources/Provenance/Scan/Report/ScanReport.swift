/// What was found in one file.
public struct ScanReport: Sendable, Equatable, Codable {
    /// The file, as it was named to the scanner.
    public let path: String
    /// The verdict of the heaviest finding.
    public let verdict: ScanVerdict
    /// What the file is, by its content.
    public let format: String
    /// What was found, the heaviest first.
    public let findings: [ScanFinding]
    /// How many pickles were read to their end.
    public let pickles: Int
    /// How many pickle instructions were followed.
    public let operations: Int

    /// What was looked at, for a reader who wants to know how much *nothing found* means.
    public var summary: String {
        guard verdict == .nothingFound, pickles > 0 else { return verdict.text }
        return "\(verdict.text): only listed imports, \(operations) instructions in \(pickles) "
            + (pickles == 1 ? "pickle" : "pickles")
    }
}

/// The reports of a scan, as `bulwark scan --json` prints them.
public struct ScanReports: Sendable, Equatable, Codable {
    /// One report a file, in the order of the scan.
    public let files: [ScanReport]

    /// The worst verdict; *nothing found* if there are no files.
    public var verdict: ScanVerdict { files.map(\.verdict).max() ?? .nothingFound }

    /// Collects the reports of a scan.
    public init(files: [ScanReport]) { self.files = files }
}
