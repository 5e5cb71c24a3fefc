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
        /// What went in, without the model before.
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
    public init(of model: ContentDigest, in entries: [EvidenceEntry]) {
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
        var next: ContentDigest? = model
        while let digest = next, seen.insert(digest).inserted {
            next = nil
            guard let (entry, name) = Self.run(that: digest, in: entries) else { break }
            let output = ContentReference(name: name, sha256: digest)
            switch entry.content {
            case .training(let claim):
                // Of the inputs, one that was trained itself is the model before.
                next = claim.inputs.map(\.sha256).last { Self.run(that: $0, in: entries) != nil }
                let inputs = claim.inputs.filter { $0.sha256 != next }.map(input)
                runs.append(Run(entry: entry, inputs: inputs, output: output))
            case .hardening(let claim):
                let original = input(claim.original)
                let isKnown = Self.run(that: claim.original.sha256, in: entries) != nil
                let inputs = (isKnown ? [] : [original]) + claim.data.map(input)
                runs.append(Run(entry: entry, inputs: inputs, output: output))
                next = claim.original.sha256
            default: break
            }
        }
        self.runs = runs.reversed()
        assessments = entries.compactMap { entry in
            guard case .assessment(let claim) = entry.content,
                entry.subjects.contains(where: { $0.sha256 == model })
            else { return nil }
            return Measurement(entry: entry, data: input(claim.data))
        }
    }

    /// The newest entry that says how something was made, with what it calls it.
    private static func run(
        that made: ContentDigest,
        in entries: [EvidenceEntry]
    ) -> (entry: EvidenceEntry, name: String)? {
        for entry in entries.reversed() {
            guard entry.claimType == .training || entry.claimType == .hardening,
                let subject = entry.subjects.first(where: { $0.sha256 == made })
            else { continue }
            return (entry, subject.name)
        }
        return nil
    }
}
