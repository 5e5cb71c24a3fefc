/// A metric of CVSS version 4.0; the raw value is its abbreviation in a vector string.
///
/// The cases are in the order in which a vector string lists them (FIRST, "Common Vulnerability Scoring
/// System version 4.0: Specification Document", section "Vector String").
public enum CVSS4Metric: String, Sendable, Hashable, CaseIterable {
    /// Attack Vector.
    case attackVector = "AV"
    /// Attack Complexity.
    case attackComplexity = "AC"
    /// Attack Requirements.
    case attackRequirements = "AT"
    /// Privileges Required.
    case privilegesRequired = "PR"
    /// User Interaction.
    case userInteraction = "UI"
    /// Confidentiality impact on the vulnerable system.
    case vulnerableConfidentiality = "VC"
    /// Integrity impact on the vulnerable system.
    case vulnerableIntegrity = "VI"
    /// Availability impact on the vulnerable system.
    case vulnerableAvailability = "VA"
    /// Confidentiality impact on subsequent systems.
    case subsequentConfidentiality = "SC"
    /// Integrity impact on subsequent systems.
    case subsequentIntegrity = "SI"
    /// Availability impact on subsequent systems.
    case subsequentAvailability = "SA"

    /// Exploit Maturity.
    case exploitMaturity = "E"

    /// Confidentiality Requirement.
    case confidentialityRequirement = "CR"
    /// Integrity Requirement.
    case integrityRequirement = "IR"
    /// Availability Requirement.
    case availabilityRequirement = "AR"
    /// Modified Attack Vector.
    case modifiedAttackVector = "MAV"
    /// Modified Attack Complexity.
    case modifiedAttackComplexity = "MAC"
    /// Modified Attack Requirements.
    case modifiedAttackRequirements = "MAT"
    /// Modified Privileges Required.
    case modifiedPrivilegesRequired = "MPR"
    /// Modified User Interaction.
    case modifiedUserInteraction = "MUI"
    /// Modified confidentiality impact on the vulnerable system.
    case modifiedVulnerableConfidentiality = "MVC"
    /// Modified integrity impact on the vulnerable system.
    case modifiedVulnerableIntegrity = "MVI"
    /// Modified availability impact on the vulnerable system.
    case modifiedVulnerableAvailability = "MVA"
    /// Modified confidentiality impact on subsequent systems.
    case modifiedSubsequentConfidentiality = "MSC"
    /// Modified integrity impact on subsequent systems, with the extra value Safety.
    case modifiedSubsequentIntegrity = "MSI"
    /// Modified availability impact on subsequent systems, with the extra value Safety.
    case modifiedSubsequentAvailability = "MSA"

    /// Safety.
    case safety = "S"
    /// Automatable.
    case automatable = "AU"
    /// Recovery.
    case recovery = "R"
    /// Value Density.
    case valueDensity = "V"
    /// Vulnerability Response Effort.
    case responseEffort = "RE"
    /// Provider Urgency.
    case providerUrgency = "U"

    /// The four groups of metrics.
    public enum Group: Sendable, Hashable {
        /// What the vulnerability is, everywhere and always; all of it is mandatory.
        case base
        /// What is known of its exploitation now.
        case threat
        /// What it means in one environment.
        case environmental
        /// What else is worth saying; it does not change the score.
        case supplemental
    }

    /// The group the metric belongs to.
    public var group: Group {
        switch self {
        case .attackVector, .attackComplexity, .attackRequirements, .privilegesRequired, .userInteraction,
            .vulnerableConfidentiality, .vulnerableIntegrity, .vulnerableAvailability,
            .subsequentConfidentiality, .subsequentIntegrity, .subsequentAvailability:
            .base
        case .exploitMaturity:
            .threat
        case .confidentialityRequirement, .integrityRequirement, .availabilityRequirement,
            .modifiedAttackVector, .modifiedAttackComplexity, .modifiedAttackRequirements,
            .modifiedPrivilegesRequired, .modifiedUserInteraction, .modifiedVulnerableConfidentiality,
            .modifiedVulnerableIntegrity, .modifiedVulnerableAvailability,
            .modifiedSubsequentConfidentiality, .modifiedSubsequentIntegrity,
            .modifiedSubsequentAvailability:
            .environmental
        case .safety, .automatable, .recovery, .valueDensity, .responseEffort, .providerUrgency:
            .supplemental
        }
    }

    /// The values the metric can have, most severe first where they are ordered; without X, "not defined".
    public var values: [String] {
        switch self {
        case .attackVector, .modifiedAttackVector: ["N", "A", "L", "P"]
        case .attackComplexity, .modifiedAttackComplexity: ["L", "H"]
        case .attackRequirements, .modifiedAttackRequirements: ["N", "P"]
        case .privilegesRequired, .modifiedPrivilegesRequired: ["N", "L", "H"]
        case .userInteraction, .modifiedUserInteraction: ["N", "P", "A"]
        case .vulnerableConfidentiality, .vulnerableIntegrity, .vulnerableAvailability,
            .subsequentConfidentiality, .subsequentIntegrity, .subsequentAvailability,
            .modifiedVulnerableConfidentiality, .modifiedVulnerableIntegrity,
            .modifiedVulnerableAvailability, .modifiedSubsequentConfidentiality:
            ["H", "L", "N"]
        case .modifiedSubsequentIntegrity, .modifiedSubsequentAvailability: ["S", "H", "L", "N"]
        case .exploitMaturity: ["A", "P", "U"]
        case .confidentialityRequirement, .integrityRequirement, .availabilityRequirement: ["H", "M", "L"]
        case .safety: ["P", "N"]
        case .automatable: ["Y", "N"]
        case .recovery: ["I", "U", "A"]
        case .valueDensity: ["C", "D"]
        case .responseEffort: ["H", "M", "L"]
        case .providerUrgency: ["Red", "Amber", "Green", "Clear"]
        }
    }

    /// The environmental metric that overrides this base metric, or nil if there is none.
    public var modified: CVSS4Metric? {
        group == .base ? CVSS4Metric(rawValue: "M" + rawValue) : nil
    }
}
