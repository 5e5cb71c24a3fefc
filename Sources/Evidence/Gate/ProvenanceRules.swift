import BulwarkProvenance

/// The model's file is among those of a signature in the log.
struct ModelSignatureRule: GateRule {
    func finding(_ evidence: ReleaseEvidence) -> GateFinding {
        guard let last = evidence.signatures.last(where: { evidence.isCovered(by: $0.manifest.content) })
        else {
            return .missing("no signature in the log covers the model's file")
        }
        let names = last.manifest.signers.compactMap(\.name).joined(separator: ", ")
        return GateFinding(.pass, "signed by \(names.printable)", entries: [last.index])
    }
}

extension ReleaseEvidence {
    /// Whether a manifest lists all files of the model, those with weights by their names.
    func isCovered(by manifest: ModelManifest) -> Bool {
        manifest.files.contains { $0.digest == model }
            && weights.allSatisfy { weight in
                manifest.files.contains { $0.digest == weight.sha256 && $0.isCalled(weight.name) }
            }
    }
}

extension ModelManifest.File {
    /// Whether a path from the model's folder on may lead to this file, wherever in the manifest that folder is.
    fileprivate func isCalled(_ name: String) -> Bool {
        guard let path else { return false }
        return path.text == name || path.text.hasSuffix("/" + name)
    }
}

/// The data of training and assessment are among those of signed manifests in the log, and so are the data that these
/// were made of.
struct DatasetSignatureRule: GateRule {
    func finding(_ evidence: ReleaseEvidence) -> GateFinding {
        let ancestry = ModelAncestry(of: evidence)
        if let unexplained = ancestry.unexplained { return .missing(unexplained.problem) }
        let models = Set(ancestry.members.map(\.model))
        let used =
            ancestry.ownTrainings.flatMap(\.predicate.inputs).filter { !models.contains($0.sha256) }
            + ancestry.ownHardenings.flatMap(\.predicate.data)
            + evidence.modelAssessments.flatMap {
                [$0.predicate.data] + [$0.predicate.labels].compactMap(\.self)
            }
        var entries: [UInt64] = []
        var parents: [ContentReference] = []
        for data in used {
            let manifest = evidence.datasets.last { stated in
                stated.predicate.manifest.files.contains { $0.sha256 == data.sha256 }
            }
            guard let manifest else {
                return .missing("no signed manifest lists '\(data.name.printable)' (\(data.sha256))")
            }
            parents += manifest.predicate.manifest.parents
            if !entries.contains(manifest.index) { entries.append(manifest.index) }
        }
        var seen: Set<ContentDigest> = []
        while let parent = parents.popLast() {
            guard seen.insert(parent.sha256).inserted else { continue }
            guard let manifest = evidence.datasets.last(where: { $0.isAbout(parent.sha256) }) else {
                let name = "'\(parent.name.printable)' (\(parent.sha256))"
                return .missing("data were made of \(name), and no signed manifest of it is there")
            }
            parents += manifest.predicate.manifest.parents
            if !entries.contains(manifest.index) { entries.append(manifest.index) }
        }
        return GateFinding(.pass, "all data are listed in signed manifests", entries: entries)
    }
}

extension ModelAncestry.Member {
    /// That nobody says how it was made.
    fileprivate var problem: String { "nothing says how the model \(model) was trained" }
}

/// A scan of the model's file found nothing dangerous.
struct ScanVerdictRule: GateRule {
    let maximumAge: Int64?

    var requirement: GateRequirement {
        GateRequirement(conditions: ["nothing is found"] + GateRequirement.age(maximumAge))
    }

    func finding(_ evidence: ReleaseEvidence) -> GateFinding {
        // Whatever one scan found stays found: newer rules find more, not less.
        if let found = evidence.scansOfAnyFile.first(where: { $0.predicate.verdict != .nothingFound }) {
            return GateFinding(.fail, found.predicate.verdict.text, entries: [found.index])
        }
        guard let newest = evidence.modelScans.last else {
            return .missing("the model's file was not scanned")
        }
        if let fault = evidence.timeFault(newest.predicate.finished, maximumAge) {
            return GateFinding(.fail, "the newest scan \(fault)", entries: [newest.index])
        }
        return GateFinding(.pass, newest.predicate.verdict.text, entries: [newest.index])
    }
}

