import BulwarkEvaluation
import Foundation

/// Progress as an isolated job tells it, of which nothing is believed but that it is small.
struct ToldProgress: Codable {
    private static let maximumCount = 1_000_000_000
    private static let maximumName = 64
    private var step: String
    private var done: Int
    private var total: Int

    /// What is told of progress.
    init(_ progress: RunProgress) {
        (step, done, total) = (progress.step, progress.done, progress.total)
    }

    /// What was told; nil if that makes no sense.
    init?(_ bytes: [UInt8]) {
        guard let told = try? JSONDecoder().decode(ToldProgress.self, from: Data(bytes)),
            (0...Self.maximumCount).contains(told.total), (0...told.total).contains(told.done),
            told.step.utf8.count <= Self.maximumName,
            told.step.utf8.allSatisfy({ (0x20..<0x7F).contains($0) })
        else { return nil }
        self = told
    }

    /// The bytes that tell it.
    var bytes: [UInt8] { (try? JSONEncoder().encode(self)).map(Array.init) ?? [] }

    /// The progress.
    var progress: RunProgress { RunProgress(step: step, done: done, total: total) }
}
