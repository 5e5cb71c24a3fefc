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
    /// The data of the lineage, in its order.
    var data: [ReleaseData] {
        let manifests = manifests
        var data: [ReleaseData] = []
        func add(_ input: ModelLineage.Input, _ use: ReleaseData.Use) {
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

    /// Manifests of data that the data of the lineage were made of, by their entries.
    var ancestors: [(entry: UInt64, content: DataManifest)] {
        let used = Set(data.compactMap(\.manifest?.entry))
        return manifests.filter { !used.contains($0.key) }.sorted { $0.key < $1.key }
            .map { (entry: $0.key, content: $0.value) }
    }
}
