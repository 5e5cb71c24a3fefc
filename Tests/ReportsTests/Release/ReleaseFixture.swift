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

    /// The same policy, which compares the model with one that was released before.
    static let regression = policy + "\n  regression: {maximumDrop: 0.1, radius: 0.1}"

    /// What names, reasons and sources say.
    let text: String
    let key = PrivateKey(.ed25519)
    private(set) var entries: [Data] = []

    /// The files besides the model's own that hold its weights.
    let weights: [ContentReference]

    init(
        text: String = "plain",
        assessments: Int = 1,
        isComplete: Bool = true,
        weights: [ContentReference] = [],
        parents: [ContentReference] = []
    ) throws {
        (self.text, self.weights) = (text, weights)
        guard isComplete else { return }
        try add(dataset("train", parents: parents))
        try add(dataset("test"))
        try add(training, about: ContentDigest(of: Data("base".utf8)))
        try add(hardening)
        try add(scan)
        for number in 0..<assessments { try add(assessment(0.6 + 0.1 * Double(number))) }
        try add(approval(.approved, scope: text))
        try add(approval(.waived, scope: "isolated-training"))
    }

    /// A release with everything that a log can hold of one: data made of other data, a rejection, an
    /// incident and a deployment, and another model that was deployed before.
    static func rich(text: String = "plain", assessments: Int = 1) throws -> ReleaseFixture {
        let raw = try ReleaseFixture(text: text, isComplete: false).dataset("raw")
        var fixture = try ReleaseFixture(
            text: text,
            assessments: assessments,
            weights: [ContentReference(name: "weights.bin", sha256: ContentDigest(of: Data("weights".utf8)))],
            parents: [raw.manifest.reference()]
        )
        try fixture.add(raw)
        try fixture.add(fixture.approval(.rejected, scope: text, role: "privacy"))
        try fixture.add(fixture.incident)
        try fixture.addOtherModel()
        try fixture.add(fixture.deployment)
        return fixture
    }

    /// Another model that was assessed and released.
    mutating func addOtherModel() throws {
        let other = ContentDigest(of: Data("other".utf8))
        try add(assessment(0.68), about: other)
        try add(deployment, about: other)
    }

    /// Adds a claim about the model and its weights.
    mutating func add(_ predicate: some ClaimPredicate) throws {
        try add(predicate, about: Self.model, weights: weights)
    }

    /// Adds a claim about some model.
    mutating func add(
        _ predicate: some ClaimPredicate,
        about digest: ContentDigest,
        weights: [ContentReference] = []
    ) throws {
        let subjects = [Subject(name: text, sha256: digest)] + weights.map { Subject($0) }
        entries.append(try Claim(about: subjects, predicate).signed(by: [key]).json)
    }

    /// Adds a manifest.
    mutating func add(_ predicate: DatasetPredicate, called name: String? = nil) throws {
        let reference = try predicate.manifest.reference()
        let subject = Subject(name: name ?? reference.name, sha256: reference.sha256)
        entries.append(try Claim(about: [subject], predicate).signed(by: [key]).json)
    }

    func reference(_ name: String) -> ContentReference {
        ContentReference(name: "\(name) \(text)", sha256: ContentDigest(of: Data(name.utf8)))
    }

    /// A manifest of one file, whose content is its name.
    func dataset(_ name: String, parents: [ContentReference] = []) throws -> DatasetPredicate {
        let listed = try parents.map { parent in
            let name = String(decoding: try JSONEncoder().encode(parent.name), as: UTF8.self)
            return "{\"name\":\(name),\"sha256\":\"\(parent.sha256)\"}"
        }
        let quoted = String(decoding: try JSONEncoder().encode("\(name) \(text)"), as: UTF8.self)
        let step = "{\"name\":\(quoted),\"parameters\":{\"k\":\"5\"}}"
        let json = """
            {"schema":"bulwark.data-manifest/1","name":\(quoted),"source":\(quoted),"collector":\(quoted),
             "licence":\(name == "train" ? "\"CC-BY-4.0\"" : quoted),"collected":"2026-01-01T00:00:00Z",
             "parents":[\(listed.joined(separator: ","))],
             "transformations":[\(parents.isEmpty ? "" : step)],
             "files":[{"path":"f","byteCount":1,"crc32c":"00000000",
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

    private var training: TrainingPredicate { training(on: [reference("train")]) }

    func training(on inputs: [ContentReference]) -> TrainingPredicate {
        TrainingPredicate(
            inputs: inputs,
            parameters: ["architecture": "mlp", text: text],
            seed: 0,
            environment: environment,
            isolation: ClaimedIsolation(isIsolated: false, mechanism: "", deniedAttempts: 0),
            started: Self.now,
            finished: Self.now
        )
    }

    private var hardening: HardeningPredicate {
        hardening(of: ContentReference(name: text, sha256: ContentDigest(of: Data("base".utf8))))
    }

    func hardening(of original: ContentReference) -> HardeningPredicate {
        HardeningPredicate(
            original: original,
            data: [reference("train")],
            methods: [text],
            parameters: [:],
            environment: environment,
            isolation: ClaimedIsolation(isIsolated: true, mechanism: "a box \(text)", deniedAttempts: 3),
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

    func assessment(_ robust: Double) -> AssessmentPredicate {
        AssessmentPredicate(
            report: reference("report"),
            data: reference("test"),
            labels: nil,
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
            gaps: [],
            certifiedAccuracy: nil,
            vulnerability: ClaimedEstimate(value: 4, lower: 3, upper: 5, samples: 900),
            sanityChecks: [.init(id: text, status: "warn")],
            verdict: .inconclusive,
            seed: 7,
            conditions: [:],
            environment: environment,
            finished: Self.now
        )
    }

    var incident: IncidentPredicate {
        IncidentPredicate(
            identifier: text,
            severity: .high,
            kind: .security,
            summary: text,
            evidence: [reference("records")],
            detected: Self.now,
            resolved: nil
        )
    }

    var deployment: DeploymentPredicate {
        DeploymentPredicate(
            environment: text,
            endpoint: text,
            configuration: reference("configuration"),
            gateDecision: reference("decision"),
            deployed: Self.now
        )
    }

    func approval(
        _ decision: ApprovalPredicate.Decision,
        scope: String,
        role: String = "security"
    ) -> ApprovalPredicate {
        ApprovalPredicate(
            role: role,
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
        let types: [ClaimType] = [
            .dataset, .training, .hardening, .scan, .assessment, .approval, .incident, .deployment,
        ]
        let root = try TrustRoot(
            json: TrustRoot.json(
                keys: [("owner", key.publicKey, Timestamp(secondsSince1970: 0), nil, nil)],
                rules: types.map { ($0, ["owner"], 1) }
            )
        )
        let evidence = ReleaseEvidence(
            about: Self.model,
            weights: weights,
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
