import BulwarkProvenance

/// Where a model comes from, as far as entries say: runs from the oldest on, with what went into each.
public struct ModelLineage: Sendable, Hashable {
    /// The runs that led to the model, the last of them to the model itself.
    public let runs: [Run]
    /// What the model was measured on, in the order of the log.
    public let assessments: [Measurement]

    /// A training or a hardening.
    public struct Run: Sendable, Hashable {
        /// The entry that states it.
        public let entry: EvidenceEntry
        /// The model that it went on from; nil where it began anew.
        public let original: Input?
        /// The data that went in.
        public let inputs: [Input]
        /// What came out.
        public let output: ContentReference
    }

    /// An assessment of the model.
    public struct Measurement: Sendable, Hashable {
        /// The entry that states it.
        public let entry: EvidenceEntry
        /// What the model was measured on.
        public let data: Input
    }

    /// Something that went into a run.
    public struct Input: Sendable, Hashable {
        /// What the run calls it, and which content it is.
        public let reference: ContentReference
        /// The entry of the manifest that lists it; nil where nobody has signed one.
        public let manifest: UInt64?
    }

    /// Follows a model back.
    ///
    /// Where several entries say how a model was made, the newest counts.
    ///
    /// - Parameters:
    ///   - model: The digest of the model's file.
    ///   - weights: The files besides it that hold its weights; what leaves one out is not about the model.
    ///   - entries: What was stated, in the order of the log.
    public init(
        of model: ContentDigest,
        weights: [ContentReference] = [],
        in entries: [EvidenceEntry]
    ) {
        var manifests: [ContentDigest: UInt64] = [:]
        for entry in entries {
            guard case .dataset(let claim) = entry.content else { continue }
            for file in claim.manifest.files { manifests[file.sha256] = entry.index }
            for digest in entry.subjects.compactMap(\.sha256) { manifests[digest] = entry.index }
        }
        func input(_ reference: ContentReference) -> Input {
            Input(reference: reference, manifest: manifests[reference.sha256])
        }
        var runs: [Run] = []
        var seen: Set<ContentDigest> = []
        var next: (digest: ContentDigest, weights: [ContentReference])? = (model, weights)
        while let made = next, seen.insert(made.digest).inserted {
            next = nil
            guard let (entry, name) = Self.run(that: made.digest, made.weights, in: entries) else { break }
            let output = ContentReference(name: name, sha256: made.digest)
            func add(from original: ContentReference?, _ data: [ContentReference]) {
                runs.append(
                    Run(entry: entry, original: original.map(input), inputs: data.map(input), output: output)
                )
            }
            switch entry.content {
            case .training(let claim):
                // Of the inputs, one that was trained itself is the model before.
                let original = claim.inputs.last { Self.run(that: $0.sha256, [], in: entries) != nil }
                add(from: original, claim.inputs.filter { $0.sha256 != original?.sha256 })
                next = original.map { ($0.sha256, []) }
            case .hardening(let claim):
                add(from: claim.original, claim.data)
                next = (claim.original.sha256, claim.originalWeights)
            default: break
            }
        }
        self.runs = runs.reversed()
        assessments = entries.compactMap { entry in
            guard case .assessment(let claim) = entry.content, !entry.isLapsed, entry.isAbout(model, weights)
            else { return nil }
            return Measurement(entry: entry, data: input(claim.data))
        }
    }

    /// The newest entry that says how something was made, with what it calls it.
    private static func run(
        that made: ContentDigest,
        _ weights: [ContentReference],
        in entries: [EvidenceEntry]
    ) -> (entry: EvidenceEntry, name: String)? {
        for entry in entries.reversed() {
            guard entry.claimType == .training || entry.claimType == .hardening, entry.isAbout(made, weights),
                let subject = entry.subjects.first(where: { $0.sha256 == made })
            else { continue }
            return (entry, subject.name)
        }
        return nil
    }
}
