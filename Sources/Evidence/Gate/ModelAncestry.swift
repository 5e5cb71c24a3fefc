import BulwarkProvenance

/// The models that a model was made of by training further, however often, and itself.
struct ModelAncestry {
    /// A model: its file, and those besides it that hold weights, as far as whoever went on from it has named them.
    struct Member: Hashable {
        let model: ContentDigest
        let weights: [ContentReference]
    }

    /// The models, the one asked for first.
    private(set) var members: [Member]
    private let trainings: [ReleaseEvidence.Stated<TrainingPredicate>]
    private let hardenings: [ReleaseEvidence.Stated<HardeningPredicate>]

    /// Follows a model back, by every entry that says how one was made.
    init(of evidence: ReleaseEvidence) {
        (trainings, hardenings) = (evidence.trainings, evidence.hardenings)
        members = [Member(model: evidence.model, weights: evidence.weights)]
        var next = 0
        while next < members.count {
            for source in sources(of: members[next]) where !members.contains(source) {
                members.append(source)
            }
            next += 1
        }
    }

    /// How the models were trained.
    var ownTrainings: [ReleaseEvidence.Stated<TrainingPredicate>] {
        trainings.filter { stated in members.contains { stated.isAbout($0.model, $0.weights) } }
    }

    /// How they were hardened.
    var ownHardenings: [ReleaseEvidence.Stated<HardeningPredicate>] {
        hardenings.filter { stated in members.contains { stated.isAbout($0.model, $0.weights) } }
    }

    /// The first of the models that does not lead back to a training; nil if all do.
    ///
    /// Those that were made of each other and of nothing else do not.
    var unexplained: Member? {
        var explained = Set(
            members.filter { member in trainings.contains { $0.isAbout(member.model, member.weights) } }
        )
        var known = -1
        while known < explained.count {
            known = explained.count
            explained.formUnion(members.filter { originals(of: $0).contains(where: explained.contains) })
        }
        return members.first { !explained.contains($0) }
    }

    private func sources(of member: Member) -> [Member] {
        let inputs = trainings.filter { $0.isAbout(member.model, member.weights) }.flatMap(\.predicate.inputs)
        return originals(of: member) + inputs.filter(isModel).map { Member(model: $0.sha256, weights: []) }
    }

    private func originals(of member: Member) -> [Member] {
        hardenings.filter { $0.isAbout(member.model, member.weights) }.map { stated in
            Member(model: stated.predicate.original.sha256, weights: stated.predicate.originalWeights)
        }
    }

    /// Whether somebody says of an input how it was trained or hardened.
    private func isModel(_ input: ContentReference) -> Bool {
        trainings.contains { $0.isAbout(input.sha256) } || hardenings.contains { $0.isAbout(input.sha256) }
    }
}
