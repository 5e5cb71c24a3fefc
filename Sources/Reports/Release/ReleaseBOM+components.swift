import BulwarkEvidence
import BulwarkProvenance

/// The model, the models before it, and their data.
extension ReleaseBOM {
    /// The model that the bill is of, with all evidence that is not about data.
    static func model(_ report: ReleaseReport) -> JSONValue {
        let others = report.ownItems.filter { $0.entry.claimType != .dataset }
        return [
            "type": "machine-learning-model",
            "bom-ref": reference(report.evidence.model),
            "name": .string(report.model),
            "hashes": hashes(report.evidence.model),
            "modelCard": card(report),
            "externalReferences": .array(
                [["type": "model-card", "url": "model-card.md"]] + others.flatMap { evidence($0, report) }
            ),
        ]
    }

    static func components(_ report: ReleaseReport) -> [JSONValue] {
        let models = report.earlierModels.map { model -> JSONValue in
            [
                "type": "machine-learning-model", "bom-ref": reference(model.sha256),
                "name": .string(model.name), "hashes": hashes(model.sha256),
            ]
        }
        let data = report.data.map { data in
            component(
                data.reference,
                hashes: hashes(data.reference.sha256),
                manifest: data.manifest,
                properties: data.uses.map { property("data:use", $0.rawValue) },
                report
            )
        }
        let ancestors = report.ancestors.compactMap { manifest -> JSONValue? in
            guard let reference = try? manifest.content.reference() else { return nil }
            // Many files have no hash together; the manifest's digest is in the properties.
            return component(reference, hashes: nil, manifest: manifest, properties: [], report)
        }
        return models + data + ancestors
    }

    private static func component(
        _ content: ContentReference,
        hashes: JSONValue?,
        manifest: (entry: UInt64, content: DataManifest)?,
        properties: [JSONValue],
        _ report: ReleaseReport
    ) -> JSONValue {
        var members: [String: JSONValue] = [
            "type": "data",
            "bom-ref": reference(content.sha256),
            "name": .string(content.name),
            "data": [["type": "dataset", "name": .string(manifest?.content.name ?? content.name)]],
        ]
        members["hashes"] = hashes
        members["properties"] = .array(properties + (manifest.map { provenance($0.content) } ?? []))
        guard let manifest else { return .object(members) }
        members["licenses"] = licences(manifest.content.licence)
        let items = report.items.filter { $0.entry.index == manifest.entry }
        members["externalReferences"] = .array(items.flatMap { evidence($0, report) })
        return .object(members)
    }

    private static func provenance(_ manifest: DataManifest) -> [JSONValue] {
        let digest = try? manifest.reference().sha256
        return [
            property("data:source", manifest.source), property("data:collector", manifest.collector),
            property("data:collected", manifest.collected.description),
            digest.map { property("data:manifest:sha256", $0.hexadecimal) },
        ].compactMap(\.self)
            + manifest.transformations.map { property("data:transformation", $0.name) }
    }

    /// A licence by its SPDX identifier if it is one of those that data usually have, otherwise by its name.
    private static func licences(_ licence: String) -> JSONValue {
        guard !licence.isEmpty else { return [] }
        return [["license": [commonLicences.contains(licence) ? "id" : "name": .string(licence)]]]
    }

    private static let commonLicences: Set<String> = [
        "Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "C-UDA-1.0", "CC-BY-3.0", "CC-BY-4.0", "CC-BY-NC-4.0",
        "CC-BY-NC-SA-4.0", "CC-BY-ND-4.0", "CC-BY-SA-3.0", "CC-BY-SA-4.0", "CC0-1.0", "CDLA-Permissive-1.0",
        "CDLA-Permissive-2.0", "CDLA-Sharing-1.0", "GPL-3.0-only", "GPL-3.0-or-later", "MIT", "O-UDA-1.0",
        "ODC-By-1.0", "ODbL-1.0", "PDDL-1.0",
    ]

    /// An entry of the log and its receipt, as files beside the bill with their hashes.
    static func evidence(_ item: ReleaseReport.Item, _ report: ReleaseReport) -> [JSONValue] {
        let index = item.entry.index
        let place = "entry \(index) of the log \(report.log.origin)"
        let signers = item.entry.signers.joined(separator: ", ")
        return [
            [
                "type": "attestation",
                "url": .string(ReleaseReport.entryFile(index)),
                "comment": .string("\(item.entry.claimType.name), \(place), signed by \(signers)"),
                "hashes": hashes(item.entryDigest),
            ],
            [
                "type": "evidence",
                "url": .string(ReleaseReport.receiptFile(index)),
                "comment": .string("receipt (C2SP tlog-proof) of \(place), size \(report.log.size)"),
                "hashes": hashes(item.receiptDigest),
            ],
        ]
    }
}
