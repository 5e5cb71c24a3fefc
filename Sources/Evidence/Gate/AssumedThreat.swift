import BulwarkProvenance

/// Which attacker a rule is about.
struct AssumedThreat: Sendable {
    typealias Assessed = ReleaseEvidence.Stated<AssessmentPredicate>

    enum NormName: String, CaseIterable { case linf, l2, l1, l0 }
    /// From the least to the most that an attacker can know.
    enum Knowledge: String, CaseIterable {
        case blackBox = "black-box"
        case grayBox = "gray-box"
        case whiteBox = "white-box"

        var rank: Int { Self.allCases.firstIndex(of: self) ?? 0 }
    }

    let norm: NormName
    let radius: Double
    let knowledge: Knowledge
    /// How much of a sample's data may change: the digest of the file that says so; nil for everything.
    let constraints: String?
    /// How many questions a sample the attacker has at least; infinite for one who is not limited.
    let queries: Double
    /// Attacks that have to have been run.
    let attacks: [String]

    init(_ settings: inout PolicySettings) throws(PolicyError) {
        norm = try settings.word("norm", standard: .linf)
        radius = try settings.number("radius", in: 0...1e9)
        knowledge = try settings.word("knowledge", standard: .whiteBox)
        constraints = try settings.textIfPresent("constraints")
        queries = try settings.number("queriesPerSample", in: 1...1e12, standard: .infinity)
        attacks = try settings.texts("attacks")
    }

    /// The assessments that answer for this attacker.
    ///
    /// One at this very radius counts before one at a larger radius, which shows more than is asked. Of several at
    /// the radius all count, so that nobody can try until one turns out well.
    func answers(in all: [Assessed]) -> [Assessed] {
        let fitting = all.filter { stated in
            let (threat, conditions) = (stated.predicate.threat, stated.predicate.conditions)
            return threat.norm == norm.rawValue && threat.knowledge == knowledge.rawValue
                && conditions["targeted"] == nil && conditions["constraints"] == constraints
                && limit(conditions) >= queries
                && attacks.allSatisfy { name in stated.predicate.attacks.contains { $0.name == name } }
        }
        let exact = fitting.filter { abs($0.predicate.threat.radius - radius) <= radius * 1e-6 }
        return exact.isEmpty ? fitting.filter { $0.predicate.threat.radius > radius } : exact
    }

    /// The assessments that assume this attacker or a weaker one: what they broke is broken.
    func challenges(in all: [Assessed]) -> [Assessed] {
        all.filter { stated in
            let threat = stated.predicate.threat
            let rank = Knowledge(rawValue: threat.knowledge)?.rank ?? .max
            return threat.norm == norm.rawValue && threat.radius <= radius * (1 + 1e-6)
                && rank <= knowledge.rank
                && (constraints == nil || stated.predicate.conditions["constraints"] == constraints)
        }
    }

    /// How many questions a sample there were; text that is no number limits to none.
    private func limit(_ conditions: [String: String]) -> Double {
        conditions["queries-per-sample"].map { Double($0) ?? 0 } ?? .infinity
    }

    /// The attacker, each trait in a few words.
    var conditions: [String] {
        [condition]
            + (attacks.isEmpty ? [] : ["attacked by \(attacks.map(\.printable).joined(separator: ", "))"])
    }

    /// The attacker in a few words.
    private var condition: String {
        "\(knowledge.rawValue), \(norm.rawValue), radius \(radius)"
            + (constraints.map { ", constraints \($0.printable)" } ?? "")
            + (queries.isFinite ? ", \(queries.shares) queries a sample" : "")
    }

    /// What is missing if there are none.
    var text: String {
        let norms = "no \(knowledge.rawValue) assessment in \(norm.rawValue) at radius \(radius) or more"
        let named = attacks.isEmpty ? "" : " by \(attacks.map(\.printable).joined(separator: ", "))"
        let limited = constraints == nil ? "" : " under the constraints of the policy"
        let asked = queries.isFinite ? " with \(queries.shares) queries a sample or more" : ""
        return norms + named + limited + asked
    }
}
