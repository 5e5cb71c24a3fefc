import BulwarkProvenance

/// An entry of a log that was believed: who states what about what.
public struct EvidenceEntry: Sendable, Hashable {
    /// Its number in the log.
    public let index: UInt64
    /// What the trust root calls the keys whose signatures count.
    public let signers: [String]
    /// The digest of what was signed, by which revocations refer to it.
    public let payloadDigest: ContentDigest
    /// What it is about.
    public let subjects: [Subject]
    /// What it states.
    public let content: Content
    /// Whether the keys that signed it have ended since; then it counts only against a model.
    public let isLapsed: Bool

    /// What an entry states.
    public enum Content: Sendable, Hashable {
        case dataset(DatasetPredicate)
        case training(TrainingPredicate)
        case hardening(HardeningPredicate)
        case assessment(AssessmentPredicate)
        case scan(ScanPredicate)
        case modelSignature(ModelManifest)
        case approval(ApprovalPredicate)
        case deployment(DeploymentPredicate)
        case incident(IncidentPredicate)
    }

    /// What kind of thing is stated.
    public var claimType: ClaimType {
        switch content {
        case .dataset: .dataset
        case .training: .training
        case .hardening: .hardening
        case .assessment: .assessment
        case .scan: .scan
        case .modelSignature: .modelSignature
        case .approval: .approval
        case .deployment: .deployment
        case .incident: .incident
        }
    }

    /// Whether it is about a model and all files that hold its weights, each under its name.
    public func isAbout(_ model: ContentDigest, _ weights: [ContentReference]) -> Bool {
        subjects.contains { $0.sha256 == model }
            && weights.allSatisfy { file in
                subjects.contains { $0.name == file.name && $0.sha256 == file.sha256 }
            }
    }

    /// When it happened, in the words of whoever states it; nil where the claim has no moment.
    public var moment: Timestamp? {
        switch content {
        case .dataset(let claim): claim.manifest.collected
        case .training(let claim): claim.finished
        case .hardening(let claim): claim.finished
        case .assessment(let claim): claim.finished
        case .scan(let claim): claim.finished
        case .modelSignature: nil
        case .approval(let claim): claim.decided
        case .deployment(let claim): claim.deployed
        case .incident(let claim): claim.detected
        }
    }
}

extension EvidenceEntry {
    init<Predicate>(
        _ stated: ReleaseEvidence.Stated<Predicate>,
        isLapsed: Bool,
        _ content: (Predicate) -> Content
    ) {
        self.isLapsed = isLapsed
        index = stated.index
        signers = stated.claim.signers.compactMap(\.name)
        payloadDigest = stated.claim.payloadDigest
        subjects = stated.claim.content.subjects
        self.content = content(stated.predicate)
    }

    init(_ signature: (index: UInt64, manifest: Verified<ModelManifest>)) {
        index = signature.index
        signers = signature.manifest.signers.compactMap(\.name)
        payloadDigest = signature.manifest.payloadDigest
        subjects = [signature.manifest.content.subject]
        content = .modelSignature(signature.manifest.content)
        isLapsed = false
    }
}
