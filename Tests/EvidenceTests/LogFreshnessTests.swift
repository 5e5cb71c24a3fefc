import BulwarkEvidence
import BulwarkProvenance
import Foundation
import Testing

/// That a log is the newest one, as far as witnesses have seen it.
struct LogFreshnessTests {
    private static let start: UInt64 = 1_800_000_000

    /// A log whose checkpoint two witnesses have signed, each at some moments.
    private static func checkpoint(_ times: [[UInt64]]) throws -> (VerifiedCheckpoint, [NoteVerifierKey]) {
        let log = try TestLog(entries: 3)
        let keys = try [
            TestSigner("one.example", 9, .cosignature), TestSigner("two.example", 8, .cosignature),
        ]
        let appender = try log.open()
        for (key, times) in zip(keys, times) {
            let witness = try Witness(signer: key, key: key.key, logs: [log.origin: [log.signer.key]])
            var memory: Witness.Memory?
            for time in times {
                let reader = try LogReader(log.path, trust: log.trust)
                let request = try reader.addCheckpointRequest(from: memory == nil ? 0 : 3)
                let answered = try witness.answer(request, after: memory, time: time)
                memory = answered.memory
                guard case .cosigned(let lines) = answered.answer else { throw CocoaError(.fileReadUnknown) }
                try appender.add(lines, of: [key.key])
            }
        }
        appender.close()
        let trust = CheckpointTrust(
            origin: log.origin,
            logKeys: [log.signer.key],
            witnesses: keys.map(\.key),
            requiredWitnesses: 2
        )
        return (try LogReader(log.path, trust: trust).checkpoint, keys.map(\.key))
    }

    private static func policy(_ settings: String) throws -> Policy {
        let text = GateBench.policy.replacing(
            "publicKey: log.pub.pem",
            with: "publicKey: log.pub.pem\(settings)"
        )
        return try Policy(yaml: Data(text.utf8))
    }

    private static func moment(_ seconds: UInt64) -> Timestamp {
        Timestamp(secondsSince1970: Int64(start + seconds))
    }

    @Test func everyWitnessHasToHaveSignedLately() throws {
        let (checkpoint, _) = try Self.checkpoint([[Self.start], [Self.start - 3600, Self.start + 7200]])
        let log = try Self.policy(", witnesses: [a, b], maximumAgeHours: 2").log
        #expect(log.fault(of: checkpoint, now: Self.moment(7200)) == nil)
        let old = try #require(log.fault(of: checkpoint, now: Self.moment(7201)))
        #expect(old.contains("2 hours ago"))
        // The newest word of a witness counts.
        #expect(log.fault(of: checkpoint, now: Self.moment(6900)) == nil)
        #expect(log.fault(of: checkpoint, now: Timestamp(secondsSince1970: 0)) != nil)
        let patient = try Self.policy(", witnesses: [a, b]").log
        #expect(patient.fault(of: checkpoint, now: Self.moment(99_999_999)) == nil)
    }

    /// Otherwise a log that is witnessed every hour would at some time take no signature any more.
    @Test func aWitnessThatSignsAgainHasOneLine() throws {
        let times = (0..<100).map { Self.start + UInt64($0) }
        let (checkpoint, _) = try Self.checkpoint([times, [Self.start]])
        #expect(checkpoint.note.signatures.count == 3)
        #expect(checkpoint.cosignatures.map(\.time) == [Self.start + 99, Self.start])
    }

    @Test func anAgeWithoutWitnessesIsAMistake() throws {
        let error = try #require(throws: PolicyError.self) { try Self.policy(", maximumAgeHours: 2") }
        #expect(error.description.contains("there are none"))
        for age in ["0", "-1", "nan", "1e9", "soon"] {
            #expect(throws: PolicyError.self, "\(age)") {
                try Self.policy(", witnesses: [a], maximumAgeHours: \(age)")
            }
        }
    }
}
