import BulwarkProvenance
import Foundation

/// Everything a log holds about one model that somebody trusted has stated, and what was not believed.
public struct ReleaseEvidence: Sendable {
    /// The model, by the digest of its file.
    public let model: ContentDigest
    /// The moment at which it is judged.
    public let now: Timestamp
    /// How many entries the log has.
    public let logSize: UInt64
    /// Entries that were not believed, with the reason.
    public let refused: [Refusal]
    let assessments: [Stated<AssessmentPredicate>]
    let scans: [Stated<ScanPredicate>]
    let trainings: [Stated<TrainingPredicate>]
    let hardenings: [Stated<HardeningPredicate>]
    let approvals: [Stated<ApprovalPredicate>]
    let deployments: [Stated<DeploymentPredicate>]
    let incidents: [Stated<IncidentPredicate>]
    /// Manifests of data, whatever model they are for.
    let datasets: [Stated<DatasetPredicate>]
    /// Signatures of models, whatever model they are of.
    let signatures: [(index: UInt64, manifest: Verified<ModelManifest>)]

    /// A claim and where it stands in the log.
    struct Stated<Predicate: ClaimPredicate>: Sendable {
        let index: UInt64
        let claim: Verified<Claim<Predicate>>

        var predicate: Predicate { claim.content.predicate }

        func isAbout(_ digest: ContentDigest) -> Bool {
            claim.content.subjects.contains { $0.sha256 == digest }
        }
    }

    /// An entry that was not believed.
    public struct Refusal: Sendable, Hashable {
        /// Its number.
        public let index: UInt64
        /// Why.
        public let reason: String
    }

    /// Reads a log.
    ///
    /// Signatures count if the trust root lets their keys state such a claim now: a log knows no time of its own,
    /// and somebody with an old key could put any into a claim.
    ///
    /// - Parameters:
    ///   - model: The digest of the model's file.
    ///   - log: The log at a verified checkpoint.
    ///   - trust: Whose word counts.
    ///   - now: The moment at which the model is judged.
    /// - Throws: `LogError` if an entry cannot be read.
    public init(
        about model: ContentDigest,
        in log: LogReader,
        trusting trust: TrustRoot,
        now: Timestamp
    ) throws(LogError) {
        var collector = EvidenceCollector(trust: trust, now: now)
        for index in 0..<log.size { collector.add(try log.entry(at: index), at: index) }
        self.init(collector, model: model, now: now, size: log.size)
    }

    /// Takes entries that somebody else has shown to be in a log.
    ///
    /// - Parameters:
    ///   - model: The digest of the model's file.
    ///   - entries: All entries of the log, from the first on.
    ///   - trust: Whose word counts.
    ///   - now: The moment at which the model is judged.
    package init(about model: ContentDigest, entries: [Data], trusting trust: TrustRoot, now: Timestamp) {
        var collector = EvidenceCollector(trust: trust, now: now)
        for (index, entry) in entries.enumerated() { collector.add(entry, at: UInt64(index)) }
        self.init(collector, model: model, now: now, size: UInt64(entries.count))
    }

    init(_ collector: EvidenceCollector, model: ContentDigest, now: Timestamp, size: UInt64) {
        (self.model, self.now, logSize) = (model, now, size)
        let revoked = collector.revoked
        func believed<Predicate>(_ list: [Stated<Predicate>]) -> [Stated<Predicate>] {
            list.filter { stated in
                !revoked.contains(stated.claim.payloadDigest)
                    && !stated.claim.signers.contains { revoked.contains($0.publicKey.fingerprint) }
            }
        }
        assessments = believed(collector.assessments)
        scans = believed(collector.scans)
        trainings = believed(collector.trainings)
        hardenings = believed(collector.hardenings)
        approvals = believed(collector.approvals)
        deployments = believed(collector.deployments)
        incidents = believed(collector.incidents)
        datasets = believed(collector.datasets)
        signatures = collector.signatures.filter { signature in
            !revoked.contains(signature.manifest.payloadDigest)
                && !signature.manifest.signers.contains { revoked.contains($0.publicKey.fingerprint) }
        }
        refused = collector.refused
    }

    /// Assessments of the model, the oldest first.
    var modelAssessments: [Stated<AssessmentPredicate>] { assessments.filter { $0.isAbout(model) } }

    /// Assessments of any model.
    var allAssessments: [Stated<AssessmentPredicate>] { assessments }

    /// Scans of the model's file.
    var modelScans: [Stated<ScanPredicate>] { scans.filter { $0.isAbout(model) } }

    /// How the model was trained.
    var modelTrainings: [Stated<TrainingPredicate>] { trainings.filter { $0.isAbout(model) } }

    /// How the model was hardened.
    var modelHardenings: [Stated<HardeningPredicate>] { hardenings.filter { $0.isAbout(model) } }

    /// Who agrees to the model's release, or waives a rule.
    var modelApprovals: [Stated<ApprovalPredicate>] { approvals.filter { $0.isAbout(model) } }

    /// Releases of other models, the oldest first.
    var otherDeployments: [Stated<DeploymentPredicate>] { deployments.filter { !$0.isAbout(model) } }
}
