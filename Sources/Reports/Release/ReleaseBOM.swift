import BulwarkEvidence
import BulwarkProvenance
import Foundation

/// A release as a bill of materials for models (CycloneDX 1.6, ECMA-424, with its model card).
///
/// Strings by strangers are in it as they are: it is data for programs, which escape what they show.
public enum ReleaseBOM {
    /// Writes the bill.
    ///
    /// - Parameter report: What it tells.
    /// - Returns: UTF-8 text, ending in a line break; the same report gives the same bytes.
    /// - Throws: `AssessmentJSONError`, which nothing in a report can cause.
    public static func render(_ report: ReleaseReport) throws(AssessmentJSONError) -> Data {
        var members: [String: JSONValue] = [
            "$schema": "http://cyclonedx.org/schema/bom-1.6.schema.json",
            "bomFormat": "CycloneDX",
            "specVersion": "1.6",
            "version": 1,
            "metadata": metadata(report),
            "components": .array(components(report)),
            "dependencies": .array(dependencies(report)),
        ]
        let cited = report.citedItems.flatMap { evidence($0, report) }
        if !cited.isEmpty { members["externalReferences"] = .array(cited) }
        let workflows = report.lineage.runs.map { workflow($0) }
        if !workflows.isEmpty { members["formulation"] = [["workflows": .array(workflows)]] }
        // The number is made of all the rest, so that another content has another one.
        let digest = ContentDigest(of: try AssessmentJSON.encode(value: JSONValue.object(members)))
        members["serialNumber"] = .string("urn:uuid:\(NameUUID(url: "urn:bulwark:bom:sha256:\(digest)"))")
        return try AssessmentJSON.encode(value: JSONValue.object(members))
    }

    /// What other parts of the bill call some content.
    static func reference(_ digest: ContentDigest) -> JSONValue { .string("sha256:\(digest)") }

    /// The hashes of some content.
    static func hashes(_ digest: ContentDigest) -> JSONValue {
        [["alg": "SHA-256", "content": .string(digest.hexadecimal)]]
    }

    /// A named text of a taxonomy of our own.
    static func property(_ name: String, _ value: String) -> JSONValue {
        ["name": .string("bulwark:\(name)"), "value": .string(value)]
    }

    private static func metadata(_ report: ReleaseReport) -> JSONValue {
        [
            "timestamp": .string(report.evidence.now.description),
            "tools": [
                "components": [
                    ["type": "application", "name": "bulwark", "version": .string(report.version)]
                ]
            ],
            "component": model(report),
            "properties": .array(logProperties(report) + decisionProperties(report)),
        ]
    }

    private static func logProperties(_ report: ReleaseReport) -> [JSONValue] {
        [
            property("log:origin", report.log.origin), property("log:size", "\(report.log.size)"),
            property("log:root", report.log.root), property("log:key:sha256", report.log.key.hexadecimal),
        ]
    }

    private static func decisionProperties(_ report: ReleaseReport) -> [JSONValue] {
        guard let decision = report.decision else { return [property("gate:verdict", "not judged")] }
        let rules = decision.results.flatMap { result -> [JSONValue] in
            let name = "gate:\(result.rule.phase.rawValue):\(result.rule.name)"
            let entries = result.finding.entries.map { "\($0)" }.joined(separator: ",")
            return [
                property(name, result.outcome.rawValue), property("\(name):reason", result.finding.reason),
                entries.isEmpty ? nil : property("\(name):entries", entries),
                result.waiver.map { property("\(name):waiver", "\($0)") },
            ].compactMap(\.self)
        }
        return [property("gate:verdict", decision.verdict.rawValue)] + rules
    }

    /// What the model was made of; each model and each of its data has a row of its own.
    private static func dependencies(_ report: ReleaseReport) -> [JSONValue] {
        var rows: [(ContentDigest, [ContentDigest])] = []
        func add(_ digest: ContentDigest, _ others: [ContentDigest]) {
            let place = rows.firstIndex { $0.0 == digest } ?? rows.count
            if place == rows.count { rows.append((digest, [])) }
            for other in others where !rows[place].1.contains(other) { rows[place].1.append(other) }
        }
        add(report.evidence.model, [])
        for run in report.lineage.runs {
            let inputs = (run.inputs + [run.original].compactMap(\.self)).map(\.reference.sha256)
            add(run.output.sha256, inputs.filter { $0 != run.output.sha256 })
        }
        let parts = report.partsOfManifests
        func parents(_ manifest: DataManifest?, of digest: ContentDigest) -> [ContentDigest] {
            (manifest?.parents ?? []).flatMap { parts[$0.sha256] ?? [] }.filter { $0 != digest }
        }
        for data in report.data {
            add(data.reference.sha256, parents(data.manifest?.content, of: data.reference.sha256))
        }
        for (_, manifest) in report.ancestors {
            guard let reference = try? manifest.reference() else { continue }
            add(reference.sha256, parents(manifest, of: reference.sha256))
        }
        return rows.map { digest, others in
            ["ref": reference(digest), "dependsOn": .array(others.map { reference($0) })]
        }
    }

    /// A training or hardening with what went in and what came out.
    private static func workflow(_ run: ModelLineage.Run) -> JSONValue {
        let (parameters, started, finished): ([String: String], Timestamp, Timestamp)
        switch run.entry.content {
        case .training(let claim):
            (parameters, started, finished) = (claim.parameters, claim.started, claim.finished)
        case .hardening(let claim):
            (parameters, started, finished) = (claim.parameters, claim.started, claim.finished)
        default: preconditionFailure("a run is a training or a hardening")
        }
        let options = parameters.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }.map {
            name,
            value in
            JSONValue.object(["name": .string(name), "value": .string(value)])
        }
        var seen: Set<ContentDigest> = []
        let inputs = ([run.original].compactMap(\.self) + run.inputs).filter {
            seen.insert($0.reference.sha256).inserted
        }.map {
            input -> JSONValue in
            ["resource": ["ref": reference(input.reference.sha256)]]
        }
        let identifier = "entry:\(run.entry.index)"
        return [
            "bom-ref": .string(identifier),
            "uid": .string(identifier),
            "name": .string(run.entry.claimType.name),
            "taskTypes": ["build"],
            "inputs": .array(inputs + (options.isEmpty ? [] : [["parameters": .array(options)]])),
            "outputs": [["type": "artifact", "resource": ["ref": reference(run.output.sha256)]]],
            "timeStart": .string(started.description),
            "timeEnd": .string(finished.description),
        ]
    }
}
