extension PlannedAttack {
    /// The same attack where no sample may be asked about more often than this.
    ///
    /// Its preset counts as weak from then on, unless the attack would not have asked for more: what it leaves
    /// when its queries are cut short proves nothing.
    ///
    /// - Parameters:
    ///   - queries: The most queries for each sample.
    ///   - threat: The threat, which may decide how much an attack asks for.
    ///   - classCount: The number of classes.
    /// - Returns: The same row, with the preset as it is to be read in reports.
    /// - Throws: `AttackError` if the attack is not defined for the threat or for so few classes.
    public func limited(
        to queries: Int,
        threat: ThreatModel,
        classCount: Int
    ) throws(AttackError) -> PlannedAttack {
        let attack = try make(threat: threat, classCount: classCount).attack
        let budget =
            (attack as? any Search)?.queryBudget ?? (attack as? TransferAttack)?.mostQueries
            ?? (attack as? UniformNoise).map { 1 + $0.draws }
        if let budget, budget <= queries { return self }
        let preset = Preset(
            name: preset.name,
            provenance: preset.provenance,
            isStrong: false,
            summary: "\(preset.summary); at most \(queries) queries a sample"
        )
        return PlannedAttack(row: row, preset: preset, attacksSurvivors: attacksSurvivors)
    }
}
