import BulwarkProvenance

extension DataManifest {
    /// The members as they are shown.
    var fields: [EntryField] {
        [
            .text("Name", name), .text("Source", source), .text("Collected by", collector),
            .text("Licence", licence), .text("Collected", "\(collected)"),
            .references("Made of", parents),
            .text(
                "Transformations",
                transformations.map { step in
                    let options = step.parameters.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
                    return step.name + (options.isEmpty ? "" : " (\(options.joined(separator: ", ")))")
                }
            ),
            columns.map { columns in
                .text("Columns", columns.map { "\(EntryField.shortened($0.name)): \($0.type)" })
            },
            .files(
                "Files",
                files.map { ($0.path.text, ", \(NumberText.grouped($0.byteCount)) bytes", $0.sha256) }
            ),
        ].compactMap(\.self)
    }
}

extension TrainingPredicate {
    /// The members as they are shown.
    var fields: [EntryField] {
        [
            .references("Inputs", inputs), .options("Options", parameters), .text("Seed", seed),
            isolation.field, environment.field, .text("Started", "\(started)"),
            .text("Finished", "\(finished)"),
        ]
    }
}

extension HardeningPredicate {
    /// The members as they are shown.
    var fields: [EntryField] {
        [
            .text("Methods", methods), .references("Original model", [original]), .references("Data", data),
            .options("Options", parameters), isolation.field, environment.field,
            .text("Started", "\(started)"), .text("Finished", "\(finished)"),
        ]
    }
}

extension AssessmentPredicate {
    /// The members as they are shown.
    var fields: [EntryField] {
        let results: [EntryField?] = [
            .text("Verdict", verdict.rawValue), .text("Attacker", ReleaseWording.threat(threat)),
            .text("Accuracy", ReleaseWording.estimate(cleanAccuracy)),
            .text(
                "Robust accuracy",
                "\(ReleaseWording.estimate(worstCaseRobustAccuracy)), worst case of all attacks"
            ),
            .text("Attacks", attacks.map(\.line)),
            gaps.isEmpty ? nil : .text("What failed attacks do not show", gaps),
            vulnerability.map {
                .text("Vulnerability score", "\(ReleaseWording.estimate($0, .points)), of 10")
            },
            .text("Sanity checks", checks),
        ]
        let run: [EntryField?] = [
            .references("Data", [data]), labels.map { .references("Labels", [$0]) },
            .references("Whole result", [report]), .text("Seed", seed),
            conditions.isEmpty ? nil : .options("Conditions", conditions), environment.field,
            .text("Finished", "\(finished)"),
        ]
        return (results + run).compactMap(\.self)
    }

    /// The checks by their status, with the names of those that say something.
    private var checks: [String] {
        ["pass", "warn", "fail", "skipped"].compactMap { status in
            let named = sanityChecks.filter { $0.status == status }
            guard !named.isEmpty else { return nil }
            guard status == "warn" || status == "fail" else { return "\(status): \(named.count)" }
            return "\(status): \(named.map { EntryField.shortened($0.id) }.joined(separator: ", "))"
        }
    }
}

extension AssessmentPredicate.Attack {
    /// The attack with its result, as it is shown.
    fileprivate var line: String {
        let title = "\(EntryField.shortened(name)) (\(EntryField.shortened(preset)))"
        return "\(title): robust accuracy \(ReleaseWording.estimate(robustAccuracy))"
    }
}

extension ClaimedEnvironment {
    /// What a run happened on, as it is shown.
    fileprivate var field: EntryField {
        let libraries = packages.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }
        let parts = [program, toolchain] + libraries + [operatingSystem, processor, "\(cores) threads"]
        return .text(
            "Environment",
            parts.filter { !$0.isEmpty }.map { EntryField.shortened($0) }.joined(separator: " · ")
        )
    }
}

extension ClaimedIsolation {
    /// What a run could reach, as it is shown.
    fileprivate var field: EntryField {
        let attempts = deniedAttempts == 0 ? "" : "; \(deniedAttempts) attempts to reach more were denied"
        return .text(
            "Isolation",
            (isIsolated ? "isolated by \(EntryField.shortened(mechanism))" : "not isolated") + attempts
        )
    }
}
