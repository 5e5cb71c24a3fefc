import BulwarkEvidence
import BulwarkProvenance

/// Everything that the documents of a release are made of: verified evidence, a decision on it, and where it
/// lies.
///
/// There is no clock in it: the moment is that of the evidence.
public struct ReleaseReport: Sendable {
    /// What the model's file is called.
    public let model: String
    /// What was judged.
    public let evidence: ReleaseEvidence
    /// What the policy says; nil where there is none.
    public let decision: GateDecision?
    /// The entries that tell of the model, and those of other models that a rule rests on, in the order of
    /// the log.
    public let items: [Item]
    /// Those that tell of the model.
    let ownItems: [Item]
    /// The log that holds them.
    public let log: Log
    /// The version of this program.
    public let version: String
    /// Where the model comes from.
    public let lineage: ModelLineage

    /// An entry, and which files beside the report hold it.
    public struct Item: Sendable {
        /// The entry.
        public let entry: EvidenceEntry
        /// The digest of its bytes, in the file of its number that ends in `.json`.
        public let entryDigest: ContentDigest
        /// The digest of its receipt, in the file of its number that ends in `.tlog-proof`.
        public let receiptDigest: ContentDigest

        /// An entry with its files.
        public init(_ entry: EvidenceEntry, entryDigest: ContentDigest, receiptDigest: ContentDigest) {
            (self.entry, self.entryDigest, self.receiptDigest) = (entry, entryDigest, receiptDigest)
        }
    }

    /// A log, as somebody has to know it who checks a receipt.
    public struct Log: Sendable {
        /// What it calls itself.
        public let origin: String
        /// How many entries its checkpoint covers.
        public let size: UInt64
        /// The root of its tree, in base64.
        public let root: String
        /// The fingerprint of the key that has signed its checkpoint.
        public let key: ContentDigest
        /// What the file of that key is called.
        public let keyFile: String
        /// The keys of the witnesses who have to have signed.
        public let witnesses: [String]

        /// A log.
        public init(
            origin: String,
            size: UInt64,
            root: String,
            key: ContentDigest,
            keyFile: String,
            witnesses: [String]
        ) {
            (self.origin, self.size, self.root) = (origin, size, root)
            (self.key, self.keyFile, self.witnesses) = (key, keyFile, witnesses)
        }
    }

    /// A report about a model.
    ///
    /// - Parameters:
    ///   - model: What its file is called.
    ///   - evidence: What was judged.
    ///   - decision: What the policy says of it; nil where there is no policy.
    ///   - items: The entries that tell of it, and those that the decision rests on.
    ///   - log: The log that holds them.
    ///   - version: The version of this program.
    public init(
        model: String,
        evidence: ReleaseEvidence,
        decision: GateDecision?,
        items: [Item],
        log: Log,
        version: String
    ) {
        (self.model, self.evidence, self.decision) = (model, evidence, decision)
        (self.items, self.log, self.version) = (items, log, version)
        let own = Set(evidence.entries().map(\.index))
        ownItems = items.filter { own.contains($0.entry.index) }
        lineage = ModelLineage(
            of: evidence.model,
            weights: evidence.weights,
            in: ownItems.map(\.entry)
        )
    }

    /// Entries about other models that a rule rests on.
    var citedItems: [Item] {
        let own = Set(ownItems.map(\.entry.index))
        return items.filter { !own.contains($0.entry.index) }
    }

    /// The folder of entries and receipts, from the report's own folder on.
    public static let receiptFolder = "receipts"

    /// The file of an entry's bytes, from the report's own folder on.
    public static func entryFile(_ index: UInt64) -> String { "\(receiptFolder)/\(index).json" }

    /// The file of an entry's receipt, from the report's own folder on.
    public static func receiptFile(_ index: UInt64) -> String { "\(receiptFolder)/\(index).tlog-proof" }

    /// The command by which a stranger checks a receipt, run in the report's folder.
    public func checkCommand(_ index: UInt64) -> String {
        let words =
            [
                "bulwark", "log", "check", Self.receiptFile(index), "--entry", Self.entryFile(index),
                "--public-key", log.keyFile, "--origin", log.origin,
            ] + log.witnesses.flatMap { ["--witness", $0] }
        return words.map(Wording.shellWord).joined(separator: " ")
    }

    /// What the predicates of one kind say about the model, with the entries, in the order of the log.
    func claims<Predicate>(_ choose: (EvidenceEntry.Content) -> Predicate?) -> [(EvidenceEntry, Predicate)] {
        ownItems.compactMap { item in choose(item.entry.content).map { (item.entry, $0) } }
    }

    /// The assessments of the model.
    var assessments: [(EvidenceEntry, AssessmentPredicate)] {
        claims { content -> AssessmentPredicate? in
            guard case .assessment(let claim) = content else { return nil }
            return claim
        }
        .filter { entry, _ in !entry.isLapsed }
    }

    /// The manifests of data, by the number of their entries.
    var manifests: [UInt64: DataManifest] {
        let claims = claims { content -> DataManifest? in
            guard case .dataset(let claim) = content else { return nil }
            return claim.manifest
        }
        return Dictionary(claims.map { ($0.0.index, $0.1) }, uniquingKeysWith: { first, _ in first })
    }
}
