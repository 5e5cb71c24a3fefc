import BulwarkEvidence
import BulwarkProvenance
import Foundation
import Testing

/// Which entries tell of a model, and where it comes from.
struct ReleaseEntriesTests {
    private let key = PrivateKey(.ed25519)
    private let now = Timestamp(secondsSince1970: 1_800_000_000)

    private func digest(_ name: String) -> ContentDigest { ContentDigest(of: Data(name.utf8)) }

    private func file(_ name: String) -> ContentReference {
        ContentReference(name: name, sha256: digest(name))
    }

    private func claim(_ predicate: some ClaimPredicate, about name: String) throws -> Data {
        try Claim(about: [Subject(name: name, sha256: digest(name))], predicate).signed(by: [key]).json
    }

    private var environment: ClaimedEnvironment {
        ClaimedEnvironment(
            program: "",
            toolchain: "",
            packages: [:],
            operatingSystem: "",
            processor: "",
            cores: 1
        )
    }

    private func training(of name: String, on inputs: [String]) throws -> Data {
        let isolation = ClaimedIsolation(isIsolated: false, mechanism: "", deniedAttempts: 0)
        return try claim(
            TrainingPredicate(
                inputs: inputs.map(file),
                parameters: [:],
                seed: 0,
                environment: environment,
                isolation: isolation,
                started: now,
                finished: now
            ),
            about: name
        )
    }

    private func hardening(of name: String, from original: String, with data: String) throws -> Data {
        try claim(
            HardeningPredicate(
                original: file(original),
                data: [file(data)],
                methods: ["m"],
                parameters: [:],
                environment: environment,
                isolation: ClaimedIsolation(isIsolated: true, mechanism: "x", deniedAttempts: 0),
                started: now,
                finished: now
            ),
            about: name
        )
    }

    private func incident(with name: String) throws -> Data {
        try claim(
            IncidentPredicate(
                identifier: "1",
                severity: .low,
                kind: .safety,
                summary: "",
                evidence: [],
                detected: now,
                resolved: nil
            ),
            about: name
        )
    }

    private func dataset(
        _ name: String,
        file: String,
        parents: [ContentReference]
    ) throws -> (Data, ContentReference) {
        let text = """
            {"schema":"bulwark.data-manifest/1","name":"\(name)","source":"s","collector":"c","licence":"l",
             "collected":"2026-01-01T00:00:00Z","transformations":[],
             "parents":[\(parents.map { "{\"name\":\"\($0.name)\",\"sha256\":\"\($0.sha256)\"}" }.joined(separator: ","))],
             "files":[{"path":"f","byteCount":1,"crc32c":"00000000","sha256":"\(digest(file))"}]}
            """
        let manifest = try JSONDecoder().decode(DataManifest.self, from: Data(text.utf8))
        let reference = try manifest.reference()
        let subject = Subject(name: name, sha256: reference.sha256)
        let entry = try Claim(about: [subject], DatasetPredicate(manifest: manifest)).signed(by: [key]).json
        return (entry, reference)
    }

    private func evidence(_ entries: [Data], about name: String = "model") throws -> ReleaseEvidence {
        let types: [ClaimType] = [.training, .hardening, .dataset, .incident]
        let root = try TrustRoot(
            json: TrustRoot.json(
                keys: [("ci", key.publicKey, Timestamp(secondsSince1970: 0), nil, nil)],
                rules: types.map { ($0, ["ci"], 1) }
            )
        )
        return ReleaseEvidence(about: digest(name), entries: entries, trusting: root, now: now)
    }

    @Test func everythingOfACompleteReleaseIsListed() throws {
        let bench = try GateBench()
        let entries = try bench.decision().evidence.entries()
        #expect(entries.map(\.index) == Array(0..<UInt64(GateBench.Piece.allCases.count)))
        #expect(entries[0].claimType == .modelSignature && entries[0].signers == ["owner"])
        #expect(entries[0].moment == nil && entries[5].moment != nil)
    }

