import BulwarkProvenance
import Foundation

/// Everything a log holds about one model that somebody trusted has stated, and what was not believed.
public struct ReleaseEvidence: Sendable {
    /// The model, by the digest of its file.
    public let model: ContentDigest
    /// The files besides it that hold weights of the model, by the names that it has for them.
    public let weights: [ContentReference]
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
    /// What speaks against models and outlives the keys that stated it.
    let lapsed: Lapsed
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

        /// Whether it is about a model and all files that hold its weights, each under its name.
        func isAbout(_ digest: ContentDigest, _ weights: [ContentReference]) -> Bool {
            isAbout(digest)
                && weights.allSatisfy { file in
                    claim.content.subjects.contains { $0.name == file.name && $0.sha256 == file.sha256 }
                }
        }
    }

    /// Claims whose keys have ended since; where they speak for a model they are not believed.
    struct Lapsed: Sendable {
        var assessments: [Stated<AssessmentPredicate>] = []
        var scans: [Stated<ScanPredicate>] = []
        var rejections: [Stated<ApprovalPredicate>] = []
    }

    /// An entry that was not believed.
    public struct Refusal: Sendable, Hashable {
        /// Its number.
        public let index: UInt64
        /// Why.
        public let reason: String
        /// What it would be about.
        public let subjects: Set<ContentDigest>
    }

    /// Reads a log, every entry of it.
    ///
    /// No index is asked: what an index leaves out would not be missed, and a revocation must not be.
    ///
    /// Signatures count if the trust root lets their keys state such a claim now: a log knows no time of its own,
    /// and somebody with an old key could put any into a claim.
    ///
    /// - Parameters:
    ///   - model: The digest of the model's file.
    ///   - weights: The files besides it that hold its weights; a claim that leaves one out is not about the model.
    ///   - log: The log at a verified checkpoint.
    ///   - trust: Whose word counts.
    ///   - now: The moment at which the model is judged.
    /// - Throws: `LogError` if an entry cannot be read.
    public init(
        about model: ContentDigest,
        weights: [ContentReference] = [],
        in log: LogReader,
        trusting trust: TrustRoot,
        now: Timestamp
    ) throws {
        var collector = EvidenceCollector(trust: trust, now: now)
        try log.readEntries(0..<log.size) { index, entry in collector.add(entry, at: index) }
        self.init(collector, model: model, weights: weights, now: now, size: log.size)
    }

    /// Takes entries that somebody else has shown to be in a log.
    ///
    /// - Parameters:
    ///   - model: The digest of the model's file.
    ///   - weights: The files besides it that hold its weights.
    ///   - entries: All entries of the log, from the first on.
    ///   - trust: Whose word counts.
    ///   - now: The moment at which the model is judged.
    package init(
        about model: ContentDigest,
        weights: [ContentReference] = [],
        entries: [Data],
        trusting trust: TrustRoot,
        now: Timestamp
    ) {
        var collector = EvidenceCollector(trust: trust, now: now)
        for (index, entry) in entries.enumerated() { collector.add(entry, at: UInt64(index)) }
        self.init(collector, model: model, weights: weights, now: now, size: UInt64(entries.count))
    }

    init(
        _ collector: EvidenceCollector,
        model: ContentDigest,
        weights: [ContentReference],
        now: Timestamp,
        size: UInt64
    ) {
        (self.model, self.weights, self.now, logSize) = (model, weights, now, size)
        let revocations = collector.revocations
        var refused = collector.refused
        /// The entry that revokes a claim, or a key that has signed it; nil if none does.
        func revocation<Content>(of content: Verified<Content>) -> UInt64? {
            let fingerprints = content.signers.map(\.publicKey.fingerprint)
            return ([content.payloadDigest] + fingerprints).compactMap { revocations[$0] }.min()
        }
        func stands<Content>(_ index: UInt64, _ content: Verified<Content>) -> Bool {
            guard let by = revocation(of: content) else { return true }
            let reason = "entry \(by) revokes it"
            refused.append(Refusal(index: index, reason: reason, subjects: collector.subjects[index] ?? []))
            return false
        }
        assessments = collector.assessments.filter { stands($0.index, $0.claim) }
        scans = collector.scans.filter { stands($0.index, $0.claim) }
        trainings = collector.trainings.filter { stands($0.index, $0.claim) }
        hardenings = collector.hardenings.filter { stands($0.index, $0.claim) }
        approvals = collector.approvals.filter { stands($0.index, $0.claim) }
        deployments = collector.deployments.filter { stands($0.index, $0.claim) }
        incidents = collector.incidents.filter { stands($0.index, $0.claim) }
        datasets = collector.datasets.filter { stands($0.index, $0.claim) }
        lapsed = Lapsed(
            assessments: collector.lapsed.assessments.filter { revocation(of: $0.claim) == nil },
            scans: collector.lapsed.scans.filter { revocation(of: $0.claim) == nil },
            rejections: collector.lapsed.rejections.filter { revocation(of: $0.claim) == nil }
        )
        signatures = collector.signatures.filter { stands($0.index, $0.manifest) }
        self.refused = refused.sorted { $0.index < $1.index }
    }

    /// Assessments of the model, the oldest first.
    var modelAssessments: [Stated<AssessmentPredicate>] { assessments.filter { $0.isAbout(model, weights) } }

    /// Assessments of the model by keys that have ended since, which count only against it.
    var lapsedAssessments: [Stated<AssessmentPredicate>] {
        lapsed.assessments.filter { $0.isAbout(model, weights) }
    }

    /// Assessments of any model.
    var allAssessments: [Stated<AssessmentPredicate>] { assessments }

    /// Scans of all files of the model.
    var modelScans: [Stated<ScanPredicate>] {
        // A scan is about bytes, wherever they were found.
        scans.filter { scan in scan.isAbout(model) && weights.allSatisfy { scan.isAbout($0.sha256) } }
    }

    /// Scans of any file of the model, also by keys that have ended since: what one found stays found.
    var scansOfAnyFile: [Stated<ScanPredicate>] { (scans + lapsed.scans).filter(isAboutAnyFile) }

    /// Whether a claim is about one of the model's files.
    func isAboutAnyFile<Predicate>(_ stated: Stated<Predicate>) -> Bool {
        stated.isAbout(model) || weights.contains { stated.isAbout($0.sha256) }
    }

    /// The entries that were not believed and would be about the model, or one that it was made of.
    public var refusedAboutModel: [Refusal] {
        let files = ModelAncestry(of: self).members.flatMap { [$0.model] + $0.weights.map(\.sha256) }
        return refused.filter { !$0.subjects.isDisjoint(with: files) }
    }

    /// Who agrees to the model's release, or waives a rule.
    var modelApprovals: [Stated<ApprovalPredicate>] { approvals.filter { $0.isAbout(model, weights) } }

    /// Who rejects a file of the model, also by keys that have ended since.
    var rejections: [Stated<ApprovalPredicate>] {
        (approvals + lapsed.rejections).filter { $0.predicate.decision == .rejected && isAboutAnyFile($0) }
    }

    /// Releases of other models, the oldest first.
    var otherDeployments: [Stated<DeploymentPredicate>] { deployments.filter { !$0.isAbout(model, weights) } }
}
