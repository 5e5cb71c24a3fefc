import Dispatch
import Foundation

/// Appends for many at once: those who come while the disk is busy share the next checkpoint.
///
/// An entry costs several round trips to the disk, and a hundred entries cost no more.
public actor GroupCommit {
    /// The most bytes of entries that one checkpoint takes.
    private static let maximumBytes = 8 << 20

    private typealias Appended = Result<(index: UInt64, note: SignedNote), LogError>
    private typealias Waiting = (entry: Data, continuation: CheckedContinuation<Appended, Never>)

    private let appender: LogAppender
    /// Waiting for a disk blocks a thread; this one is for it.
    private let queue = DispatchQueue(label: "bulwark.log")
    private var waiting: [Waiting] = []
    private var isWriting = false

    /// Appends through this appender.
    public init(_ appender: LogAppender) { self.appender = appender }

    /// Appends an entry; when this returns, it is on the disk and in the checkpoint.
    ///
    /// - Returns: Its number, and a checkpoint that states it.
    /// - Throws: `LogError`.
    public func append(_ entry: Data) async throws(LogError) -> (index: UInt64, note: SignedNote) {
        // One that cannot be appended must not take others with it.
        try LogAppender.check(entry)
        let appended = await withCheckedContinuation { (continuation: CheckedContinuation<Appended, Never>) in
            waiting.append((entry, continuation))
            guard !isWriting else { return }
            isWriting = true
            Task { await writeAll() }
        }
        return try appended.get()
    }

    private func writeAll() async {
        while !waiting.isEmpty {
            let group = nextGroup()
            let appended = await write(group.map(\.entry))
            for (offset, member) in group.enumerated() {
                member.continuation.resume(
                    returning: appended.map { ($0.indices.lowerBound + UInt64(offset), $0.note) }
                )
            }
        }
        isWriting = false
    }

    private func nextGroup() -> [Waiting] {
        var (count, bytes) = (0, 0)
        for one in waiting.prefix(LogAppender.maximumEntries) {
            bytes += one.entry.count
            guard count == 0 || bytes <= Self.maximumBytes else { break }
            count += 1
        }
        defer { waiting.removeFirst(count) }
        return Array(waiting.prefix(count))
    }

    private func write(
        _ entries: [Data]
    ) async -> Result<(indices: Range<UInt64>, note: SignedNote), LogError> {
        let (appender, queue) = (appender, queue)
        return await withCheckedContinuation { continuation in
            queue.async {
                do throws(LogError) {
                    continuation.resume(returning: .success(try appender.append(entries)))
                } catch {
                    continuation.resume(returning: .failure(error))
                }
            }
        }
    }
}
