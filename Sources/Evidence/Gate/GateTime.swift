import BulwarkProvenance

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

    /// What keeps everything from being decided: something was done later than now, so that one of the clocks is wrong,
    /// and with it every age and every end; nil if nothing does.
    var clockFault: GateFinding? {
        let moments =
            assessments.map { ($0.index, $0.predicate.finished) }
            + scans.map { ($0.index, $0.predicate.finished) }
            + trainings.map { ($0.index, $0.predicate.finished) }
            + hardenings.map { ($0.index, $0.predicate.finished) }
            + approvals.map { ($0.index, $0.predicate.decided) }
        guard let latest = moments.max(by: { $0.1 < $1.1 }), isInFuture(latest.1) else { return nil }
        return GateFinding(
            .fail,
            "the clock says \(now), and entry \(latest.0) is of \(latest.1): one of the two clocks is wrong",
            entries: [latest.0]
        )
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
