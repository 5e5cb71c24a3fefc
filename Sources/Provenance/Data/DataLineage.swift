/// The manifests that some data were made of, back to those that were collected.
public struct DataLineage: Sendable {
    /// The manifests, each behind its parents, the one asked for last.
    public let manifests: [DataManifest]

    /// Why data cannot be followed back.
    public enum Break: Error, Hashable, Sendable {
        /// A parent is not among the manifests.
        case missing(ContentReference)
        /// There are more generations than are followed.
        case tooLong(maximum: Int)
        /// A manifest cannot be written.
        case manifest(ClaimError)
    }

    /// The most generations that are followed.
    public static let maximumGenerations = 256

    /// Follows data back to where they were collected.
    ///
    /// - Parameters:
    ///   - digest: The digest of the manifest to begin with.
    ///   - claims: Signed manifests, in any order.
    /// - Throws: `Break` if a generation is missing.
    public init(
        of digest: ContentReference,
        in claims: [Verified<Claim<DatasetPredicate>>]
    ) throws(Break) {
        var known: [ContentDigest: DataManifest] = [:]
        for claim in claims {
            let manifest = claim.content.predicate.manifest
            do {
                known[try manifest.reference().sha256] = manifest
            } catch {
                throw .manifest(error)
            }
        }
        // Generation by generation; a manifest that is reached again moves behind its newest child.
        var (generation, ordered, rounds) = ([digest], [ContentReference](), 0)
        while !generation.isEmpty {
            guard rounds < Self.maximumGenerations else { throw .tooLong(maximum: Self.maximumGenerations) }
            rounds += 1
            let digests = Set(generation.map(\.sha256))
            ordered.removeAll { digests.contains($0.sha256) }
            ordered += generation
            var next: [ContentReference] = []
            for child in generation {
                guard let manifest = known[child.sha256] else { throw .missing(child) }
                for parent in manifest.parents where !next.contains(where: { $0.sha256 == parent.sha256 }) {
                    next.append(parent)
                }
            }
            generation = next
        }
        manifests = ordered.reversed().compactMap { known[$0.sha256] }
    }
}

extension DataLineage.Break: CustomStringConvertible {
    /// What is missing, in words.
    public var description: String {
        switch self {
        case .missing(let parent):
            "no signed manifest of '\(parent.name.printable)' (\(parent.sha256)) is there"
        case .tooLong(let maximum): "the data have more than \(maximum) generations"
        case .manifest(let error): error.description
        }
    }
}
