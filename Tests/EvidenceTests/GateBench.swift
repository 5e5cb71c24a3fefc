import BulwarkEvidence
import BulwarkProvenance
import Foundation
import Testing

/// Everything that a policy asks for about a model, in a log, of which tests spoil one piece after the other.
struct GateBench {
    enum Piece: String, CaseIterable, Sendable {
        case signature, trainingData, testData, training, scan, assessment, securityApproval, ownerApproval
    }

    static let model = ContentDigest(of: Data("model".utf8))
    static let now = Timestamp(secondsSince1970: 1_800_000_000)

    static let policy = """
        schema: bulwark.policy/1
        trust: trust.json
        log: {origin: example.com/log, publicKey: log.pub.pem}
        waivers: {keys: [owner]}
        security:
          model-signature:
          dataset-signature:
          scan: {maximumAgeDays: 30}
          robust-accuracy: {minimum: 0.5, radius: 0.1, maximumAgeDays: 30}
          vulnerability-score: {maximum: 5, radius: 0.1}
          sanity-checks: {radius: 0.1}
          approval: {roles: {security: [guard], owner: [owner]}}
        safety:
          accuracy: {minimum: 0.9}
        improvement:
          evidence-age: {maximumDays: 90}
        """

    let pipeline = PrivateKey(.ed25519)
    let guardian = PrivateKey(.ecdsaP256)
    let owner = PrivateKey(.ecdsaP256)
    let stranger = PrivateKey(.ecdsaP256)
    /// What stands in the log, in order.
    var entries: [(piece: Piece?, entry: Data)] = []
    /// The files that the model keeps weights in; their content is their name.
    let weights: [String]

    init(weights: [String] = []) throws {
        self.weights = weights
        for piece in Piece.allCases { entries.append((piece, try entry(piece))) }
    }

    // MARK: - Pieces

    private static func day(_ days: Int64) -> Timestamp {
        Timestamp(secondsSince1970: now.secondsSince1970 - days * 86_400)
    }

    private static let environment = ClaimedEnvironment(
        program: "bulwark",
        toolchain: "",
        packages: [:],
        operatingSystem: "",
        processor: "",
        cores: 2
    )

    static func file(_ name: String) -> ContentReference {
        ContentReference(name: name, sha256: ContentDigest(of: Data(name.utf8)))
    }

    func claim(
        _ predicate: some ClaimPredicate,
        about digest: ContentDigest = model,
        by key: PrivateKey
    ) throws -> Data {
        let subjects =
            [Subject(name: "m", sha256: digest)]
            + weights.map { Subject(name: $0, sha256: Self.file($0).sha256) }
        return try Claim(about: subjects, predicate).signed(by: [key]).json
    }

    func assessment(
        robust: (Double, Double, Double) = (0.6, 0.55, 0.65),
        clean: Double = 0.95,
        radius: Double = 0.1,
        norm: String = "linf",
        knowledge: String = "white-box",
        score: (Double, Double, Double)? = (4, 3, 4.5),
        check: String = "pass",
        attacks: [String] = ["apgd-ce", "square"],
        gaps: [String] = [],
        certified: Double? = nil,
        conditions: [String: String] = [:],
        labels: String? = nil,
        age: Int64 = 1,
        about digest: ContentDigest = model,
        by key: PrivateKey? = nil
    ) throws -> Data {
        let worst = ClaimedEstimate(value: robust.0, lower: robust.1, upper: robust.2, samples: 100)
        return try claim(
            AssessmentPredicate(
                report: Self.file("report"),
                data: Self.file("test.npz"),
                labels: labels.map(Self.file),
                threat: .init(norm: norm, radius: radius, knowledge: knowledge),
                cleanAccuracy: ClaimedEstimate(value: clean, lower: clean - 0.02, upper: 1, samples: 100),
                worstCaseRobustAccuracy: worst,
                attacks: attacks.map { .init(name: $0, preset: "standard", robustAccuracy: worst) },
                gaps: gaps,
                certifiedAccuracy: certified.map {
                    ClaimedEstimate(value: $0, lower: $0 - 0.05, upper: $0 + 0.05, samples: 100)
                },
                vulnerability: score.map {
                    ClaimedEstimate(value: $0.0, lower: $0.1, upper: $0.2, samples: 100)
                },
                sanityChecks: [.init(id: "x", status: "pass"), .init(id: "y", status: check)],
                verdict: .inconclusive,
                seed: 0,
                conditions: conditions,
                environment: Self.environment,
                finished: Self.day(age)
            ),
            about: digest,
            by: key ?? pipeline
        )
    }

    func scan(
        _ verdict: ScanVerdict = .nothingFound,
        age: Int64 = 1,
        about digest: ContentDigest = model,
        by key: PrivateKey? = nil
    ) throws -> Data {
        let findings =
            verdict == .nothingFound
            ? [] : [ScanPredicate.Finding(path: "m", rule: "pickle.dangerous-import", verdict: verdict)]
        return try claim(
            ScanPredicate(
                verdict: verdict,
                rules: "1",
                fileCount: 1,
                findings: findings,
                report: nil,
                finished: Self.day(age)
            ),
            about: digest,
            by: key ?? pipeline
        )
    }

