import Dispatch
import Foundation
import Synchronization

extension FileTree {
    /// The digest of a file in the folder, or of the file itself where `path` is nil.
    ///
    /// - Throws: `FileTreeError` if it cannot be read or changed meanwhile.
    public func digest(
        of path: RelativePath?,
        reading: FileReading = .mapped
    ) throws(FileTreeError) -> ContentDigest {
        var running = RunningDigest()
        try openFile(path).read(reading) { running.update($0) }
        return running.digest()
    }

    /// The digests of files in the folder, several at once.
    ///
    /// - Parameters:
    ///   - paths: The files.
    ///   - threads: How many are read at once.
    ///   - reading: How their bytes are looked at.
    /// - Returns: A digest for each file, in the order of `paths`.
    /// - Throws: The error of the first file, in that order, that failed.
    public func digests(
        of paths: [RelativePath],
        threads: Int = ProcessInfo.processInfo.activeProcessorCount,
        reading: FileReading = .mapped
    ) throws(FileTreeError) -> [ContentDigest] {
        try each(paths, threads: threads) { path throws(FileTreeError) in
            try self.digest(of: path, reading: reading)
        }
    }

    /// What `body` makes of each file, several at once.
    ///
    /// - Returns: A result for each file, in the order of `paths`.
    /// - Throws: The error of the first file, in that order, that failed.
    func each<Value: Sendable>(
        _ paths: [RelativePath],
        threads: Int,
        _ body: @Sendable (RelativePath) throws(FileTreeError) -> Value
    ) throws(FileTreeError) -> [Value] {
        let state = Mutex((next: 0, results: [Int: Result<Value, FileTreeError>]()))
        DispatchQueue.concurrentPerform(iterations: max(1, min(threads, paths.count))) { _ in
            while let place = state.withLock({ state -> Int? in
                guard state.next < paths.count else { return nil }
                state.next += 1
                return state.next - 1
            }) {
                let result = Result { () throws(FileTreeError) in try body(paths[place]) }
                state.withLock { $0.results[place] = result }
            }
        }
        let results = state.withLock { $0.results }
        var values: [Value] = []
        for place in paths.indices {
            guard let result = results[place] else { preconditionFailure("every file was read") }
            values.append(try result.get())
        }
        return values
    }
}
