import BulwarkEvaluation
import Foundation

/// An assessment in the Static Analysis Results Interchange Format, version 2.1.0 (OASIS standard).
///
/// Build servers and code hosts read it. A model has no lines, so results have logical locations, and the
/// model file as the artifact. There are no times in it: the same assessment gives the same bytes.
public enum SARIFReport {
    /// Where the schema is published.
    static let schema =
        "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"

    /// Writes one run with a result for the verdict, for each attack and for each sanity check.
    ///
    /// - Parameter outcome: What an assessment found.
    /// - Returns: UTF-8 text, ending in a line break.
    /// - Throws: `AssessmentJSONError.notFinite` if a number that belongs in the text is NaN or infinite.
    public static func render(outcome: AssessmentOutcome) throws(AssessmentJSONError) -> Data {
        let assessment = outcome.assessment
        let findings = SARIFFinding.all(of: assessment)
        let log: JSONValue = [
            "$schema": .string(schema),
            "version": "2.1.0",
            "runs": [
                [
                    "tool": ["driver": driver(assessment, rules: findings.map(\.rule))],
                    "taxonomies": [SARIFTaxonomy.component],
                    "artifacts": artifacts(assessment),
                    "automationDetails": ["id": .string("bulwark/assess/\(uri(assessment.model.path))/")],
                    "invocations": [invocation(assessment)],
                    "results": .array(results(findings, assessment)),
                    "columnKind": "unicodeCodePoints",
                ]
            ],
        ]
        return try AssessmentJSON.encode(value: log)
    }

    private static func driver(_ assessment: Assessment, rules: [SARIFRule]) -> JSONValue {
        var seen: Set<String> = []
        return [
            "name": .string(assessment.tool.name),
            "version": .string(assessment.tool.version),
            "shortDescription": ["text": "Measures how an AI model holds up under attack."],
            "supportedTaxonomies": [["name": .string(SARIFTaxonomy.name)]],
            "rules": .array(rules.filter { seen.insert($0.id).inserted }.map(\.json)),
        ]
    }

    private static func artifacts(_ assessment: Assessment) -> JSONValue {
        [
            [
                "description": ["text": "The model that was assessed."],
                "location": location(assessment.model.path),
                "roles": ["analysisTarget"],
                "hashes": ["sha-256": .string(assessment.model.sha256)],
            ],
            [
                "description": ["text": "The samples it was assessed on."],
                "location": location(assessment.data.path),
                "roles": ["referencedOnCommandLine"],
                "hashes": ["sha-256": .string(assessment.data.sha256)],
            ],
        ]
    }

    private static func invocation(_ assessment: Assessment) -> JSONValue {
        [
            "commandLine": .string(Wording.command(of: assessment.tool)),
            "arguments": .array(assessment.tool.command.map { .string($0) }),
            "executionSuccessful": .boolean(assessment.partial == nil),
        ]
    }

    private static func results(_ findings: [SARIFFinding], _ assessment: Assessment) -> [JSONValue] {
        var indices: [String: Int] = [:]
        for finding in findings where indices[finding.rule.id] == nil {
            indices[finding.rule.id] = indices.count
        }
        return findings.map { finding in
            let identity = fingerprint(finding, assessment)
            var result: [String: JSONValue] = [
                "ruleId": .string(finding.rule.id),
                "ruleIndex": .integer(indices[finding.rule.id] ?? -1),
                "kind": .string(finding.kind.rawValue),
                // A result that is not a failure has no level (section 3.27.10).
                "level": .string(finding.kind == .fail ? finding.rule.level : "none"),
                "rank": .number((min(max(finding.rank, 0), 100) * 10).rounded() / 10),
                "message": ["text": .string(finding.message)],
                "locations": [place(finding, assessment)],
                "partialFingerprints": [
                    "bulwark/v1": .string(identity),
                    // The only key that GitHub looks at; without it, it would look for the line that is not
                    // there.
                    "primaryLocationLineHash": .string(identity),
                ],
            ]
            if !finding.rule.techniques.isEmpty {
                result["taxa"] = .array(finding.rule.techniques.map(SARIFTaxonomy.reference))
            }
            return .object(result)
        }
    }

    private static func place(_ finding: SARIFFinding, _ assessment: Assessment) -> JSONValue {
        let model = Wording.name(of: assessment.model)
        return [
            "physicalLocation": ["artifactLocation": location(assessment.model.path, index: 0)],
            "logicalLocations": [
                [
                    "name": .string(finding.subject ?? model),
                    "fullyQualifiedName": .string(
                        [model, finding.subject].compactMap(\.self).joined(separator: "/")
                    ),
                    "kind": .string(finding.subject == nil ? "model" : finding.subjectKind),
                ]
            ],
        ]
    }

    /// What makes two results of different runs the same: model file, rule, subject and threat, but no
    /// outcome.
    private static func fingerprint(_ finding: SARIFFinding, _ assessment: Assessment) -> String {
        let threat = assessment.threat
        return fingerprint(of: [
            uri(assessment.model.path), finding.rule.id, finding.subject ?? "", threat.norm,
            "\(threat.epsilon)",
            threat.goal, threat.knowledge,
        ])
    }

    /// A name for what has these parts.
    static func fingerprint(of parts: [String]) -> String {
        // FNV-1a with 64 bits, over parts that cannot run into each other. It names; it does not protect.
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for part in parts {
            for byte in Array(part.utf8) + [0] { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
        }
        let digits = String(hash, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }

    static func location(_ path: String, index: Int? = nil) -> JSONValue {
        var location: [String: JSONValue] = ["uri": .string(uri(path))]
        if let index { location["index"] = .integer(index) }
        return .object(location)
    }

    /// A path as a relative reference (RFC 3986).
    ///
    /// Of an absolute path only the file name: the rest is of one machine. The address of a served model is one
    /// already.
    static func uri(_ path: String) -> String {
        if isAddress(path) { return path }
        let isAbsolute = path.hasPrefix("/")
        let parts = path.split(separator: "/").filter { $0 != "." }
        let kept = isAbsolute ? parts.suffix(1) : parts[...]
        return kept.map(percentEncoded).joined(separator: "/")
    }

    private static func isAddress(_ path: String) -> Bool {
        (path.hasPrefix("http://") || path.hasPrefix("https://"))
            && path.utf8.allSatisfy { $0 > 32 && $0 < 127 && !"\"<>\\^`{|}".utf8.contains($0) }
    }

    /// Everything but the unreserved characters of RFC 3986, section 2.3, as %XX.
    private static func percentEncoded(_ part: Substring) -> String {
        part.utf8.map { byte -> String in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."),
                UInt8(ascii: "_"),
                UInt8(ascii: "~"):
                String(UnicodeScalar(byte))
            default: "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
            }
        }.joined()
    }
}
