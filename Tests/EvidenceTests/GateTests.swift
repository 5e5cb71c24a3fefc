import BulwarkEvidence
import BulwarkProvenance
import Foundation
import Testing

struct GateTests {
    private func outcome(_ rule: String, _ decision: GateDecision) throws -> GateOutcome {
        try #require(decision.results.first { $0.rule.name == rule }).outcome
    }

    @Test func aModelOfWhichEverythingIsShownPasses() throws {
        let decision = try GateBench().decision()
        #expect(decision.verdict == .pass, "\(decision.results.map(\.finding))")
        #expect(decision.evidence.refused.isEmpty)
        #expect(decision.results.count == 9)
        #expect(decision.results.allSatisfy { !$0.finding.entries.isEmpty })
    }

    @Test(arguments: GateBench.Piece.allCases)
    func withoutAPieceOfEvidenceTheGateIsShut(piece: GateBench.Piece) throws {
        var bench = try GateBench()
        bench.replace(piece, with: nil)
        #expect(try bench.decision().verdict != .pass)
    }

    @Test(arguments: GateBench.Piece.allCases)
    func aPieceThatWasChangedIsNotBelieved(piece: GateBench.Piece) throws {
        var bench = try GateBench()
        let entry = try bench.entry(piece)
        var envelope = try #require(JSONSerialization.jsonObject(with: entry) as? [String: Any])
        let text = try #require(envelope["payload"] as? String)
        var payload = try #require(Data(base64Encoded: text))
        // A digit of a digest: the statement is as well formed as before.
        let place = try #require(payload.firstRange(of: Data("\"sha256\":\"".utf8))?.upperBound)
        payload[place] = payload[place] == UInt8(ascii: "0") ? UInt8(ascii: "1") : UInt8(ascii: "0")
        envelope["payload"] = payload.base64EncodedString()
        bench.replace(piece, with: try JSONSerialization.data(withJSONObject: envelope))
        let decision = try bench.decision()
        #expect(decision.evidence.refused.count == 1)
        #expect(decision.verdict != .pass)
    }

    /// Weights in files of their own decide what a model answers, and so does which file is which.
    @Test func evidenceIsAboutAllFilesOfAModel() throws {
        let (first, second) = (GateBench.file("a.bin"), GateBench.file("b.bin"))
        let whole = try GateBench(weights: ["a.bin", "b.bin"])
        #expect(try whole.decision(weights: [first, second]).verdict == .pass)
        let swapped = [
            ContentReference(name: first.name, sha256: second.sha256),
            ContentReference(name: second.name, sha256: first.sha256),
        ]
        let changed = [first, ContentReference(name: "b.bin", sha256: first.sha256)]
        for (bench, weights) in [(whole, swapped), (whole, changed), (try GateBench(), [first])] {
            let decision = try bench.decision(weights: weights)
            #expect(decision.verdict == .fail)
            for rule in ["model-signature", "robust-accuracy", "sanity-checks", "approval"] {
                #expect(try outcome(rule, decision) == .fail, "\(rule)")
            }
            let scanned = try outcome("scan", decision)
            // A scan is about bytes, whatever they are called.
            #expect(scanned == (bench.weights.isEmpty ? .fail : .pass))
        }
    }

    /// What a model was made of counts as much as what was done to it last.
    @Test func theDataOfTheModelBeforeHaveToBeSignedToo() throws {
        let before = ContentDigest(of: Data("before".utf8))
        func decision(trainedOn data: String, original: ContentDigest) throws -> GateDecision {
            var bench = try GateBench()
            bench.replace(.training, with: nil)
            bench.append(try bench.training(on: data, about: before))
            bench.append(try bench.hardening(of: original, with: "train.npz"))
            return try bench.decision()
        }
        let known = try decision(trainedOn: "train.npz", original: before)
        #expect(known.verdict == .pass)
        let unknown = try decision(trainedOn: "found.npz", original: before)
        #expect(try outcome("dataset-signature", unknown) == .fail)
        // A model that was made of itself: the search ends, and nothing says how it was trained.
        let circular = try decision(trainedOn: "found.npz", original: GateBench.model)
        #expect(try outcome("dataset-signature", circular) == .fail)
    }

    @Test(arguments: [
        (GateBench.Piece.assessment, "robust-accuracy"), (.scan, "scan"), (.securityApproval, "approval"),
    ])
    func whatIsAboutAnotherModelDoesNotCount(piece: GateBench.Piece, rule: String) throws {
        var bench = try GateBench()
        let other = ContentDigest(of: Data("another".utf8))
        let entry =
            switch piece {
            case .assessment: try bench.assessment(about: other)
            case .scan: try bench.scan(about: other)
            default: try bench.approval("security", about: other, by: bench.guardian)
            }
        bench.replace(piece, with: entry)
        #expect(try outcome(rule, bench.decision()) == .fail)
    }

