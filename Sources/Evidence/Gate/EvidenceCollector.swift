import BulwarkProvenance
import Foundation

/// Sorts the entries of a log by what they claim, and checks who signed them.
struct EvidenceCollector {
    /// Who is believed now.
    private let trust: TrustRoot
    /// Who is believed where they speak against something: their word outlives their keys.
    private let accusers: TrustRoot
    private let now: Timestamp
    private(set) var assessments: [ReleaseEvidence.Stated<AssessmentPredicate>] = []
    private(set) var scans: [ReleaseEvidence.Stated<ScanPredicate>] = []
    private(set) var trainings: [ReleaseEvidence.Stated<TrainingPredicate>] = []
    private(set) var hardenings: [ReleaseEvidence.Stated<HardeningPredicate>] = []
    private(set) var approvals: [ReleaseEvidence.Stated<ApprovalPredicate>] = []
    private(set) var deployments: [ReleaseEvidence.Stated<DeploymentPredicate>] = []
    private(set) var incidents: [ReleaseEvidence.Stated<IncidentPredicate>] = []
    private(set) var datasets: [ReleaseEvidence.Stated<DatasetPredicate>] = []
    private(set) var signatures: [(index: UInt64, manifest: Verified<ModelManifest>)] = []
    /// The digests of claims, and the fingerprints of keys, that somebody trusted has revoked, with the entry that says
    /// so first.
    private(set) var revocations: [ContentDigest: UInt64] = [:]
    private(set) var lapsed = ReleaseEvidence.Lapsed()
    private(set) var refused: [ReleaseEvidence.Refusal] = []
    /// What entries say that they are about.
    private(set) var subjects: [UInt64: Set<ContentDigest>] = [:]
    /// The entry that stated something first.
    private var first: [ContentDigest: UInt64] = [:]

    init(trust: TrustRoot, now: Timestamp) {
        (self.trust, accusers, self.now) = (trust, trust.withoutEnds, now)
    }

    /// Takes an entry in, or says why it is not believed.
    mutating func add(_ entry: Data, at index: UInt64) {
        let envelope: Envelope
        let type: ClaimType
        do {
            envelope = try Envelope(json: entry)
            let statement = try envelope.unverifiedStatement()
            type = statement.claimType
            subjects[index] = Set(statement.subjects.compactMap(\.sha256))
        } catch {
            return refuse(index, "this is no signed statement")
        }
        // Whoever may only append could let an old word follow a newer one.
        if let earlier = first[envelope.payloadDigest] {
            return refuse(index, "it repeats entry \(earlier)")
        }
        do throws(VerificationError) {
            try add(envelope, of: type, at: index)
            first[envelope.payloadDigest] = index
        } catch {
            refuse(index, "\(error)")
        }
    }

    private mutating func add(
        _ envelope: Envelope,
        of type: ClaimType,
        at index: UInt64
    ) throws(VerificationError) {
        switch type {
        case .assessment:
            do throws(VerificationError) {
                assessments.append(try stated(envelope, index))
            } catch {
                lapsed.assessments += accusation(envelope, index) { _ in true }
                throw error
            }
        case .scan:
            do throws(VerificationError) {
                scans.append(try stated(envelope, index))
            } catch {
                lapsed.scans += accusation(envelope, index) { $0.verdict != .nothingFound }
                throw error
            }
        case .training: trainings.append(try stated(envelope, index))
        case .hardening: hardenings.append(try stated(envelope, index))
        case .approval:
            do throws(VerificationError) {
                approvals.append(try stated(envelope, index))
            } catch {
                lapsed.rejections += accusation(envelope, index) { $0.decision == .rejected }
                throw error
            }
        case .deployment: deployments.append(try stated(envelope, index))
        case .incident: incidents.append(try stated(envelope, index))
        case .dataset: datasets.append(try stated(envelope, index))
        case .modelSignature:
            signatures.append((index, try envelope.verified(as: ModelManifest.self, by: trust, at: now)))
        case .revocation: try revoke(envelope, index)
        default: break
        }
    }

    /// Notes what is revoked.
    ///
    /// It is so from the moment stated on. Where nothing takes its place it is so at once, whatever that moment: a
    /// clock that runs behind must not bring it back.
    private mutating func revoke(_ envelope: Envelope, _ index: UInt64) throws(VerificationError) {
        let claim = try envelope.verified(as: Claim<RevocationPredicate>.self, by: accusers, at: now)
        let predicate = claim.content.predicate
        guard predicate.from <= now || predicate.replacement == nil else { return }
        for digest in claim.content.subjects.compactMap(\.sha256) where revocations[digest] == nil {
            revocations[digest] = index
        }
    }

    private func stated<Predicate>(
        _ envelope: Envelope,
        _ index: UInt64
    ) throws(VerificationError) -> ReleaseEvidence.Stated<Predicate> {
        let claim = try envelope.verified(as: Claim<Predicate>.self, by: trust, at: now)
        return .init(index: index, claim: claim)
    }

    /// A claim that counts against a model although it is not believed, because the keys that stated it have ended.
    private func accusation<Predicate>(
        _ envelope: Envelope,
        _ index: UInt64,
        _ mayAccuse: (Predicate) -> Bool
    ) -> [ReleaseEvidence.Stated<Predicate>] {
        guard let claim = try? envelope.verified(as: Claim<Predicate>.self, by: accusers, at: now),
            mayAccuse(claim.content.predicate)
        else { return [] }
        return [.init(index: index, claim: claim)]
    }

    private mutating func refuse(_ index: UInt64, _ reason: String) {
        refused.append(.init(index: index, reason: reason, subjects: subjects[index] ?? []))
    }
}
