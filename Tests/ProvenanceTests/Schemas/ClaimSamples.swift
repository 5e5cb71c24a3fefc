import BulwarkProvenance
import Foundation
import Testing

/// A claim of each type with all members, and one with those alone that have to be there.
struct ClaimSamples {
    /// A type of claim, with predicates and their reader.
    struct Kind: Sendable, CustomTestStringConvertible {
        let name: String
        let full: JSONValue
        let minimal: JSONValue
        /// Other predicates that can be.
        let others: [JSONValue]
        /// Reads a predicate as the program does.
        let read: @Sendable (JSONValue) throws -> Void

        var testDescription: String { name }
    }

    private static let digest = ContentDigest(of: Data("model".utf8))
    private static let reference = ContentReference(name: "é \"x\" \u{7}", sha256: digest)
    private static let environment = ClaimedEnvironment(
        program: "1.0",
        toolchain: "6.3",
        packages: ["a": "1"],
        operatingSystem: "Linux",
        processor: "x86-64",
        cores: 2
    )
    private static let isolation = ClaimedIsolation(isIsolated: true, mechanism: "x", deniedAttempts: 0)
    private static let time = Timestamp(secondsSince1970: 1_800_000_000)
    private static let later = Timestamp(secondsSince1970: 1_800_000_001)
    private static let estimate = ClaimedEstimate(value: 0.1, lower: 0.05, upper: 0.3, samples: 100)

    private static func kind<Predicate: ClaimPredicate>(
        _ full: Predicate,
        _ minimal: Predicate,
        _ others: Predicate...
    ) throws -> Kind {
        Kind(
            name: Predicate.claimType.name,
            full: try CanonicalJSON.value(of: full),
            minimal: try CanonicalJSON.value(of: minimal),
            others: try others.map { try CanonicalJSON.value(of: $0) },
            read: { value in
                let subject = Subject(name: "m", sha256: digest)
                let statement = Statement(
                    subjects: [subject],
                    claimType: Predicate.claimType,
                    predicate: value
                )
                _ = try Claim<Predicate>(statement)
            }
        )
    }

    /// All nine.
    static func all() throws -> [Kind] {
        [
            try kind(dataset(columns: true), dataset(columns: false)),
            try kind(training, training),
            try kind(assessment(2.5), assessment(nil), assessment(nil, .vulnerable, "fail")),
            try kind(hardening, hardening),
            try kind(
                scan(.dangerous, [.suspicious, .dangerous], reference),
                scan(.suspicious, [.suspicious], nil),
                scan(.nothingFound, [], nil)
            ),
            try kind(approval(.approved, later), approval(.rejected, nil), approval(.waived, later)),
            try kind(deployment, deployment),
            try kind(incident(time), incident(nil)),
            try kind(revocation(reference), revocation(nil)),
        ]
    }

    private static func dataset(columns: Bool) throws -> DatasetPredicate {
        let tool = columns ? ",\"tool\":{\"name\":\"t\",\"sha256\":\"\(digest)\"}" : ""
        let shape = columns ? "\"columns\":[{\"name\":\"x\",\"type\":\"float\",\"shape\":[2,3]}]," : ""
        let text = """
            {"schema":"bulwark.data-manifest/1","name":"n","source":"s","collector":"c","licence":"l",
             "collected":"2024-02-29T23:59:59Z","parents":[{"name":"p","sha256":"\(digest)"}],
             "transformations":[{"name":"t","parameters":{"a":"b"}\(tool)}],\(shape)
             "files":[{"path":"a/b.c","byteCount":0,"crc32c":"00000000","sha256":"\(digest)"}]}
            """
        return DatasetPredicate(manifest: try JSONDecoder().decode(DataManifest.self, from: Data(text.utf8)))
    }

    private static let training = TrainingPredicate(
        inputs: [reference],
        parameters: ["epochs": "3"],
        seed: .max,
        environment: environment,
        isolation: isolation,
        started: time,
        finished: later
    )

    private static func assessment(
        _ score: Double?,
        _ verdict: AssessmentPredicate.Verdict = .robust,
        _ check: String = "pass"
    ) -> AssessmentPredicate {
        AssessmentPredicate(
            report: reference,
            data: reference,
            labels: score == nil ? nil : reference,
            threat: .init(norm: "linf", radius: 0.1, knowledge: "white-box"),
            cleanAccuracy: estimate,
            worstCaseRobustAccuracy: estimate,
            attacks: [.init(name: "pgd", preset: "standard", robustAccuracy: estimate)],
            gaps: verdict == .robust ? [] : ["none was strong"],
            certifiedAccuracy: score == nil ? nil : estimate,
            vulnerability: score.map { ClaimedEstimate(value: $0, lower: 0, upper: 10, samples: 1) },
            sanityChecks: [.init(id: "x", status: check), .init(id: "y", status: "skipped")],
            verdict: verdict,
            seed: 0,
            conditions: score == nil ? [:] : ["bounds": "0,1"],
            environment: environment,
            finished: time
        )
    }

    private static let hardening = HardeningPredicate(
        original: reference,
        data: [reference],
        methods: ["adversarial-training"],
        parameters: ["a": "b"],
        environment: environment,
        isolation: isolation,
        started: time,
        finished: later
    )

    private static func scan(
        _ verdict: ScanVerdict,
        _ found: [ScanVerdict],
        _ report: ContentReference?
    ) -> ScanPredicate {
        ScanPredicate(
            verdict: verdict,
            rules: "1",
            fileCount: 2,
            findings: found.map { .init(path: "a", rule: "r", verdict: $0) },
            report: report,
            finished: time
        )
    }

    private static func approval(
        _ decision: ApprovalPredicate.Decision,
        _ expires: Timestamp?
    ) -> ApprovalPredicate {
        ApprovalPredicate(
            role: "safety",
            decision: decision,
            reason: "",
            evidence: [reference],
            scope: "demo",
            decided: time,
            expires: expires
        )
    }

    private static let deployment = DeploymentPredicate(
        environment: "production",
        endpoint: "",
        configuration: reference,
        gateDecision: reference,
        deployed: time
    )

    private static func incident(_ resolved: Timestamp?) -> IncidentPredicate {
        IncidentPredicate(
            identifier: "1",
            severity: .high,
            kind: .security,
            summary: "",
            evidence: [reference],
            detected: time,
            resolved: resolved
        )
    }

    private static func revocation(_ replacement: ContentReference?) -> RevocationPredicate {
        RevocationPredicate(target: .claim, reason: "r", from: time, replacement: replacement)
    }
}