    @Test func numbersDecideByTheirIntervals() throws {
        func robust(_ value: Double, _ lower: Double, _ upper: Double) throws -> GateOutcome {
            var bench = try GateBench()
            bench.replace(.assessment, with: try bench.assessment(robust: (value, lower, upper)))
            return try outcome("robust-accuracy", bench.decision())
        }
        #expect(try robust(0.6, 0.5, 0.7) == .pass)
        #expect(try robust(0.6, 0.49, 0.7) == .inconclusive)
        #expect(try robust(0.4, 0.3, 0.5) == .inconclusive)
        #expect(try robust(0.4, 0.3, 0.49) == .fail)
    }

    @Test func anotherAttackerIsAnotherQuestion() throws {
        func robust(_ change: (GateBench) throws -> Data) throws -> GateOutcome {
            var bench = try GateBench()
            bench.replace(.assessment, with: try change(bench))
            return try outcome("robust-accuracy", bench.decision())
        }
        #expect(try robust { try $0.assessment(radius: 0.05) } == .fail)
        #expect(try robust { try $0.assessment(radius: 0.2) } == .pass)
        #expect(try robust { try $0.assessment(norm: "l2") } == .fail)
        #expect(try robust { try $0.assessment(knowledge: "black-box") } == .fail)
        #expect(try robust { try $0.assessment(age: 31) } == .fail)
        #expect(try robust { try $0.assessment(age: -2) } == .fail)
    }

    /// Whoever assesses a model until one run turns out well has not shown anything.
    @Test func theWorstOfSeveralAssessmentsCounts() throws {
        var bench = try GateBench()
        bench.append(try bench.assessment(robust: (0.2, 0.1, 0.3)))
        bench.append(try bench.assessment(robust: (0.9, 0.8, 0.95)))
        #expect(try outcome("robust-accuracy", bench.decision()) == .fail)
        var other = try GateBench()
        other.append(try other.scan(.dangerous, age: 9))
        other.append(try other.scan())
        #expect(try outcome("scan", other.decision()) == .fail)
    }

    @Test func checksScoresAndAccuracyHaveTheirRules() throws {
        func result(_ rule: String, _ change: (GateBench) throws -> Data) throws -> GateOutcome {
            var bench = try GateBench()
            bench.replace(.assessment, with: try change(bench))
            return try outcome(rule, bench.decision())
        }
        #expect(try result("sanity-checks") { try $0.assessment(check: "fail") } == .fail)
        #expect(try result("sanity-checks") { try $0.assessment(check: "warn") } == .inconclusive)
        #expect(try result("sanity-checks") { try $0.assessment(check: "skipped") } == .pass)
        #expect(try result("vulnerability-score") { try $0.assessment(score: (5.5, 5.1, 6)) } == .fail)
        #expect(try result("vulnerability-score") { try $0.assessment(score: (4, 3, 6)) } == .inconclusive)
        #expect(try result("vulnerability-score") { try $0.assessment(score: nil) } == .fail)
        #expect(try result("accuracy") { try $0.assessment(clean: 0.91) } == .inconclusive)
        #expect(try result("accuracy") { try $0.assessment(clean: 0.93) } == .pass)
    }

    @Test func safetyIsLookedAtOnTopOfSecurityOnly() throws {
        var bench = try GateBench()
        bench.replace(.scan, with: nil)
        let decision = try bench.decision()
        let accuracy = try #require(decision.results.first { $0.rule.name == "accuracy" })
        #expect(!accuracy.isEvaluated && accuracy.outcome == .inconclusive)
        #expect(decision.outcome(of: .security) == .fail && decision.verdict == .fail)
    }

    @Test func keysSpeakOnlyForThemselvesAndInTime() throws {
        let bench = try GateBench()
        let expired = try bench.trust(pipelineUntil: GateBench.now)
        #expect(try bench.decision(trusting: expired).verdict == .fail)
        let revoked = try bench.trust(ownerRevoked: GateBench.now)
        #expect(try bench.decision(trusting: revoked).verdict == .fail)

        var foreign = bench
        foreign.replace(.assessment, with: try foreign.assessment(by: foreign.stranger))
        #expect(try foreign.decision().verdict == .fail)
        // The owner is trusted, but not to assess.
        foreign.replace(.assessment, with: try foreign.assessment(by: foreign.owner))
        #expect(try foreign.decision().verdict == .fail)

        var alone = bench
        alone.replace(.securityApproval, with: try alone.approval("security", by: alone.owner))
        #expect(try outcome("approval", alone.decision()) == .fail)
        var rejected = bench
        rejected.append(try rejected.approval("security", .rejected, by: rejected.guardian))
        #expect(try outcome("approval", rejected.decision()) == .fail)
        var over = bench
        over.replace(
            .ownerApproval,
            with: try over.approval("owner", expires: GateBench.now, by: over.owner)
        )
        #expect(try outcome("approval", over.decision()) == .fail)
    }

