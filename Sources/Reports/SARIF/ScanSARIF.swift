import BulwarkProvenance
import Foundation

/// A scan of model files in the Static Analysis Results Interchange Format, version 2.1.0 (OASIS standard).
///
/// One result a finding, with the file as its location and the place inside the file as a logical one.
public enum ScanSARIF {
    /// Writes one run.
    ///
    /// - Parameters:
    ///   - reports: What was found.
    ///   - version: The version of the program.
    /// - Returns: UTF-8 text, ending in a line break.
    /// - Throws: `AssessmentJSONError`, which nothing in a scan can cause.
    public static func render(
        _ reports: ScanReports,
        version: String
    ) throws(AssessmentJSONError) -> Data {
        let rules = ScanRule.allCases
        let results = reports.files.flatMap { file in
            file.findings.map { result($0, in: file.path, ruleIndex: rules.firstIndex(of: $0.rule) ?? -1) }
        }
        let log: JSONValue = [
            "$schema": .string(SARIFReport.schema),
            "version": "2.1.0",
            "runs": [
                [
                    "tool": [
                        "driver": [
                            "name": "bulwark",
                            "version": .string(version),
                            "shortDescription": ["text": "Finds what is dangerous in model files."],
                            "rules": .array(rules.map(descriptor)),
                        ]
                    ],
                    "automationDetails": ["id": "bulwark/scan/"],
                    "artifacts": .array(
                        reports.files.map {
                            ["location": SARIFReport.location($0.path), "roles": ["analysisTarget"]]
                        }
                    ),
                    "invocations": [["executionSuccessful": true]],
                    "results": .array(results),
                    "columnKind": "unicodeCodePoints",
                ]
            ],
        ]
        return try AssessmentJSON.encode(value: log)
    }

    private static func descriptor(_ rule: ScanRule) -> JSONValue {
        [
            "id": .string(rule.rawValue),
            "shortDescription": ["text": .string(rule.why)],
            "fullDescription": ["text": .string(rule.why)],
        ]
    }

    private static func result(_ finding: ScanFinding, in path: String, ruleIndex: Int) -> JSONValue {
        let level =
            switch finding.severity {
            case .dangerous: "error"
            case .suspicious, .unreadable: "warning"
            case .note: "note"
            }
        let identity = SARIFReport.fingerprint(of: [
            SARIFReport.uri(path), finding.rule.rawValue, finding.location, finding.what,
        ])
        var location: [String: JSONValue] = [
            "physicalLocation": ["artifactLocation": SARIFReport.location(path)]
        ]
        if !finding.location.isEmpty {
            location["logicalLocations"] = [
                ["fullyQualifiedName": .string(finding.location), "kind": "member"]
            ]
        }
        return [
            "ruleId": .string(finding.rule.rawValue),
            "ruleIndex": .integer(ruleIndex),
            "level": .string(level),
            "message": ["text": .string("\(finding.what): \(finding.rule.why).")],
            "locations": [.object(location)],
            "partialFingerprints": [
                "bulwark/v1": .string(identity), "primaryLocationLineHash": .string(identity),
            ],
        ]
    }
}
