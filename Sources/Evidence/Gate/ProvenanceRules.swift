import BulwarkProvenance

/// The model's file is among those of a signature in the log.
struct ModelSignatureRule: GateRule {
    func finding(_ evidence: ReleaseEvidence) -> GateFinding {
        let covering = evidence.signatures.filter { signature in
            let files = signature.manifest.content.files
            return files.contains { $0.digest == evidence.model }
                && evidence.weights.allSatisfy { weight in
                    files.contains { $0.digest == weight.sha256 && $0.isCalled(weight.name) }
                }
        }
        guard let last = covering.last else {
            return .missing("no signature in the log covers the model's file")
        }
        let names = last.manifest.signers.compactMap(\.name).joined(separator: ", ")
        return GateFinding(.pass, "signed by \(names.printable)", entries: [last.index])
    }
}

extension ModelManifest.File {
    /// Whether a path from the model's folder on may lead to this file, wherever in the manifest that folder is.
    fileprivate func isCalled(_ name: String) -> Bool {
        guard let path else { return false }
        return path.text == name || path.text.hasSuffix("/" + name)
    }
}

/// The data of training and assessment are among those of signed manifests in the log.
struct DatasetSignatureRule: GateRule {
    func finding(_ evidence: ReleaseEvidence) -> GateFinding {
        let models = evidence.lineage
        let used =
            evidence.lineageTrainings.flatMap(\.predicate.inputs).filter { !models.contains($0.sha256) }
            + evidence.lineageHardenings.flatMap(\.predicate.data)
            + evidence.modelAssessments.map(\.predicate.data)
        guard !used.isEmpty else {
            return .missing("nothing says which data the model was trained or assessed on")
        }
        var entries: [UInt64] = []
        for data in used {
            let manifest = evidence.datasets.last { stated in
                stated.predicate.manifest.files.contains { $0.sha256 == data.sha256 }
            }
            guard let manifest else {
                return .missing("no signed manifest lists '\(data.name.printable)' (\(data.sha256))")
            }
            if !entries.contains(manifest.index) { entries.append(manifest.index) }
        }
        return GateFinding(.pass, "all data are listed in signed manifests", entries: entries)
    }
}

/// A scan of the model's file found nothing dangerous.
struct ScanVerdictRule: GateRule {
    let maximumAge: Int64?

    var requirement: GateRequirement {
        GateRequirement(conditions: ["nothing is found"] + GateRequirement.age(maximumAge))
    }

    func finding(_ evidence: ReleaseEvidence) -> GateFinding {
        // Whatever one scan found stays found: newer rules find more, not less.
        let findings = evidence.modelScans.map { stated in
            let verdict = stated.predicate.verdict
            return GateFinding(
                verdict == .nothingFound ? .pass : .fail,
                verdict.text,
                entries: [stated.index]
            )
        }
        guard let worst = findings.worst, let newest = evidence.modelScans.last else {
            return .missing("the model's file was not scanned")
        }
        if worst.outcome == .pass, let fault = evidence.timeFault(newest.predicate.finished, maximumAge) {
            return GateFinding(.fail, "the scan \(fault)", entries: [newest.index])
        }
        return worst
    }
}

/// The model, and what it was made of, was trained without network and with named inputs only.
struct IsolationRule: GateRule {
    func finding(_ evidence: ReleaseEvidence) -> GateFinding {
        let runs =
            evidence.lineageTrainings.map { ($0.index, $0.predicate.isolation) }
            + evidence.lineageHardenings.map { ($0.index, $0.predicate.isolation) }
        let findings = runs.map { index, isolation in
            isolation.isIsolated
                ? GateFinding(.pass, "isolated by \(isolation.mechanism.printable)", entries: [index])
                : GateFinding(.fail, "the training was not isolated", entries: [index])
        }
        return findings.worst ?? .missing("nothing says how the model was trained")
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

    var requirement: GateRequirement {
        GateRequirement(
            conditions: roles.map { role in
                "\(role.name.printable): \(role.keys.map(\.printable).joined(separator: " or "))"
            }
        )
    }

    func finding(_ evidence: ReleaseEvidence) -> GateFinding {
        let valid = evidence.modelApprovals.filter { stated in
            let predicate = stated.predicate
            return predicate.decision != .waived && !evidence.isInFuture(predicate.decided)
                && (predicate.expires.map { evidence.now < $0 } ?? true)
        }
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
