import BulwarkProvenance

extension ScanPredicate {
    /// The members as they are shown.
    var fields: [EntryField] {
        [
            .text("Verdict", verdict.text),
            .text(
                "Findings",
                findings.map {
                    "\($0.verdict.text): \(EntryField.shortened($0.rule)) in \(EntryField.shortened($0.path))"
                }
            ),
            .text("Files", NumberText.grouped(fileCount)), .text("Version of the rules", rules),
            report.map { .references("Whole result", [$0]) }, .text("Finished", "\(finished)"),
        ].compactMap(\.self)
    }
}

extension ModelManifest {
    /// The members as they are shown.
    var fields: [EntryField] {
        [
            .text("Model", modelName),
            .files("Files", files.map { ($0.path?.text ?? "the model itself", "", $0.digest) }),
            .text("Left out", ignoredPaths.map(\.text)),
        ]
    }
}

extension ApprovalPredicate {
    /// The members as they are shown.
    var fields: [EntryField] {
        [
            .text("Decision", decision.rawValue), .text("In the role", role),
            .text(decision == .waived ? "Rule" : "For what use", scope), .text("Reason", reason),
            .references("Looked at", evidence), .text("Decided", "\(decided)"),
            .text("Expires", expires.map { "\($0)" } ?? "no end is set"),
        ]
    }
}

extension DeploymentPredicate {
    /// The members as they are shown.
    var fields: [EntryField] {
        [
            .text("Environment", environment), .text("Endpoint", endpoint),
            .references("Configuration", [configuration]),
            .references("Decision of the gate", [gateDecision]),
            .text("Deployed", "\(deployed)"),
        ]
    }
}

extension IncidentPredicate {
    /// The members as they are shown.
    var fields: [EntryField] {
        [
            .text("Identifier", identifier), .text("Severity", severity.rawValue),
            .text("Kind", kind.rawValue),
            .text("Summary", summary), .references("Records", evidence), .text("Detected", "\(detected)"),
            .text("Resolved", resolved.map { "\($0)" } ?? "not yet"),
        ]
    }
}