/// The model, and what it was made of, was trained without network and with named inputs only.
struct IsolationRule: GateRule {
    func finding(_ evidence: ReleaseEvidence) -> GateFinding {
        let ancestry = ModelAncestry(of: evidence)
        if let unexplained = ancestry.unexplained { return .missing(unexplained.problem) }
        let runs =
            ancestry.ownTrainings.map { ("training", $0.index, $0.predicate.isolation) }
            + ancestry.ownHardenings.map { ("hardening", $0.index, $0.predicate.isolation) }
        let open = runs.filter { !$0.2.isIsolated }
        guard open.isEmpty else {
            let kinds = Set(open.map(\.0)).sorted().joined(separator: " and the ")
            return GateFinding(.fail, "the \(kinds) was not isolated", entries: open.map(\.1))
        }
        let mechanisms = Set(runs.map(\.2.mechanism.printable)).sorted().joined(separator: "; ")
        let denied = runs.reduce(into: 0) { $0 += $1.2.deniedAttempts }
        let attempts = denied == 0 ? "" : ", which denied \(denied) attempts"
        return GateFinding(.pass, "isolated by \(mechanisms)\(attempts)", entries: runs.map(\.1))
    }
}

/// People in the roles named agree, each with a key of their own.
struct ApprovalRule: GateRule {
    /// A role, and the names of the keys that may speak for it.
    struct Role: Sendable {
        let name: String
        let keys: [String]
    }

    let roles: [Role]

    var keyNames: [String] { roles.flatMap(\.keys) }

    var requirement: GateRequirement {
        GateRequirement(
            conditions: roles.map { role in
                "\(role.name.printable): \(role.keys.map(\.printable).joined(separator: " or "))"
            }
        )
    }

    func finding(_ evidence: ReleaseEvidence) -> GateFinding {
        // A rejection counts of whatever moment it is.
        let approvals = evidence.modelApprovals.filter { stated in
            let predicate = stated.predicate
            return predicate.decision == .approved && !evidence.isInFuture(predicate.decided)
                && (predicate.expires.map { evidence.now < $0 } ?? true)
        }
        let valid = (approvals + evidence.rejections).sorted { $0.index < $1.index }
        // The newest word of a role counts.
        var (entries, candidates): ([UInt64], [[PublicKey]]) = ([], [])
        for role in roles {
            let words = valid.filter { stated in
                stated.predicate.role == role.name
                    && stated.claim.signers.contains { $0.name.map(role.keys.contains) ?? false }
            }
            guard let last = words.last else {
                return .missing("nobody who may speak for '\(role.name.printable)' has approved the model")
            }
            guard last.predicate.decision == .approved else {
                return GateFinding(.fail, "'\(role.name.printable)' rejects the model", entries: [last.index])
            }
            entries.append(last.index)
            let speakers = last.claim.signers.filter { $0.name.map(role.keys.contains) ?? false }
            candidates.append(speakers.map(\.publicKey))
        }
        guard Self.haveOwnKeys(candidates[...], taken: []) else {
            return GateFinding(.fail, "one key speaks for several roles", entries: entries)
        }
        return GateFinding(
            .pass,
            "approved by " + roles.map(\.name.printable).joined(separator: ", "),
            entries: entries
        )
    }

    /// Whether each role can be given a key of its own out of those that signed for it.
    private static func haveOwnKeys(_ candidates: ArraySlice<[PublicKey]>, taken: Set<PublicKey>) -> Bool {
        guard let first = candidates.first else { return true }
        return first.contains { key in
            !taken.contains(key) && haveOwnKeys(candidates.dropFirst(), taken: taken.union([key]))
        }
    }
}
