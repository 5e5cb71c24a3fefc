import BulwarkProvenance
import Foundation
import Testing

struct ClaimTests {
    private let key = PrivateKey(.ecdsaP256)
    private let digest = ContentDigest(of: Data("model".utf8))
    private var reference: ContentReference { ContentReference(name: "é \"x\" \u{7}", sha256: digest) }
    private let environment = ClaimedEnvironment(
        program: "1.0",
        toolchain: "6.3",
        packages: ["a": "1"],
        operatingSystem: "Linux",
        processor: "x86-64",
        cores: 2
    )
    private let isolation = ClaimedIsolation(isIsolated: true, mechanism: "namespaces", deniedAttempts: 0)
    private let time = Timestamp(secondsSince1970: 1_800_000_000)
    private let estimate = ClaimedEstimate(value: 0.1, lower: 0.05, upper: 0.3, samples: 100)

    private func leadsBack(_ predicate: some ClaimPredicate) throws {
        try leadsBack(Claim(about: [Subject(name: "m", sha256: digest)], predicate))
    }

    private func leadsBack<Predicate>(_ claim: Claim<Predicate>) throws {
        let envelope = try Envelope(json: try claim.signed(by: [key]).json)
        let read = try envelope.verified(as: Claim<Predicate>.self, by: key.publicKey)
        #expect(read.content == claim)
        let json = try claim.statement().json
        #expect(try Statement(signedBytes: json).json == json)
        // A member that the schema does not know, in the predicate.
        let text = String(decoding: json, as: UTF8.self)
        let more = Data(text.replacing("\"predicate\":{", with: "\"predicate\":{\"zz\":1,").utf8)
        #expect(throws: ClaimError.self) { try Claim<Predicate>(signedBytes: more) }
    }

    private func assessment(_ verdict: AssessmentPredicate.Verdict, check: String) -> AssessmentPredicate {
        AssessmentPredicate(
            report: reference,
            data: reference,
            labels: nil,
            threat: .init(norm: "linf", radius: 0.1, knowledge: "white-box"),
            cleanAccuracy: estimate,
            worstCaseRobustAccuracy: estimate,
            attacks: [.init(name: "pgd", preset: "standard", robustAccuracy: estimate)],
            gaps: [],
            certifiedAccuracy: nil,
            vulnerability: nil,
            sanityChecks: [.init(id: "x", status: check)],
            verdict: verdict,
            seed: .max,
            conditions: [:],
            environment: environment,
            finished: time
        )
    }

    @Test func aWaiverEndsSomeDay() throws {
        func approval(_ decision: ApprovalPredicate.Decision, expires: Timestamp?) -> ApprovalPredicate {
            ApprovalPredicate(
                role: "security",
                decision: decision,
                reason: "known",
                evidence: [],
                scope: "assessment.robust-accuracy",
                decided: time,
                expires: expires
            )
        }
        let later = Timestamp(secondsSince1970: time.secondsSince1970 + 1)
        try approval(.waived, expires: later).validate()
        try approval(.approved, expires: nil).validate()
        #expect(throws: ClaimError.self) { try approval(.waived, expires: nil).validate() }
        #expect(throws: ClaimError.self) { try approval(.waived, expires: time).validate() }
    }

    @Test func robustIsRefusedWhereACheckDidNotPass() throws {
        for status in ["pass", "skipped"] { try assessment(.robust, check: status).validate() }
        for status in ["warn", "fail", "unknown"] {
            #expect(throws: ClaimError.self) { try assessment(.robust, check: status).validate() }
        }
        try assessment(.vulnerable, check: "fail").validate()
    }

    @Test func everyClaimIsReadAsItIsWritten() throws {
        try leadsBack(
            TrainingPredicate(
                inputs: [reference],
                parameters: ["epochs": "3"],
                seed: .max,
                environment: environment,
                isolation: isolation,
                started: time,
                finished: time
            )
        )
        try leadsBack(assessment(.robust, check: "pass"))
        try leadsBack(
            HardeningPredicate(
                original: reference,
                data: [reference],
                methods: ["adversarial-training"],
                parameters: [:],
                environment: environment,
                isolation: isolation,
                started: time,
                finished: time
            )
        )
        try leadsBack(
            ScanPredicate(
                verdict: .dangerous,
                rules: "1",
                fileCount: 2,
                findings: [
                    .init(path: "a", rule: "r", verdict: .suspicious),
                    .init(path: "b", rule: "r", verdict: .dangerous),
                ],
                report: nil,
                finished: time
            )
        )
        try leadsBack(
            ApprovalPredicate(
                role: "safety",
                decision: .approved,
                reason: "",
                evidence: [],
                scope: "demo",
                decided: time,
                expires: nil
            )
        )
        try leadsBack(
            DeploymentPredicate(
                environment: "production",
                endpoint: "",
                configuration: reference,
                gateDecision: reference,
                deployed: time
            )
        )
        try leadsBack(
            IncidentPredicate(
                identifier: "1",
                severity: .high,
                kind: .security,
                summary: "",
                evidence: [],
                detected: time,
                resolved: time
            )
        )
        try leadsBack(RevocationPredicate(target: .claim, reason: "r", from: time, replacement: nil))
    }

