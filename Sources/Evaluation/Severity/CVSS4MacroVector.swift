/// The six equivalence sets of CVSS version 4.0 at their levels: what the score table is indexed by.
///
/// FIRST, "Common Vulnerability Scoring System version 4.0: Specification Document", section "CVSS v4.0
/// Scoring". Level 0 is the most severe. Sets 3 and 6 depend on each other, so that 270 combinations remain.
public struct CVSS4MacroVector: Sendable, Hashable, CustomStringConvertible {
    /// Exploitability, 0 to 2: attack vector, privileges, user interaction.
    public let eq1: Int
    /// Complexity, 0 or 1: attack complexity and requirements.
    public let eq2: Int
    /// Impact on the vulnerable system, 0 to 2.
    public let eq3: Int
    /// Impact on subsequent systems, 0 to 2; 0 means safety.
    public let eq4: Int
    /// Exploitation, 0 to 2: exploit maturity.
    public let eq5: Int
    /// Security requirements, 0 or 1: whether a high impact meets a high requirement.
    public let eq6: Int

    /// Makes a macrovector from its levels; one that no vector has is not in the table.
    package init(eq1: Int, eq2: Int, eq3: Int, eq4: Int, eq5: Int, eq6: Int) {
        self.eq1 = eq1
        self.eq2 = eq2
        self.eq3 = eq3
        self.eq4 = eq4
        self.eq5 = eq5
        self.eq6 = eq6
    }

    /// The six levels as six digits, `000000` to `212221`.
    public var description: String {
        "\(eq1)\(eq2)\(eq3)\(eq4)\(eq5)\(eq6)"
    }
}

extension CVSS4Vector {
    /// The macrovector of this vector, after environmental overrides and worst-case defaults.
    public var macroVector: CVSS4MacroVector {
        func level(_ metric: CVSS4Metric) -> Int { severityLevel(of: metric) }
        let unhindered = [level(.attackVector), level(.privilegesRequired), level(.userInteraction)].map {
            $0 == 0
        }
        let isPhysical = level(.attackVector) == 3
        let isComplex = level(.attackComplexity) + level(.attackRequirements) > 0
        let impacts = [
            level(.vulnerableConfidentiality), level(.vulnerableIntegrity), level(.vulnerableAvailability),
        ]
        let requirements = [
            level(.confidentialityRequirement), level(.integrityRequirement), level(.availabilityRequirement),
        ]
        let isMet = zip(impacts, requirements).contains { $0 == 0 && $1 == 0 }
        let isSafety = level(.subsequentIntegrity) == 0 || level(.subsequentAvailability) == 0
        // Integrity and availability have Safety as level 0, so High is level 1 of these and 0 of
        // confidentiality.
        let isHighElsewhere =
            level(.subsequentConfidentiality) == 0 || level(.subsequentIntegrity) == 1
            || level(.subsequentAvailability) == 1
        return CVSS4MacroVector(
            eq1: unhindered.allSatisfy { $0 } ? 0 : unhindered.contains(true) && !isPhysical ? 1 : 2,
            eq2: isComplex ? 1 : 0,
            eq3: impacts[0] == 0 && impacts[1] == 0 ? 0 : impacts.contains(0) ? 1 : 2,
            eq4: isSafety ? 0 : isHighElsewhere ? 1 : 2,
            eq5: level(.exploitMaturity),
            eq6: isMet ? 0 : 1
        )
    }

    /// How far a metric's value is below the most severe one, in steps, as the score sees it.
    ///
    /// A modified metric overrides its base metric; a threat metric or requirement not defined counts as the
    /// worst.
    func severityLevel(of metric: CVSS4Metric) -> Int {
        let modified = metric.modified
        // Only the modified metric lists Safety, so its list is the longer of the two.
        let order = (modified ?? metric).values
        let value = modified.flatMap { self[$0] } ?? self[metric]
        return value.flatMap { order.firstIndex(of: $0) } ?? 0
    }
}
