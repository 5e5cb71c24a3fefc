import BulwarkEvidence
import Foundation
import Testing

struct WitnessTests {
    @Test func aWitnessSignsOnlyWhatGrewOutOfWhatItSigned() throws {
        let log = try TestLog(entries: 5)
        let key = try TestSigner("witness.example", 9, .cosignature)
        let witness = try Witness(signer: key, key: key.key, logs: [log.origin: [log.signer.key]])
        let path = log.path + "-witness"
        defer { try? FileManager.default.removeItem(atPath: path) }
        let folder = try WitnessFolder(path, witness: witness)
        #expect(throws: WitnessError.folder(.locked(path))) { try WitnessFolder(path, witness: witness) }

        let first = try LogReader(log.path, trust: log.trust).addCheckpointRequest(from: 0).data
        guard case .cosigned(let lines) = try folder.answer(first, time: 1000) else {
            Issue.record("the first checkpoint was not signed")
            return
        }
        let appender = try log.open()
        try appender.add(lines, of: [key.key])
        let strict = CheckpointTrust(
            origin: log.origin,
            logKeys: [log.signer.key],
            witnesses: [key.key],
            requiredWitnesses: 1
        )
        #expect(try strict.verify(Data(try log.bytes("checkpoint"))).cosignatures.map(\.time) == [1000])
        #expect(log.verify().findings.isEmpty)

        try appender.append([Data("more".utf8)])
        let stale = try folder.answer(first, time: 2000)
        #expect(stale == .conflict(size: 5))
        #expect(stale.status == 409)
        #expect(stale.body == Data("5\n".utf8))
        let next = try LogReader(log.path, trust: log.trust).addCheckpointRequest(from: 5)
        #expect(throws: WitnessError.clockSetBack(now: 1, last: 1000)) {
            try folder.answer(next.data, time: 1)
        }
        let cut = AddCheckpointRequest(oldSize: 5, proof: ConsistencyProof(hashes: []), note: next.note)
        #expect(try folder.answer(cut.data, time: 2000).status == 422)
        let above = AddCheckpointRequest(oldSize: 9, proof: next.proof, note: next.note)
        #expect(try folder.answer(above.data, time: 2000).status == 400)
        let stranger = try SignedNote(signing: next.note.text, by: [TestSigner("example.com/log", 1)])
        let forged = AddCheckpointRequest(oldSize: 5, proof: next.proof, note: stranger)
        #expect(try folder.answer(forged.data, time: 2000).status == 403)
        let unknown = Checkpoint(origin: try LogOrigin("x"), size: 0, root: .empty)
        let unknownNote = try SignedNote(signing: unknown.text, by: [log.signer])
        let foreign = AddCheckpointRequest(oldSize: 0, proof: ConsistencyProof(hashes: []), note: unknownNote)
        #expect(try folder.answer(foreign.data, time: 2000).status == 404)
        #expect(try folder.answer(next.data, time: 2000).status == 200)
        let fork = Checkpoint(origin: log.origin, size: 6, root: .leaf(Data()))
        let forkNote = try SignedNote(signing: fork.text, by: [log.signer])
        let forked = AddCheckpointRequest(oldSize: 6, proof: ConsistencyProof(hashes: []), note: forkNote)
        #expect(try folder.answer(forked.data, time: 2000).status == 409)
    }
}