    @Test func whatCannotBeSoIsNotStated() {
        #expect(throws: ClaimError.self) { try assessment(.robust, check: "fail").validate() }
        #expect(throws: ClaimError.self) { try assessment(.vulnerable, check: "perhaps").validate() }
        let scan = ScanPredicate(
            verdict: .nothingFound,
            rules: "1",
            fileCount: 1,
            findings: [.init(path: "a", rule: "r", verdict: .dangerous)],
            report: nil,
            finished: time
        )
        #expect(throws: ClaimError.self) { try scan.validate() }
    }

    /// Numbers that contradict each other, one at a time in a claim that is sound.
    @Test(arguments: [
        ("\"value\":0.1", "\"value\":0.01"), ("\"samples\":100", "\"samples\":0"),
        ("\"cores\":2", "\"cores\":0"), ("\"linf\"", "\"l3\""), ("\"white-box\"", "\"grey-box\""),
        ("\"radius\":0.1", "\"radius\":-0.1"), ("\"gaps\":[]", "\"gaps\":[\"weak\"]"),
        (
            "\"robustAccuracy\":{\"lower\":0.05,\"samples\":100,\"upper\":0.3,\"value\":0.1}",
            "\"robustAccuracy\":{\"lower\":0.05,\"samples\":100,\"upper\":0.3,\"value\":0.09}"
        ),
    ])
    func numbersThatContradictEachOtherAreNotRead(_ edit: (from: String, to: String)) throws {
        let claim = try Claim(about: [Subject(name: "m", sha256: digest)], assessment(.robust, check: "pass"))
        let text = String(decoding: try claim.statement().json, as: UTF8.self)
        let changed = text.replacing(edit.from, with: edit.to)
        #expect(changed != text)
        #expect(throws: ClaimError.self) {
            try Claim<AssessmentPredicate>(signedBytes: Data(changed.utf8))
        }
    }

    @Test(arguments: [(true, "", 0), (false, "seccomp", 0), (true, "seccomp", -1)])
    func isolationByNothingIsNotStated(_ claimed: (isIsolated: Bool, mechanism: String, denied: Int)) {
        let isolation = ClaimedIsolation(
            isIsolated: claimed.isIsolated,
            mechanism: claimed.mechanism,
            deniedAttempts: claimed.denied
        )
        let training = TrainingPredicate(
            inputs: [reference],
            parameters: [:],
            seed: 0,
            environment: environment,
            isolation: isolation,
            started: time,
            finished: time
        )
        #expect(throws: ClaimError.self) { try training.validate() }
    }

    @Test func aClaimOfAnotherTypeIsRefused() throws {
        let revocation = RevocationPredicate(target: .claim, reason: "r", from: time, replacement: nil)
        let json = try Claim(about: [Subject(name: "m", sha256: digest)], revocation).statement().json
        #expect(throws: ClaimError.unexpectedType(found: .revocation, expected: .scan)) {
            try Claim<ScanPredicate>(signedBytes: json)
        }
    }

    @Test func statementsOfAnotherFormAreRefused() throws {
        let revocation = RevocationPredicate(target: .claim, reason: "r", from: time, replacement: nil)
        let statement = try Claim(about: [Subject(name: "m", sha256: digest)], revocation).statement()
        let text = String(decoding: statement.json, as: UTF8.self)
        let edits = [
            ("Statement/v1", "Statement/v0.1"), ("\"subject\":[", "\"subject\":[],\"x\":["),
            ("\"_type\"", "\"more\":1,\"_type\""), ("\"sha256\"", "\"sha512\""), (digest.hexadecimal, "AB"),
            ("\"predicate\":", "\"predikat\":"),
        ]
        for (part, other) in edits {
            let changed = Data(text.replacing(part, with: other).utf8)
            #expect(throws: JSONError.self) { try Statement(signedBytes: changed) }
        }
    }
}
