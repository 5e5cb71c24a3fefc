import ArgumentParser
import BulwarkEvidence
import BulwarkProvenance
import Foundation

/// What is stated of a model in use.
extension ClaimCommand {
    /// `bulwark claim deploy`.
    struct Deploy: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "deploy",
            abstract: "Say that a model is in use; the next release is compared with it.",
            discussion: """
                The decision of the gate is read: exit code 77 unless it is a pass, of this very model. It is not \
                signed, so it proves nothing by itself; the claim says whose word it is.
                """
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
            let subjects = try ModelSubjects(file: model, apartFrom: signer.secrets)
            try signer.state(
                DeploymentPredicate(
                    environment: environment,
                    endpoint: endpoint,
                    configuration: try ContentReference(file: configuration),
                    gateDecision: try Self.pass(gateDecision, of: subjects.model.sha256),
                    deployed: try Timestamp.typed(deployed, "--deployed") ?? .now
                ),
                about: subjects.subjects,
                reading: ModelSubjects.files(of: model) + [configuration, gateDecision]
            )
        }

        /// The members of a decision that say what was decided; the others are for people.
        private struct Decision: Decodable {
            let sha256: ContentDigest
            let verdict: String
        }

        /// A decision of the gate that let a model pass.
        ///
        /// - Throws: `CommandFailure` with exit code 77 if it decided otherwise or about another model, 65 if
        ///   it is no decision.
        private static func pass(_ path: String, of model: ContentDigest) throws -> ContentReference {
            let bytes = try LimitedFile.read(path, maximumBytes: JSONLimits().maximumBytes)
            // Read strictly first: of two members of one name another reader may see the other.
            guard let value = try? JSONReader.read(bytes),
                let decision = try? JSONDecoder().decode(Decision.self, from: CanonicalJSON.write(value))
            else {
                throw CommandFailure(
                    .badInput,
                    "\(path): is no decision of the gate",
                    hint: "write one with bulwark gate --json > \(path)"
                )
            }
            guard decision.sha256 == model else {
                throw CommandFailure(
                    .notAllowed,
                    "\(path): the gate decided about another model, \(decision.sha256)"
                )
            }
            guard decision.verdict == GateOutcome.pass.rawValue else {
                throw CommandFailure(
                    .notAllowed,
                    "\(path): the gate said '\(decision.verdict.printable)', not pass"
                )
            }
            return ContentReference(
                name: URL(fileURLWithPath: path).lastPathComponent,
                sha256: ContentDigest(of: bytes)
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
                about: ModelSubjects(file: model, apartFrom: signer.secrets).subjects,
                reading: ModelSubjects.files(of: model) + record
            )
        }
    }
}

extension IncidentPredicate.Severity: ExpressibleByArgument {}
extension IncidentPredicate.Kind: ExpressibleByArgument {}
