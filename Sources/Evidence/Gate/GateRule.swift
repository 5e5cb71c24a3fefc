/// Something that has to be shown of a model.
///
/// A rule sees verified evidence and nothing else: no file, no clock, no model.
protocol GateRule: Sendable {
    /// What is asked for, whatever the evidence.
    var requirement: GateRequirement { get }
    /// The names of keys that the rule is about.
    var keyNames: [String] { get }
    /// What the evidence says. Without evidence a rule fails.
    func finding(_ evidence: ReleaseEvidence) -> GateFinding
}

extension GateRule {
    var requirement: GateRequirement { GateRequirement() }
    var keyNames: [String] { [] }
}

/// The rules by name, with what reads their settings.
enum GateRuleTable {
    /// A rule that policies can name.
    struct Row: Sendable {
        let name: String
        let phase: GatePhase
        let summary: String
        let read: @Sendable (inout PolicySettings) throws(PolicyError) -> any GateRule
    }

    static let rows: [Row] = security + safety + improvement
}
