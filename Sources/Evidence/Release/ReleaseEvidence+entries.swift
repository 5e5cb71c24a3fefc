import BulwarkProvenance

extension ReleaseEvidence {
    /// The entries that tell of the model, in the order of the log: what is about it, and what its data and
    /// earlier models come from.
    ///
    /// What speaks for the model has to be about it with all files of its weights; what speaks against it
    /// counts if it is about any of them.
    ///
    /// - Parameter others: Entries that belong to it for another reason, such as those that a rule rests on.
    /// - Returns: Entries that were believed, each once, and those that count against the model although
    ///   their keys have ended.
    public func entries(and others: Set<UInt64> = []) -> [EvidenceEntry] {
        let ancestry = ModelAncestry(of: self)
        let (trained, hardened) = (ancestry.ownTrainings, ancestry.ownHardenings)
        let own = Set(
            trained.map(\.index) + hardened.map(\.index) + manifests(behind: trained, hardened)
                + modelScans.map(\.index)
        )
        var entries: [EvidenceEntry] = []
        func add<Predicate>(
            _ list: [Stated<Predicate>],
            isLapsed: Bool = false,
            _ content: (Predicate) -> EvidenceEntry.Content,
            _ belongs: (Stated<Predicate>) -> Bool
        ) {
            let chosen = list.filter { belongs($0) || others.contains($0.index) }
            entries += chosen.map { EvidenceEntry($0, isLapsed: isLapsed, content) }
        }
        func rejects(_ stated: Stated<ApprovalPredicate>) -> Bool {
            stated.predicate.decision == .rejected && isAboutAnyFile(stated)
        }
        func warns(_ stated: Stated<ScanPredicate>) -> Bool {
            stated.predicate.verdict != .nothingFound && isAboutAnyFile(stated)
        }
        add(datasets, { .dataset($0) }, { own.contains($0.index) })
        add(trainings, { .training($0) }, { own.contains($0.index) })
        add(hardenings, { .hardening($0) }, { own.contains($0.index) })
        add(assessments, { .assessment($0) }, { $0.isAbout(model, weights) })
        add(scans, { .scan($0) }, { own.contains($0.index) || warns($0) })
        add(approvals, { .approval($0) }, { $0.isAbout(model, weights) || rejects($0) })
        add(deployments, { .deployment($0) }, { $0.isAbout(model, weights) })
        add(incidents, { .incident($0) }, isAboutAnyFile)
        // A number that nobody is believed for any more is shown only where a rule has counted it.
        add(lapsed.assessments, isLapsed: true, { .assessment($0) }, { _ in false })
        add(lapsed.scans, isLapsed: true, { .scan($0) }, warns)
        add(lapsed.rejections, isLapsed: true, { .approval($0) }, rejects)
        let covering = signatures.filter { signature in
            others.contains(signature.index) || isCovered(by: signature.manifest.content)
        }
        entries += covering.map { EvidenceEntry($0) }
        return entries.sorted { $0.index < $1.index }
    }

    /// The manifests of the data that went into runs and assessments, and of what those data were made of.
    private func manifests(
        behind trained: [Stated<TrainingPredicate>],
        _ hardened: [Stated<HardeningPredicate>]
    ) -> [UInt64] {
        var manifests: [ContentDigest: [Stated<DatasetPredicate>]] = [:]
        for stated in datasets {
            let files = stated.predicate.manifest.files.map(\.sha256)
            for digest in Set(files + stated.claim.content.subjects.compactMap(\.sha256)) {
                manifests[digest, default: []].append(stated)
            }
        }
        let assessed = modelAssessments.flatMap {
            [$0.predicate.data, $0.predicate.labels].compactMap(\.self)
        }
        var waiting =
            trained.flatMap(\.predicate.inputs)
            + hardened.flatMap { [$0.predicate.original] + $0.predicate.data } + assessed
        var found: [UInt64] = []
        // What was looked at is not looked at again, so that manifests that name each other end.
        var seen: Set<ContentDigest> = []
        while let data = waiting.popLast() {
            guard seen.insert(data.sha256).inserted else { continue }
            for stated in manifests[data.sha256] ?? [] {
                found.append(stated.index)
                waiting += stated.predicate.manifest.parents
            }
        }
        return found
    }
}
