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

    /// An entry that was not believed.
    public struct Refusal: Sendable, Hashable {
        /// Its number.
        public let index: UInt64
        /// Why.
        public let reason: String
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
    ) throws(LogError) {
        var collector = EvidenceCollector(trust: trust, now: now)
        for index in 0..<log.size { collector.add(try log.entry(at: index), at: index) }
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
    var modelAssessments: [Stated<AssessmentPredicate>] { assessments.filter { $0.isAbout(model, weights) } }

    /// Assessments of any model.
    var allAssessments: [Stated<AssessmentPredicate>] { assessments }

    /// Scans of the model's file.
    var modelScans: [Stated<ScanPredicate>] {
        // A scan is about bytes, wherever they were found.
        scans.filter { scan in scan.isAbout(model) && weights.allSatisfy { scan.isAbout($0.sha256) } }
    }

    /// How the model was trained, and how those were that it was made of.
    var lineageTrainings: [Stated<TrainingPredicate>] {
        let lineage = lineage
        return trainings.filter { stated in
            stated.isAbout(model, weights) || lineage.contains { stated.isAbout($0) }
        }
    }

    /// How the model was hardened, and how those were that it was made of.
    var lineageHardenings: [Stated<HardeningPredicate>] {
        let lineage = lineage
        return hardenings.filter { stated in
            stated.isAbout(model, weights) || lineage.contains { stated.isAbout($0) }
        }
    }

    /// The models that this one was made of by training further, however often, without itself.
    var lineage: Set<ContentDigest> {
        var (found, open) = (Set<ContentDigest>(), [model])
        while let next = open.popLast() {
            let inputs =
                hardenings.filter { $0.isAbout(next) }.map(\.predicate.original.sha256)
                + trainings.filter { $0.isAbout(next) }.flatMap(\.predicate.inputs).map(\.sha256).filter(
                    isModel
                )
            for input in inputs where input != model && found.insert(input).inserted { open.append(input) }
        }
        return found
    }

    /// Whether somebody says of some content how it was trained or hardened.
    private func isModel(_ digest: ContentDigest) -> Bool {
        trainings.contains { $0.isAbout(digest) } || hardenings.contains { $0.isAbout(digest) }
    }

    /// Who agrees to the model's release, or waives a rule.
    var modelApprovals: [Stated<ApprovalPredicate>] { approvals.filter { $0.isAbout(model, weights) } }

    /// Releases of other models, the oldest first.
    var otherDeployments: [Stated<DeploymentPredicate>] { deployments.filter { !$0.isAbout(model, weights) } }
}
