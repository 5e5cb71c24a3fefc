import BulwarkProvenance

/// Which attacker a rule is about.
struct AssumedThreat: Sendable {
    enum NormName: String, CaseIterable { case linf, l2, l1, l0 }
    enum Knowledge: String, CaseIterable {
        case whiteBox = "white-box"
        case grayBox = "gray-box"
        case blackBox = "black-box"
    }

    let norm: NormName
    let radius: Double
    let knowledge: Knowledge

    init(_ settings: inout PolicySettings) throws(PolicyError) {
        norm = try settings.word("norm", standard: .linf)
        radius = try settings.number("radius", in: 0...1e9)
        knowledge = try settings.word("knowledge", standard: .whiteBox)
    }

    /// The assessments that answer for this attacker.
    ///
    /// One at this very radius counts before one at a larger radius, which shows more than is asked. Of several at
    /// the radius all count, so that nobody can try until one turns out well.
    func assessments(
        in all: [ReleaseEvidence.Stated<AssessmentPredicate>]
    ) -> [ReleaseEvidence.Stated<AssessmentPredicate>] {
        let fitting = all.filter {
            let threat = $0.predicate.threat
            return threat.norm == norm.rawValue && threat.knowledge == knowledge.rawValue
        }
        let exact = fitting.filter { abs($0.predicate.threat.radius - radius) <= radius * 1e-6 }
        return exact.isEmpty ? fitting.filter { $0.predicate.threat.radius > radius } : exact
    }

    /// The attacker in a few words.
    var condition: String { "\(knowledge.rawValue), \(norm.rawValue), radius \(radius)" }

    /// What is missing if there are none.
    var text: String { "no \(knowledge.rawValue) assessment in \(norm.rawValue) at radius \(radius) or more" }
}

extension ReleaseEvidence {
    /// Whether something was done too long ago; nil where any age will do.
    func isTooOld(_ time: Timestamp, _ maximumAge: Int64?) -> Bool {
        guard let maximumAge else { return false }
        return now.secondsSince1970 - time.secondsSince1970 > maximumAge
    }

    /// How many days ago something was done; 0 for the future.
    func days(since time: Timestamp) -> Double {
        Double(max(0, now.secondsSince1970 - time.secondsSince1970)) / 86_400
    }

    /// Whether something is said to have been done in the future: a clock was wrong, here or there.
    func isInFuture(_ time: Timestamp) -> Bool { time.secondsSince1970 - now.secondsSince1970 > 300 }

    /// What is wrong with the time of something; nil if nothing is.
    func timeFault(_ time: Timestamp, _ maximumAge: Int64?) -> String? {
        if isInFuture(time) { return "is of \(time), which is in the future" }
        if isTooOld(time, maximumAge) { return "is of \(time), which is too long ago" }
        return nil
    }

    /// An estimate against a minimum: its interval decides.
    static func judge(
        _ estimate: ClaimedEstimate,
        atLeast minimum: Double,
        _ what: String,
        at index: UInt64
    ) -> GateFinding {
        let text =
            "\(what) is \(estimate.value.shares) (95 % interval \(estimate.lower.shares) to \(estimate.upper.shares), "
            + "\(estimate.samples) samples), and \(minimum.shares) is required"
        let outcome: GateOutcome =
            estimate.lower >= minimum ? .pass : estimate.upper < minimum ? .fail : .inconclusive
        return GateFinding(outcome, text, entries: [index], number: GateNumber(estimate))
    }
}

extension Double {
    /// Three decimals, as texts of findings have them.
    var shares: String { "\((self * 1000).rounded() / 1000)" }
}

extension [GateFinding] {
    /// The worst of several findings; nil if there are none.
    var worst: GateFinding? { self.min { $0.outcome < $1.outcome } }
}