    @Test func whatIsAboutAnotherModelIsLeftOutUnlessARuleRestsOnIt() throws {
        var bench = try GateBench()
        let index = UInt64(bench.entries.count)
        bench.append(try bench.assessment(about: digest("another")))
        let evidence = try bench.decision().evidence
        #expect(!evidence.entries().contains { $0.index == index })
        #expect(evidence.entries(and: [index]).contains { $0.index == index })
    }

    /// Who swaps the file of the weights has another model, whatever the graph is.
    @Test func whatLeavesOutAFileOfTheWeightsIsNotListed() throws {
        let weights = [GateBench.file("weights.bin")]
        let whole = try GateBench(weights: ["weights.bin"]).decision(weights: weights).evidence.entries()
        #expect(whole.count == GateBench.Piece.allCases.count)
        var bench = try GateBench()
        #expect(try bench.decision(weights: weights).evidence.entries().isEmpty)
        let index = UInt64(bench.entries.count)
        bench.append(try bench.approval("security", .rejected, about: weights[0].sha256, by: bench.guardian))
        bench.append(try bench.approval("security", about: weights[0].sha256, by: bench.guardian))
        let against = try bench.decision(weights: weights).evidence.entries()
        #expect(against.map(\.index) == [index] && against.allSatisfy { !$0.isLapsed })
    }

    @Test func aRejectionOutlivesItsKeyAndSaysSo() throws {
        var bench = try GateBench()
        let index = UInt64(bench.entries.count)
        bench.append(try bench.approval("security", .rejected, by: bench.guardian))
        let ended = Timestamp(secondsSince1970: GateBench.now.secondsSince1970 - 3_600)
        let trust = try bench.trust(guardUntil: ended)
        let entries = try bench.decision(trusting: trust).evidence.entries()
        #expect(entries.filter(\.isLapsed).map(\.index) == [index])
        // The approval by the same key is not believed any more.
        #expect(entries.count { $0.claimType == .approval } == 2)
    }

    @Test func lineageGoesBackThroughHardeningTrainingAndManifests() throws {
        let (raw, reference) = try dataset("raw", file: "raw.csv", parents: [])
        let (clean, _) = try dataset("clean", file: "clean.csv", parents: [reference])
        let (foreign, _) = try dataset("foreign", file: "other.csv", parents: [])
        let evidence = try evidence([
            raw, clean, foreign, training(of: "base", on: ["clean.csv"]),
            training(of: "other", on: ["other.csv"]),
            hardening(of: "model", from: "base", with: "extra.csv"), incident(with: "model"),
            incident(with: "other"),
        ])
        let entries = evidence.entries()
        #expect(entries.map(\.index) == [0, 1, 3, 5, 6])
        let lineage = ModelLineage(of: evidence.model, in: entries)
        #expect(lineage.runs.map(\.entry.index) == [3, 5])
        #expect(lineage.runs.map(\.output.name) == ["base", "model"])
        #expect(lineage.runs[0].inputs.map(\.manifest) == [1])
        #expect(lineage.runs[1].inputs.map(\.manifest) == [nil])
        #expect(lineage.runs[1].inputs.map(\.reference.name) == ["extra.csv"])
        #expect(lineage.runs.map(\.original?.reference.name) == [nil, "base"])
    }

    @Test func claimsThatNameEachOtherEnd() throws {
        let evidence = try evidence([
            hardening(of: "model", from: "base", with: "x"), hardening(of: "base", from: "model", with: "y"),
            training(of: "model", on: ["model"]),
        ])
        let entries = evidence.entries()
        #expect(entries.count == 3)
        #expect(ModelLineage(of: evidence.model, in: entries).runs.count == 1)
    }

    @Test func withoutClaimsThereIsNoLineage() throws {
        let evidence = try evidence([Data("no statement".utf8)])
        #expect(evidence.entries().isEmpty && evidence.refused.count == 1)
        #expect(ModelLineage(of: evidence.model, in: []).runs.isEmpty)
    }
}
