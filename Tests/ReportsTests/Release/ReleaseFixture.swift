import BulwarkEvidence
import BulwarkProvenance
import BulwarkReports
import Foundation

/// A release with a log of made-up claims, in which every text can be a hostile one.
struct ReleaseFixture {
    static let now = Timestamp(secondsSince1970: 1_800_000_000)
    static let model = ContentDigest(of: Data("model".utf8))

    static let policy = """
        schema: bulwark.policy/1
        trust: trust.json
        log: {origin: example.com/log, publicKey: log.pub.pem}
        waivers: {keys: [owner]}
        security:
          dataset-signature:
          scan: {maximumAgeDays: 30}
          robust-accuracy: {minimum: 0.5, radius: 0.1}
          isolated-training:
          approval: {roles: {security: [owner]}}
        safety:
          accuracy: {minimum: 0.9}
        improvement:
          drift: {maximumScore: 0.1}
        """

    /// What names, reasons and sources say.
    let text: String
    let key = PrivateKey(.ed25519)
    private(set) var entries: [Data] = []

    init(text: String = "plain", assessments: Int = 1, isComplete: Bool = true) throws {
        self.text = text
        guard isComplete else { return }
        try add(dataset("train"))
        try add(dataset("test"))
        try add(training, about: ContentDigest(of: Data("base".utf8)))
        try add(hardening)
        try add(scan)
        for number in 0..<assessments { try add(assessment(0.6 + 0.1 * Double(number))) }
        try add(approval(.approved, scope: text))
        try add(approval(.waived, scope: "isolated-training"))
    }

    private mutating func add(_ predicate: some ClaimPredicate, about digest: ContentDigest = model) throws {
        let subject = Subject(name: text, sha256: digest)
        entries.append(try Claim(about: [subject], predicate).signed(by: [key]).json)
    }

    private mutating func add(_ predicate: DatasetPredicate) throws {
        let reference = try predicate.manifest.reference()
        entries.append(try Claim(about: [Subject(reference)], predicate).signed(by: [key]).json)
    }

    private func reference(_ name: String) -> ContentReference {
        ContentReference(name: "\(name) \(text)", sha256: ContentDigest(of: Data(name.utf8)))
    }

    private func dataset(_ name: String) throws -> DatasetPredicate {
        let quoted = String(decoding: try JSONEncoder().encode("\(name) \(text)"), as: UTF8.self)
        let json = """
            {"schema":"bulwark.data-manifest/1","name":\(quoted),"source":\(quoted),"collector":\(quoted),
             "licence":\(name == "train" ? "\"CC-BY-4.0\"" : quoted),"collected":"2026-01-01T00:00:00Z",
             "parents":[],"transformations":[],"files":[{"path":"f","byteCount":1,"crc32c":"00000000",
             "sha256":"\(ContentDigest(of: Data(name.utf8)))"}]}
            """
        return DatasetPredicate(manifest: try JSONDecoder().decode(DataManifest.self, from: Data(json.utf8)))
    }

    private var environment: ClaimedEnvironment {
        ClaimedEnvironment(
            program: "bulwark 0.1.0",
            toolchain: text,
            packages: [text: text],
            operatingSystem: text,
            processor: text,
            cores: 2
        )
    }

    private var training: TrainingPredicate {
        TrainingPredicate(
            inputs: [reference("train")],
            parameters: ["architecture": "mlp", text: text],
            seed: 0,
            environment: environment,
            isolation: ClaimedIsolation(isIsolated: false, mechanism: "", deniedAttempts: 0),
            started: Self.now,
            finished: Self.now
        )
    }

    private var hardening: HardeningPredicate {
        HardeningPredicate(
            original: ContentReference(name: text, sha256: ContentDigest(of: Data("base".utf8))),
            data: [reference("train")],
            methods: [text],
            parameters: [:],
            environment: environment,
            isolation: ClaimedIsolation(isIsolated: true, mechanism: text, deniedAttempts: 3),
            started: Self.now,
            finished: Self.now
        )
    }

    private var scan: ScanPredicate {
        ScanPredicate(
            verdict: .nothingFound,
            rules: text,
            fileCount: 1,
            findings: [.init(path: text, rule: text, verdict: .nothingFound)],
            report: nil,
            finished: Self.now
        )
    }

    private func assessment(_ robust: Double) -> AssessmentPredicate {
        AssessmentPredicate(
            report: reference("report"),
            data: reference("test"),
            threat: .init(norm: "linf", radius: 0.1, knowledge: "white-box"),
            cleanAccuracy: ClaimedEstimate(value: 0.95, lower: 0.92, upper: 0.97, samples: 1_000),
            worstCaseRobustAccuracy: ClaimedEstimate(
                value: robust,
                lower: robust - 0.05,
                upper: robust + 0.05,
                samples: 1_000
            ),
            attacks: [
                .init(
                    name: text,
                    preset: text,
                    robustAccuracy: ClaimedEstimate(value: 0.7, lower: 0.625, upper: 0.75, samples: 500)
                )
            ],
            vulnerability: ClaimedEstimate(value: 4, lower: 3, upper: 5, samples: 900),
            sanityChecks: [.init(id: text, status: "warn")],
            verdict: .inconclusive,
            seed: 7,
            environment: environment,
            finished: Self.now
        )
    }

    private func approval(_ decision: ApprovalPredicate.Decision, scope: String) -> ApprovalPredicate {
        ApprovalPredicate(
            role: "security",
            decision: decision,
            reason: text,
            evidence: [reference("report")],
            scope: scope,
            decided: Self.now,
            expires: Timestamp(secondsSince1970: Self.now.secondsSince1970 + 86_400)
        )
    }

    /// The report; without a policy nothing is decided.
    func report(_ policy: String? = policy, model name: String? = nil) throws -> ReleaseReport {
        let types: [ClaimType] = [.dataset, .training, .hardening, .scan, .assessment, .approval]
        let root = try TrustRoot(
            json: TrustRoot.json(
                keys: [("owner", key.publicKey, Timestamp(secondsSince1970: 0), nil, nil)],
                rules: types.map { ($0, ["owner"], 1) }
            )
        )
        let evidence = ReleaseEvidence(
            about: Self.model,
            entries: entries,
            trusting: root,
            now: Self.now
        )
        let decision = try policy.map { GateDecision(try Policy(yaml: Data($0.utf8)), on: evidence) }
        return ReleaseReport(
            model: name ?? text,
            evidence: evidence,
            decision: decision,
            items: evidence.entries(and: decision?.citedEntries ?? []).map { entry in
                ReleaseReport.Item(
                    entry,
                    entryDigest: ContentDigest(of: entries[Int(entry.index)]),
                    receiptDigest: ContentDigest(of: Data("receipt \(entry.index)".utf8))
                )
            },
            log: ReleaseReport.Log(
                origin: "example.com/log",
                size: UInt64(entries.count),
                root: "AAAA",
                key: ContentDigest(of: Data("key".utf8)),
                keyFile: "log.pub.pem",
                witnesses: ["witness.example.com+00000000+AAAA"]
            ),
            version: "0.1.0"
        )
    }
}

extension Subject {
    init(_ reference: ContentReference) { self.init(name: reference.name, sha256: reference.sha256) }
}