    func approval(
        _ role: String,
        _ decision: ApprovalPredicate.Decision = .approved,
        scope: String = "release",
        expires: Timestamp? = nil,
        age: Int64 = 2,
        about digest: ContentDigest = model,
        by key: PrivateKey
    ) throws -> Data {
        try claim(
            ApprovalPredicate(
                role: role,
                decision: decision,
                reason: "",
                evidence: [],
                scope: scope,
                decided: Self.day(age),
                expires: expires
            ),
            about: digest,
            by: key
        )
    }

    func training(on data: String, about digest: ContentDigest = model) throws -> Data {
        try claim(
            TrainingPredicate(
                inputs: [Self.file(data)],
                parameters: [:],
                seed: 0,
                environment: Self.environment,
                isolation: ClaimedIsolation(isIsolated: false, mechanism: "", deniedAttempts: 0),
                started: Self.day(4),
                finished: Self.day(3)
            ),
            about: digest,
            by: pipeline
        )
    }

    func hardening(
        of original: ContentDigest,
        with data: String,
        parameters: [String: String] = [:]
    ) throws -> Data {
        try claim(
            HardeningPredicate(
                original: ContentReference(name: "before", sha256: original),
                data: [Self.file(data)],
                methods: ["adversarial-training"],
                parameters: parameters,
                environment: Self.environment,
                isolation: ClaimedIsolation(isIsolated: false, mechanism: "", deniedAttempts: 0),
                started: Self.day(4),
                finished: Self.day(3)
            ),
            by: pipeline
        )
    }

    /// A signed manifest of a file whose content is its name.
    func data(_ name: String, madeOf parents: [ContentReference] = []) throws -> Data {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
        defer { try? FileManager.default.removeItem(at: folder) }
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        try Data(name.utf8).write(to: folder.appendingPathComponent(name))
        var description = DataDescription(
            name: name,
            source: "s",
            collector: "c",
            licence: "l",
            collected: Self.day(9)
        )
        description.parents = parents
        let manifest = try DataManifest(
            description,
            of: FileTree(folder.path)
        )
        return try claim(
            DatasetPredicate(manifest: manifest),
            about: manifest.reference().sha256,
            by: pipeline
        )
    }

    private func signature() throws -> Data {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
        defer { try? FileManager.default.removeItem(at: folder) }
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        try Data("model".utf8).write(to: folder.appendingPathComponent("m.onnx"))
        for name in weights { try Data(name.utf8).write(to: folder.appendingPathComponent(name)) }
        let signer = ModelSigner()
        return try signer.sign(signer.manifest(of: FileTree(folder.path)), with: owner).envelope.json
    }

    func entry(_ piece: Piece) throws -> Data {
        switch piece {
        case .signature: try signature()
        case .trainingData: try data("train.npz")
        case .testData: try data("test.npz")
        case .training: try training(on: "train.npz")
        case .scan: try scan()
        case .assessment: try assessment()
        case .securityApproval: try approval("security", by: guardian)
        case .ownerApproval: try approval("owner", by: owner)
        }
    }

    // MARK: - Spoiling

    mutating func replace(_ piece: Piece, with entry: Data?) {
        entries.removeAll { $0.piece == piece }
        if let entry { entries.append((piece, entry)) }
    }

    mutating func append(_ entry: Data) { entries.append((nil, entry)) }

    func trust(
        pipelineUntil: Timestamp? = nil,
        guardUntil: Timestamp? = nil,
        ownerRevoked: Timestamp? = nil
    ) throws -> TrustRoot {
        let start = Self.day(1_000)
        return try TrustRoot(
            json: TrustRoot.json(
                keys: [
                    ("pipeline", pipeline.publicKey, start, pipelineUntil, nil),
                    ("guard", guardian.publicKey, start, guardUntil, nil),
                    (
                        "owner", owner.publicKey, start, nil,
                        ownerRevoked.map { TrustedKey.Revocation(from: $0, reason: "lost") }
                    ),
                ],
                rules: [
                    (.dataset, ["pipeline"], 1), (.training, ["pipeline"], 1), (.hardening, ["pipeline"], 1),
                    (.scan, ["pipeline"], 1),
                    (.assessment, ["pipeline"], 1), (.approval, ["guard", "owner"], 1),
                    (.modelSignature, ["owner"], 1), (.revocation, ["guard"], 1), (.deployment, ["owner"], 1),
                ]
            )
        )
    }

    /// What the gate says.
    func decision(
        _ text: String = policy,
        weights: [ContentReference] = [],
        trusting root: TrustRoot? = nil,
        at time: Timestamp = now
    ) throws -> GateDecision {
        let log = try TestLog()
        let appender = try log.open()
        try appender.append(entries.map(\.entry))
        appender.close()
        let evidence = try ReleaseEvidence(
            about: Self.model,
            weights: weights,
            in: LogReader(log.path, trust: log.trust),
            trusting: root ?? trust(),
            now: time
        )
        return GateDecision(try Policy(yaml: Data(text.utf8)), on: evidence)
    }
}
