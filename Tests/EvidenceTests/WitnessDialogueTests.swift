import BulwarkEvidence
import Foundation
import Testing

struct WitnessDialogueTests {
    private let log: TestLog
    private let key: TestSigner
    private let folder: WitnessFolder

    init() throws {
        log = try TestLog(entries: 9)
        key = try TestSigner("witness.example", 9, .cosignature)
        let path = log.path + "/witness"
        let witness = try Witness(signer: key, key: key.key, logs: [log.origin: [log.signer.key]])
        folder = try WitnessFolder(path, witness: witness)
    }

    private func answer(_ body: Data, time: UInt64 = 1000) throws -> WitnessDialogue.Answer {
        let answer = try folder.answer(body, time: time)
        return .init(status: answer.status, contentType: answer.contentType, body: answer.body)
    }

    private func ask(_ send: (Data) throws -> WitnessDialogue.Answer) throws -> [NoteSignature] {
        let reader = try LogReader(log.path, trust: log.trust)
        return try WitnessDialogue(with: key.key).signatures(of: reader, sending: send)
    }

    @Test func aWitnessThatKnowsAnotherSizeIsAskedOnceMore() throws {
        let first = try LogReader(log.path, trust: log.trust)
        _ = try folder.answer(first.addCheckpointRequest(from: 0).data, time: 1000)
        let appender = try log.open()
        try appender.append([Data("more".utf8)])
        appender.close()
        var asked = 0
        let lines = try ask { body in
            asked += 1
            return try answer(body)
        }
        #expect(asked == 2)
        try log.open().add(lines, of: [key.key])
        #expect(log.verify().findings.isEmpty)
    }

    @Test(arguments: [
        (400, WitnessRefusal.status(400)), (403, .keyNotKnown), (404, .logNotKnown), (422, .proofRefused),
        (500, .status(500)), (301, .status(301)), (204, .status(204)),
    ])
    func whatIsRefusedIsNamed(status: Int, refusal: WitnessRefusal) throws {
        let answer = WitnessDialogue.Answer(status: status, contentType: nil, body: Data())
        #expect(throws: refusal) { try ask { _ in answer } }
    }

    @Test(arguments: ["", "x", "-1", "01", "9 ", "9\n\n", String(repeating: "9", count: 30)])
    func aSizeThatIsNoneIsRefused(text: String) throws {
        let answer = WitnessDialogue.Answer(
            status: 409,
            contentType: "text/x.tlog.size",
            body: Data(text.utf8)
        )
        #expect(throws: WitnessRefusal.notAnAnswer("states a size that is none")) { try ask { _ in answer } }
    }

    @Test func aConflictThatDoesNotEndIsRefused() throws {
        func conflict(_ size: Int, _ type: String? = "text/x.tlog.size") -> WitnessDialogue.Answer {
            .init(status: 409, contentType: type, body: Data("\(size)\n".utf8))
        }
        #expect(throws: WitnessRefusal.otherTree(size: 5)) { try ask { _ in conflict(5) } }
        #expect(throws: WitnessRefusal.otherTree(size: 0)) { try ask { _ in conflict(0) } }
        #expect(throws: WitnessRefusal.ahead(size: 10, log: 9)) { try ask { _ in conflict(10) } }
        #expect(throws: WitnessRefusal.notAnAnswer("states no size in status 409")) {
            try ask { _ in conflict(5, "text/plain") }
        }
    }

    @Test func whatTheWitnessDidNotSignIsRefused() throws {
        func refused(_ body: Data) {
            let answer = WitnessDialogue.Answer(status: 200, contentType: nil, body: body)
            #expect("\(body.count) bytes") {
                try ask { _ in answer }
            } throws: { error in
                switch error as? WitnessRefusal {
                case .notSigned, .notAnAnswer: true
                default: false
                }
            }
        }
        refused(Data())
        refused(Data("garbage\n".utf8))
        refused(Data(count: WitnessDialogue.maximumAnswerBytes + 1))
        let reader = try LogReader(log.path, trust: log.trust)
        let good = try folder.answer(reader.addCheckpointRequest(from: 0).data, time: 1000).body
        var forged = Array(good)
        forged[forged.count - 9] ^= 1
        refused(Data(forged))
        // A signature by somebody else, under a name of their own.
        refused(Data(reader.checkpoint.note.signatures.map(\.line).joined().utf8))
        // The signature of an older checkpoint.
        let appender = try log.open()
        try appender.append([Data("more".utf8)])
        appender.close()
        refused(good)
    }
}
