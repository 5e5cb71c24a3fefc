import BulwarkEvidence
import BulwarkProvenance
import Foundation
import Testing

/// What time and repetition do to evidence.
struct GateHistoryTests {
    private func outcome(_ rule: String, _ decision: GateDecision) throws -> GateOutcome {
        try #require(decision.results.first { $0.rule.name == rule }).outcome
    }

    private static func moment(_ seconds: Int64) -> Timestamp {
        Timestamp(secondsSince1970: GateBench.now.secondsSince1970 + seconds)
    }

    private func revocation(
        from moment: Timestamp,
        replacement: ContentReference? = nil
    ) -> RevocationPredicate {
        RevocationPredicate(target: .claim, reason: "wrong", from: moment, replacement: replacement)
    }

    /// Whoever may append, and no more, must not bring back what was said before.
    @Test func anOldWordThatIsRepeatedIsNotTheNewest() throws {
        var bench = try GateBench()
        let approval = try bench.entry(.securityApproval)
        bench.replace(.securityApproval, with: approval)
        bench.append(try bench.approval("security", .rejected, age: 1, by: bench.guardian))
        bench.append(approval)
        let decision = try bench.decision()
        #expect(try outcome("approval", decision) == .fail)
        #expect(decision.evidence.refused.map(\.reason).contains { $0.hasPrefix("it repeats entry") })
        // A new approval, later, is another word.
        bench.append(try bench.approval("security", age: 0, by: bench.guardian))
        #expect(try outcome("approval", bench.decision()) == .pass)
    }

    @Test func aRevocationOutlivesTheKeyThatStatedIt() throws {
        var bench = try GateBench()
        let scan = try #require(bench.entries.first { $0.piece == .scan })
        let digest = try Envelope(json: scan.entry).payloadDigest
        bench.append(try bench.claim(revocation(from: GateBench.now), about: digest, by: bench.guardian))
        let ended = try bench.trust(guardUntil: GateBench.now)
        #expect(try outcome("scan", bench.decision()) == .fail)
        #expect(try outcome("scan", bench.decision(trusting: ended)) == .fail)
    }

    @Test func whatSpeaksAgainstAModelOutlivesItsKey() throws {
        func ended(_ bench: GateBench) throws -> TrustRoot { try bench.trust(pipelineUntil: GateBench.now) }
        var scanned = try GateBench()
        scanned.append(try scanned.scan(.dangerous))
        let scan = try scanned.decision(trusting: ended(scanned))
        #expect(try #require(scan.results.first { $0.rule.name == "scan" }).finding.isMissing == false)
        var broken = try GateBench()
        broken.append(try broken.assessment(robust: (0.2, 0.1, 0.3)))
        let found = try broken.decision(trusting: ended(broken)).results.first {
            $0.rule.name == "robust-accuracy"
        }
        #expect(try #require(found).finding.isMissing == false)
        // What speaks for it does not.
        let silent = try GateBench()
        let missing = try silent.decision(trusting: ended(silent)).results
            .first { $0.rule.name == "robust-accuracy" }
        #expect(try #require(missing).finding.isMissing)

        var rejected = try GateBench()
        rejected.append(try rejected.approval("security", .rejected, by: rejected.guardian))
        let left = try rejected.trust(guardUntil: GateBench.now)
        let word = try rejected.decision(trusting: left).results.first { $0.rule.name == "approval" }
        #expect(try #require(word).finding.reason.contains("rejects"))
    }

    /// A clock that was set back brings nothing back.
    @Test func aClockBehindTheEvidenceDecidesNothing() throws {
        let bench = try GateBench()
        #expect(try bench.decision().verdict == .pass)
        let decision = try bench.decision(at: Self.moment(-2 * 86_400))
        #expect(decision.verdict == .fail)
        #expect(decision.results.first?.finding.reason.contains("one of the two clocks is wrong") ?? false)
        #expect(decision.results.allSatisfy { $0.waiver == nil })

        var revoked = bench
        let digest = try Envelope(json: #require(bench.entries.first { $0.piece == .scan }).entry)
            .payloadDigest
        revoked.append(
            try revoked.claim(revocation(from: Self.moment(600)), about: digest, by: revoked.guardian)
        )
        #expect(try outcome("scan", revoked.decision()) == .fail)
        // What takes the place of something is in force from its moment on.
        var replaced = bench
        let later = revocation(from: Self.moment(600), replacement: GateBench.file("other"))
        replaced.append(try replaced.claim(later, about: digest, by: replaced.guardian))
        #expect(try outcome("scan", replaced.decision()) == .pass)
        #expect(try outcome("scan", replaced.decision(at: Self.moment(600))) == .fail)
    }

    @Test func aRejectionCountsOfWhateverMomentItIs() throws {
        var bench = try GateBench()
        bench.append(try bench.approval("security", .rejected, age: -1, by: bench.guardian))
        #expect(try outcome("approval", bench.decision()) == .fail)
    }

    /// A model is as dangerous as any of its files.
    @Test func aScanOfOneFileSpeaksAgainstTheWhole() throws {
        var bench = try GateBench(weights: ["a.bin"])
        let weights = [GateBench.file("a.bin")]
        #expect(try outcome("scan", bench.decision(weights: weights)) == .pass)
        let one = try Claim(
            about: [Subject(name: "a.bin", sha256: weights[0].sha256)],
            ScanPredicate(
                verdict: .suspicious,
                rules: "1",
                fileCount: 1,
                findings: [.init(path: "a.bin", rule: "r", verdict: .suspicious)],
                report: nil,
                finished: GateBench.now
            )
        ).signed(by: [bench.pipeline]).json
        bench.append(one)
        #expect(try outcome("scan", bench.decision(weights: weights)) == .fail)
    }
}
