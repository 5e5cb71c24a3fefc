import ArgumentParser
import BulwarkProvenance
import Foundation

/// What is stated of a model in use.
extension ClaimCommand {
    /// `bulwark claim deploy`.
    struct Deploy: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "deploy",
            abstract: "Say that a model is in use; the next release is compared with it."
        )

        @Argument(help: "The model's file.")
        var model: String

        @Option(help: "Where, as in production.")
        var environment: String

        @Option(help: "What it is reached by, without secrets.")
        var endpoint = ""

        @Option(help: "The file of the configuration that it runs with.")
        var configuration: String

        @Option(help: "The decision of the gate that let it pass: what 'bulwark gate --json' printed.")
        var gateDecision: String

        @Option(help: "When, as in 2026-01-31T23:59:59Z. (default: now)")
        var deployed: String?

        @OptionGroup var signer: Signer

        func run() throws {
            try signer.state(
                DeploymentPredicate(
                    environment: environment,
                    endpoint: endpoint,
                    configuration: try ContentReference(file: configuration),
                    gateDecision: try ContentReference(file: gateDecision),
                    deployed: try Timestamp.typed(deployed, "--deployed") ?? .now
                ),
                about: ModelSubjects(file: model).subjects
            )
        }
    }

    /// `bulwark claim incident`.
    struct Incident: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "incident",
            abstract: "Say that something went wrong with a model."
        )

        @Argument(help: "The model's file.")
        var model: String

        @Option(help: "What the incident is called.")
        var identifier: String

        @Option(help: "How bad it is: low, medium, high or critical.")
        var severity: IncidentPredicate.Severity

        @Option(help: "security if somebody meant it, safety if nobody did, or unknown.")
        var kind: IncidentPredicate.Kind = .unknown

        @Option(help: "What happened, in a sentence.")
        var summary: String

        @Option(help: "The file of a record of it; may be repeated.")
        var record: [String] = []

        @Option(help: "When it was noticed, as in 2026-01-31T23:59:59Z. (default: now)")
        var detected: String?

        @Option(help: "When it was over; left out while it is not.")
        var resolved: String?

        @OptionGroup var signer: Signer

        func run() throws {
            try signer.state(
                IncidentPredicate(
                    identifier: identifier,
                    severity: severity,
                    kind: kind,
                    summary: summary,
                    evidence: try record.map { try ContentReference(file: $0) },
                    detected: try Timestamp.typed(detected, "--detected") ?? .now,
                    resolved: try Timestamp.typed(resolved, "--resolved")
                ),
                about: ModelSubjects(file: model).subjects
            )
        }
    }
}

extension IncidentPredicate.Severity: ExpressibleByArgument {}
extension IncidentPredicate.Kind: ExpressibleByArgument {}
