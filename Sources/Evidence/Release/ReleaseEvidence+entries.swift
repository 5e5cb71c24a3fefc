import BulwarkProvenance

extension ReleaseEvidence {
    /// The entries that tell of the model, in the order of the log: what is about it, and what its data and
    /// earlier models come from.
    ///
    /// - Parameter others: Entries that belong to it for another reason, such as those that a rule rests on.
    /// - Returns: Entries that were believed, each once.
    public func entries(and others: Set<UInt64> = []) -> [EvidenceEntry] {
        let lineage = Lineage(of: self)
        var entries: [EvidenceEntry] = []
        func add<Predicate>(
            _ list: [Stated<Predicate>],
            _ content: (Predicate) -> EvidenceEntry.Content,
            _ belongs: (Stated<Predicate>) -> Bool
        ) {
            let chosen = list.filter { belongs($0) || others.contains($0.index) }
            entries += chosen.map { EvidenceEntry($0, content) }
        }
        add(datasets, { .dataset($0) }, { lineage.entries.contains($0.index) })
        add(trainings, { .training($0) }, { lineage.entries.contains($0.index) })
        add(hardenings, { .hardening($0) }, { lineage.entries.contains($0.index) })
        add(assessments, { .assessment($0) }, { $0.isAbout(model, weights) })
        add(scans, { .scan($0) }, { $0.isAbout(model) })
        add(approvals, { .approval($0) }, { $0.isAbout(model, weights) })
        add(deployments, { .deployment($0) }, { $0.isAbout(model, weights) })
        add(incidents, { .incident($0) }, { $0.isAbout(model, weights) })
        let covering = signatures.filter { signature in
            others.contains(signature.index)
                || signature.manifest.content.files.contains { $0.digest == model }
        }
        entries += covering.map { EvidenceEntry($0) }
        return entries.sorted { $0.index < $1.index }
    }

    /// Which entries tell where a model comes from: runs that made it or what it was made of, and manifests
    /// of the data in between.
    private struct Lineage {
        private(set) var entries: Set<UInt64> = []

        init(of evidence: ReleaseEvidence) {
            var runs: [ContentDigest: [(UInt64, [ContentReference])]] = [:]
            func note(_ index: UInt64, _ subjects: [Subject], _ inputs: [ContentReference]) {
                for digest in subjects.compactMap(\.sha256) {
                    runs[digest, default: []].append((index, inputs))
                }
            }
            for stated in evidence.trainings {
                note(stated.index, stated.claim.content.subjects, stated.predicate.inputs)
            }
            for stated in evidence.hardenings {
                let inputs = [stated.predicate.original] + stated.predicate.data
                note(stated.index, stated.claim.content.subjects, inputs)
            }
            for stated in evidence.datasets {
                let manifest = stated.predicate.manifest
                note(stated.index, stated.claim.content.subjects, manifest.parents)
                for file in manifest.files {
                    runs[file.sha256, default: []].append((stated.index, manifest.parents))
                }
            }
            // What was looked at is not looked at again, so that claims that name each other end.
            var seen: Set<ContentDigest> = []
            var waiting = [evidence.model] + evidence.modelAssessments.map(\.predicate.data.sha256)
            while let digest = waiting.popLast() {
                guard seen.insert(digest).inserted else { continue }
                for (index, inputs) in runs[digest] ?? [] where entries.insert(index).inserted {
                    waiting += inputs.map(\.sha256)
                }
            }
        }
    }
}
