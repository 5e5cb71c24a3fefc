import BulwarkEvidence
import BulwarkProvenance
import BulwarkReports
import Foundation

/// The documents of a release in a folder.
struct ReleaseOutput {
    let folder: String

    private static let page = "release.html"
    private static let bom = "bom.cdx.json"
    private static let card = "model-card.md"

    /// An entry with its receipt, as both are written.
    struct EntryFiles {
        let item: ReleaseReport.Item
        let bytes: Data
        let receipt: Data

        init(_ entry: EvidenceEntry, bytes: Data, receipt: Data) {
            (self.bytes, self.receipt) = (bytes, receipt)
            item = ReleaseReport.Item(
                entry,
                entryDigest: ContentDigest(of: bytes),
                receiptDigest: ContentDigest(of: receipt)
            )
        }
    }

    /// What was written.
    struct Written: Encodable {
        let verdict: String?
        let page: String
        let billOfMaterials: String
        let modelCard: String
        let receipts: Int

        /// A line for each file, and the verdict.
        var text: String {
            let receipts = "\(receipts) \(receipts == 1 ? "entry" : "entries") with receipts"
            return
                "\(verdict.map { "\($0): " } ?? "not judged: ")\(page)\n\(billOfMaterials)\n\(modelCard)\n\(receipts)"
        }
    }

    /// Checks before the work that the files can be written.
    ///
    /// - Throws: `CommandFailure` with exit code 73.
    func requireWritable() throws {
        for name in [Self.page, Self.bom, Self.card, ReleaseReport.entryFile(0)] {
            try OutputWriter.requireWritable("\(folder)/\(name)")
        }
    }

    /// Writes everything; the page, which links to the others, comes last.
    ///
    /// Receipts of an earlier report that this one does not have are removed, so that nobody takes them for
    /// evidence of it.
    ///
    /// - Throws: `CommandFailure`.
    func write(_ report: ReleaseReport, _ files: [EntryFiles]) throws -> Written {
        let page = Data(ReleasePage.render(report).utf8)
        let bom = try ReleaseBOM.render(report)
        let card = Data(ModelCard.render(report).utf8)
        for file in files {
            let index = file.item.entry.index
            try OutputWriter.write(file.bytes, to: "\(folder)/\(ReleaseReport.entryFile(index))")
            try OutputWriter.write(file.receipt, to: "\(folder)/\(ReleaseReport.receiptFile(index))")
        }
        try removeOtherReceipts(than: files.map(\.item.entry.index))
        try OutputWriter.write(bom, to: "\(folder)/\(Self.bom)")
        try OutputWriter.write(card, to: "\(folder)/\(Self.card)")
        try OutputWriter.write(page, to: "\(folder)/\(Self.page)")
        return Written(
            verdict: report.decision?.verdict.rawValue,
            page: "\(folder)/\(Self.page)",
            billOfMaterials: "\(folder)/\(Self.bom)",
            modelCard: "\(folder)/\(Self.card)",
            receipts: files.count
        )
    }

    /// Removes files that are called as a report calls entries and receipts, and nothing else.
    private func removeOtherReceipts(than indices: [UInt64]) throws {
        let written = Set(indices.flatMap { [ReleaseReport.entryFile($0), ReleaseReport.receiptFile($0)] })
        let receipts = ReleaseReport.receiptFolder
        let names = try? FileManager.default.contentsOfDirectory(atPath: "\(folder)/\(receipts)")
        for path in (names ?? []).map({ "\(receipts)/\($0)" }) where !written.contains(path) {
            let name = path.dropFirst(receipts.count + 1)
            guard let index = name.split(separator: ".").first.flatMap({ UInt64($0) }),
                [ReleaseReport.entryFile(index), ReleaseReport.receiptFile(index)].contains(path)
            else { continue }
            guard unlink("\(folder)/\(path)") == 0 else {
                throw CommandFailure(.cannotWrite, "\(folder)/\(path): cannot be removed")
            }
        }
    }
}
