/// A condition an evaluation has to meet before its failure to break a model counts as evidence.
///
/// After N. Carlini et al., "On Evaluating Adversarial Robustness", arXiv 1902.06705 (2019), sections 3 to 5:
/// an attack that finds nothing has shown only that this attack found nothing, unless these hold. The cases
/// are in the order of the digits in a vulnerability record.
public enum AdequacyGate: String, Sendable, Hashable, CaseIterable {
    /// (a) With an unbounded perturbation the attack succeeds on at least 99 % of the samples.
    case unboundedAttackSucceeds = "a"
    /// (b) The white-box attack does at least as well as the black-box attack, within the confidence
    /// interval.
    case whiteBoxBeatsBlackBox = "b"
    /// (c) The success rate does not fall when the budget grows.
    case successGrowsWithBudget = "c"
    /// (d) Doubling iterations or restarts changes the success rate by less than one percentage point.
    case attackHasConverged = "d"
    /// (e) Random noise of the same norm is clearly weaker than the attack.
    case noiseIsWeaker = "e"
    /// (f) The gradients were checked, or an attack without gradients was included.
    case gradientsAreSound = "f"
    /// (g) At least one attack was adapted to the defense.
    case attackIsAdaptive = "g"
}

/// What was found when a gate was checked.
public enum AdequacyResult: Sendable, Hashable {
    /// The condition holds.
    case passed
    /// The condition does not hold.
    case failed
    /// Nobody looked; it counts as failed.
    case notEvaluated
}

/// The results of the seven adequacy gates.
public struct AdequacyReport: Sendable, Hashable {
    private var results: [AdequacyGate: AdequacyResult]

    /// Makes a report; gates that are left out were not evaluated.
    ///
    /// - Parameter results: What is known.
    public init(_ results: [AdequacyGate: AdequacyResult] = [:]) {
        self.results = results.filter { $0.value != .notEvaluated }
    }

    /// The result of one gate.
    ///
    /// - Parameter gate: One of the seven.
    public subscript(gate: AdequacyGate) -> AdequacyResult {
        get { results[gate, default: .notEvaluated] }
        set { results[gate] = newValue == .notEvaluated ? nil : newValue }
    }

    /// The gates that passed.
    public var passed: Set<AdequacyGate> {
        Set(AdequacyGate.allCases.filter { self[$0] == .passed })
    }

    /// The gates that failed or were not evaluated, in their order.
    public var notPassed: [AdequacyGate] {
        AdequacyGate.allCases.filter { self[$0] != .passed }
    }

    /// Whether the evidence may lower a score: every gate passed.
    public var isAdmissible: Bool { notPassed.isEmpty }
}
