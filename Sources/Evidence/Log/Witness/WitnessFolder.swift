import Foundation
import Synchronization

/// A witness that remembers in a folder what it has signed: one file a log.
///
/// A signature is handed out only once the file is on the disk, and only one process at a time has the
/// folder.
public final class WitnessFolder: Sendable {
    private let witness: Witness
    private let folder: LogFolder
    private let lock: Mutex<FolderLock>

    /// Opens the folder, and creates it if there is none.
    ///
    /// - Throws: `WitnessError.folder`, also if another process has it.
    public init(_ path: String, witness: Witness) throws(WitnessError) {
        self.witness = witness
        folder = LogFolder(path)
        do {
            try DurableWriter(folder).createFolder()
            lock = Mutex(try FolderLock(path))
        } catch {
            throw .folder(error)
        }
    }

    /// Answers a request, and remembers what it has signed before that.
    ///
    /// - Parameters:
    ///   - body: The request.
    ///   - time: Now, in seconds since 1970.
    /// - Returns: The answer.
    /// - Throws: `WitnessError`.
    public func answer(_ body: Data, time: UInt64) throws(WitnessError) -> AddCheckpointAnswer {
        let request: AddCheckpointRequest
        let origin: LogOrigin
        do {
            request = try AddCheckpointRequest(body)
            origin = try Checkpoint(request.note.text).origin
        } catch {
            return .badRequest(error)
        }
        let result: Result<AddCheckpointAnswer, WitnessError> = lock.withLock { _ in
            do throws(WitnessError) {
                return .success(try answer(request, of: origin, time: time))
            } catch {
                return .failure(error)
            }
        }
        return try result.get()
    }

    private func answer(
        _ request: AddCheckpointRequest,
        of origin: LogOrigin,
        time: UInt64
    ) throws(WitnessError) -> AddCheckpointAnswer {
        let name = MerkleHash.leaf(Data(origin.description.utf8)).description
        let (answer, memory) = try witness.answer(request, after: memory(name, of: origin), time: time)
        guard let memory else { return answer }
        do {
            var writer = DurableWriter(folder)
            try writer.stage(Array(memory.note.data), as: name)
            try writer.finish()
        } catch {
            throw .folder(error)
        }
        return answer
    }

    private func memory(_ name: String, of origin: LogOrigin) throws(WitnessError) -> Witness.Memory? {
        let bytes: [UInt8]?
        do {
            bytes = try folder.read(name, maximumBytes: SignedNote.maximumBytes)
        } catch {
            throw .folder(error)
        }
        guard let bytes else { return nil }
        do throws(NoteError) {
            let memory = try Witness.Memory(note: SignedNote(Data(bytes)), key: witness.key)
            guard memory.checkpoint.origin == origin else {
                let found = memory.checkpoint.origin.description
                throw .wrongOrigin(found: found, expected: origin.description)
            }
            return memory
        } catch {
            throw .badMemory(error)
        }
    }
}
