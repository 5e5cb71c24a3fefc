import BulwarkEvidence
import BulwarkProvenance

/// Data that a model was made of or measured on, each content once.
struct ReleaseData {
    /// What a run calls it, and which content it is.
    let reference: ContentReference
    /// What it was used for, in the order of the lineage.
    var uses: [Use]
    /// The manifest that lists it, with the number of its entry; nil where nobody has signed one.
    let manifest: (entry: UInt64, content: DataManifest)?

    /// What data are used for.
    enum Use: String {
        case training, hardening, assessment
    }
}

extension ReleaseReport {
    /// The models that led to this one, from the oldest on, each content once.
    var earlierModels: [ContentReference] {
        var seen: Set<ContentDigest> = [evidence.model]
        return lineage.runs.flatMap { [$0.original?.reference, $0.output].compactMap(\.self) }
            .filter { seen.insert($0.sha256).inserted }
    }

    /// The data of the lineage, in its order; what is one of its models is none of them.
    var data: [ReleaseData] {
        let manifests = manifests
        let models = Set([evidence.model] + earlierModels.map(\.sha256))
        var data: [ReleaseData] = []
        func add(_ input: ModelLineage.Input, _ use: ReleaseData.Use) {
            guard !models.contains(input.reference.sha256) else { return }
            if let place = data.firstIndex(where: { $0.reference.sha256 == input.reference.sha256 }) {
                if !data[place].uses.contains(use) { data[place].uses.append(use) }
                return
            }
            let manifest = input.manifest.flatMap { index in
                manifests[index].map { (entry: index, content: $0) }
            }
            data.append(ReleaseData(reference: input.reference, uses: [use], manifest: manifest))
        }
        for run in lineage.runs {
            for input in run.inputs { add(input, run.entry.claimType == .training ? .training : .hardening) }
        }
        for measurement in lineage.assessments { add(measurement.data, .assessment) }
        return data
    }

    /// Manifests of data that the data of the lineage were made of, in the order of their entries, each
    /// content once.
    var ancestors: [(entry: UInt64, content: DataManifest)] {
        let data = data
        let used = Set(data.compactMap(\.manifest?.entry))
        var seen = Set(data.compactMap { try? $0.manifest?.content.reference().sha256 })
        seen.formUnion([evidence.model] + earlierModels.map(\.sha256) + data.map(\.reference.sha256))
        return manifests.filter { !used.contains($0.key) }.sorted { $0.key < $1.key }
            .filter { (try? $0.value.reference()).map { seen.insert($0.sha256).inserted } ?? false }
            .map { (entry: $0.key, content: $0.value) }
    }

    /// What the manifests of the lineage are called in a bill of materials, by their digests: a part of their
    /// own, or those data of the lineage that they list.
    var partsOfManifests: [ContentDigest: [ContentDigest]] {
        var parts: [ContentDigest: [ContentDigest]] = [:]
        for data in data {
            guard let digest = try? data.manifest?.content.reference().sha256 else { continue }
            parts[digest, default: []].append(data.reference.sha256)
        }
        for ancestor in ancestors {
            guard let digest = try? ancestor.content.reference().sha256 else { continue }
            parts[digest] = [digest]
        }
        return parts
    }
}
