import BulwarkProvenance
import Foundation

/// Sorts the entries of a log by what they claim, and checks who signed them.
struct EvidenceCollector {
    let trust: TrustRoot
    let now: Timestamp
    private(set) var assessments: [ReleaseEvidence.Stated<AssessmentPredicate>] = []
    private(set) var scans: [ReleaseEvidence.Stated<ScanPredicate>] = []
    private(set) var trainings: [ReleaseEvidence.Stated<TrainingPredicate>] = []
    private(set) var hardenings: [ReleaseEvidence.Stated<HardeningPredicate>] = []
    private(set) var approvals: [ReleaseEvidence.Stated<ApprovalPredicate>] = []
    private(set) var deployments: [ReleaseEvidence.Stated<DeploymentPredicate>] = []
    private(set) var incidents: [ReleaseEvidence.Stated<IncidentPredicate>] = []
    private(set) var datasets: [ReleaseEvidence.Stated<DatasetPredicate>] = []
    private(set) var signatures: [(index: UInt64, manifest: Verified<ModelManifest>)] = []
    /// The digests of claims, and the fingerprints of keys, that somebody trusted has revoked.
    private(set) var revoked: Set<ContentDigest> = []
    private(set) var refused: [ReleaseEvidence.Refusal] = []

    init(trust: TrustRoot, now: Timestamp) { (self.trust, self.now) = (trust, now) }

    /// Takes an entry in, or says why it is not believed.
    mutating func add(_ entry: Data, at index: UInt64) {
        let envelope: Envelope
        let type: ClaimType
        do {
            envelope = try Envelope(json: entry)
            type = try envelope.unverifiedStatement().claimType
        } catch {
            return refuse(index, "this is no signed statement")
        }
        do throws(VerificationError) {
            switch type {
            case .assessment: assessments.append(try stated(envelope, index))
            case .scan: scans.append(try stated(envelope, index))
            case .training: trainings.append(try stated(envelope, index))
            case .hardening: hardenings.append(try stated(envelope, index))
            case .approval: approvals.append(try stated(envelope, index))
            case .deployment: deployments.append(try stated(envelope, index))
            case .incident: incidents.append(try stated(envelope, index))
            case .dataset: datasets.append(try stated(envelope, index))
            case .modelSignature:
                let manifest = try envelope.verified(as: ModelManifest.self, by: trust, at: now)
                signatures.append((index, manifest))
            case .revocation:
                let claim = try envelope.verified(as: Claim<RevocationPredicate>.self, by: trust, at: now)
                guard claim.content.predicate.from <= now else { return }
                revoked.formUnion(claim.content.subjects.compactMap(\.sha256))
            default: break
            }
        } catch {
            refuse(index, "\(error)")
        }
    }

    private func stated<Predicate>(
        _ envelope: Envelope,
        _ index: UInt64
    ) throws(VerificationError) -> ReleaseEvidence.Stated<Predicate> {
        .init(index: index, claim: try envelope.verified(as: Claim<Predicate>.self, by: trust, at: now))
    }

    private mutating func refuse(_ index: UInt64, _ reason: String) {
        refused.append(.init(index: index, reason: reason))
    }
}
