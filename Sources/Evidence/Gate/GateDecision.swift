import BulwarkProvenance

/// What a policy says of a model, rule by rule.
public struct GateDecision: Sendable {
    /// What became of one rule.
    public struct Result: Sendable {
        /// The rule.
        public let rule: PolicyRule
        /// What it found; for a rule that was waived, what it would have found.
        public let finding: GateFinding
        /// The entry of the waiver that lets it pass; nil if there is none.
        public let waiver: UInt64?
        /// Whether it was looked at: safety is only on top of security that has passed.
        public let isEvaluated: Bool

        /// What counts.
        public var outcome: GateOutcome {
            guard isEvaluated else { return .inconclusive }
            return waiver == nil ? finding.outcome : .pass
        }
    }

    /// The rules in the order of the policy.
    public let results: [Result]
    /// What was judged.
    public let evidence: ReleaseEvidence
    /// Rules that there are and that the policy does not ask for.
    public let unusedRules: [UnusedRule]

    /// A rule that a policy could ask for.
    public struct UnusedRule: Sendable, Hashable {
        /// What policies call it.
        public let name: String
        /// What it is about.
        public let phase: GatePhase
        /// What it would ask, as a sentence without its beginning.
        public let summary: String
    }

    /// Applies a policy to what a log holds about a model.
    ///
    /// Verdicts combine as a minimum, never as a mean (invariant 8). Waivers count for the rule that they name,
    /// until they expire.
    public init(_ policy: Policy, on evidence: ReleaseEvidence) {
        self.evidence = evidence
        unusedRules = GateRuleTable.rows.filter { row in !policy.rules.contains { $0.name == row.name } }
            .map { UnusedRule(name: $0.name, phase: $0.phase, summary: $0.summary) }
        let fault = evidence.clockFault
        func results(_ phase: GatePhase, isEvaluated: Bool) -> [Result] {
            policy.rules.filter { $0.phase == phase }.map { rule in
                let finding =
                    isEvaluated
                    ? fault ?? rule.rule.finding(evidence)
                    : GateFinding(.inconclusive, "not looked at, because security has not passed")
                // Without a clock that is right nobody knows whether a waiver has ended.
                let waiver =
                    finding.outcome == .pass || fault != nil
                    ? nil : evidence.waiver(of: rule.name, by: policy.waiverKeys)
                return Result(
                    rule: rule,
                    finding: finding,
                    waiver: isEvaluated ? waiver : nil,
                    isEvaluated: isEvaluated
                )
            }
        }
        let security = results(.security, isEvaluated: true)
        let isSecure = security.allSatisfy { $0.outcome == .pass }
        self.results =
            security + results(.safety, isEvaluated: isSecure) + results(.improvement, isEvaluated: true)
    }

    /// The least of a phase; nil if the policy has no rules of it.
    public func outcome(of phase: GatePhase) -> GateOutcome? {
        results.filter { $0.rule.phase == phase }.map(\.outcome).min()
    }

    /// The entries that findings rest on, and those of waivers.
    public var citedEntries: Set<UInt64> {
        Set(results.flatMap { $0.finding.entries + ($0.waiver.map { [$0] } ?? []) })
    }

    /// The verdict: the least of security and safety.
    public var verdict: GateOutcome {
        [outcome(of: .security), outcome(of: .safety)].compactMap(\.self).min() ?? .fail
    }
}

extension ReleaseEvidence {
    /// The newest waiver of a rule for this model that has not expired, by somebody who may waive rules.
    func waiver(of rule: String, by keys: [String]) -> UInt64? {
        modelApprovals.last { stated in
            let predicate = stated.predicate
            return predicate.decision == .waived && predicate.scope == rule && !isInFuture(predicate.decided)
                && (predicate.expires.map { now < $0 } ?? false)
                && stated.claim.signers.contains { $0.name.map(keys.contains) ?? false }
        }?.index
    }
}