    @Test func aWaiverCountsForItsRuleUntilItEnds() throws {
        let later = Timestamp(secondsSince1970: GateBench.now.secondsSince1970 + 60)
        func waived(
            _ rule: String,
            by name: KeyPath<GateBench, PrivateKey>,
            at time: Timestamp
        ) throws -> GateDecision {
            var bench = try GateBench()
            bench.replace(.scan, with: nil)
            bench.append(
                try bench.approval("owner", .waived, scope: rule, expires: later, by: bench[keyPath: name])
            )
            return try bench.decision(at: time)
        }
        let decision = try waived("scan", by: \.owner, at: GateBench.now)
        #expect(decision.verdict == .pass)
        let scan = try #require(decision.results.first { $0.rule.name == "scan" })
        #expect(scan.waiver != nil && scan.finding.outcome == .fail)
        #expect(try waived("scan", by: \.owner, at: later).verdict == .fail)
        #expect(try waived("accuracy", by: \.owner, at: GateBench.now).verdict == .fail)
        #expect(try waived("scan", by: \.guardian, at: GateBench.now).verdict == .fail)
    }

    @Test func whatWasRevokedIsNotBelieved() throws {
        var bench = try GateBench()
        let payload = try Envelope(json: bench.entry(.scan)).payloadDigest
        let revocation = RevocationPredicate(
            target: .claim,
            reason: "wrong",
            from: GateBench.now,
            replacement: nil
        )
        bench.append(try bench.claim(revocation, about: payload, by: bench.guardian))
        let decision = try bench.decision()
        #expect(try outcome("scan", decision) == .fail)
        // That something was revoked is told, so that nobody wonders where it is.
        #expect(decision.evidence.refused.count == 1)
        #expect(decision.evidence.refused[0].reason == "entry \(decision.evidence.logSize - 1) revokes it")
        var powerless = try GateBench()
        powerless.append(try powerless.claim(revocation, about: payload, by: powerless.owner))
        #expect(try outcome("scan", powerless.decision()) == .pass)
    }

    /// A misspelt name would wait for somebody who does not exist.
    @Test func aPolicyNamesKeysThatThereAre() throws {
        let bench = try GateBench()
        try Policy(yaml: Data(GateBench.policy.utf8)).requireKeys(of: bench.trust())
        for (name, other) in [("security: [guard]", "security: [gaurd]"), ("keys: [owner]", "keys: [ower]")] {
            let policy = try Policy(yaml: Data(GateBench.policy.replacing(name, with: other).utf8))
            let error = try #require(throws: PolicyError.self) { try policy.requireKeys(of: bench.trust()) }
            #expect(error.description.contains("has no key"))
            #expect(error.line == (name.hasPrefix("security") ? 12 : nil))
        }
    }

    /// What is said of others would bury what is said of this model.
    @Test func whatWasNotBelievedOfTheModelIsToldApart() throws {
        var bench = try GateBench()
        bench.append(try bench.assessment(by: bench.stranger))
        bench.append(
            try bench.assessment(about: ContentDigest(of: Data("another".utf8)), by: bench.stranger)
        )
        let evidence = try bench.decision().evidence
        #expect(evidence.refused.count == 2)
        #expect(evidence.refusedAboutModel == [evidence.refused[0]])
    }

    @Test func whatNobodyCanShowYetFails() throws {
        let rules = [
            "group-accuracy: {minimum: 0.5}", "calibration: {maximumError: 0.1}",
            "abstention: {maximumRisk: 0.1}",
        ]
        for rule in rules {
            let text = GateBench.policy.replacing("  accuracy: {minimum: 0.9}", with: "  " + rule)
            #expect(try GateBench().decision(text).verdict == .fail)
        }
    }

    @Test(arguments: [
        ("minimum: 0.5, radius", "minimum: 1.5, radius", "9:30"),
        ("  scan: {maximumAgeDays: 30}", "  scam: {}", "8:3"),
        ("waivers: {keys: [owner]}", "waivers: {keys: []}", "4:17"),
        ("radius: 0.1, maximumAgeDays: 30}", "radius: 0.1, days: 30}", "9:48"),
        ("radius: 0.1}\n  approval", "norm: l3, radius: 0.1}\n  approval", "11:25"),
        ("schema: bulwark.policy/1", "schema: bulwark.policy/2", "1:1"),
        ("  dataset-signature:", "  dataset-signature: &a", "7:"),
        ("scan: {", "scan: &a {", "8:"),
        ("safety:", "safety: [", ""), ("safety:", "security:", ""), ("safety:", "extra: 1\nsafety:", "13:1"),
    ])
    func aBrokenPolicyIsRefusedWithItsPlace(old: String, new: String, place: String) throws {
        let text = GateBench.policy.replacing(old, with: new, maxReplacements: 1)
        #expect(text != GateBench.policy)
        let error = try #require(throws: PolicyError.self) { try Policy(yaml: Data(text.utf8)) }
        #expect(error.description.hasPrefix(place), "\(error)")
    }
}
