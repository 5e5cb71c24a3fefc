import BulwarkEvaluation

/// The words that all reports share.
enum Wording {
    /// The sign of a norm, as in L∞; an unknown name as it is.
    static func norm(_ name: String) -> String {
        ["linf": "L∞", "l2": "L2", "l1": "L1", "l0": "L0"][name] ?? name
    }

    /// What a norm measures, as the end of "measured as …".
    static func normMeaning(_ name: String) -> String {
        switch name {
        case "linf": "the largest change of any input element (L∞)"
        case "l2": "the Euclidean length of the change (L2)"
        case "l1": "the sum of the absolute changes (L1)"
        case "l0": "the number of input elements that change (L0)"
        default: name
        }
    }

    /// What the adversary wants, as the end of "the adversary wants …".
    static func goal(_ name: String) -> String {
        switch name {
        case "untargeted": "any wrong label (untargeted)"
        case "targeted": "one chosen wrong label (targeted)"
        default: name
        }
    }

    /// What the adversary knows, as the end of "the adversary …".
    static func knowledge(_ name: String) -> String {
        switch name {
        case "white-box": "knows the weights and computes gradients (white box)"
        case "gray-box": "has trained a surrogate and sees the model’s answers (gray box)"
        case "black-box": "sees only the model’s answers (black box)"
        default: name
        }
    }

    /// What a model's gradients are not, in sentences; nil where they are its own slope.
    static func gradients(of model: Assessment.Model) -> String? {
        var sentences: [String] = []
        if let passed = model.straightThrough, !passed.isEmpty {
            sentences.append(
                "Gradients of this model are straight-through estimates: they pass \(passed.joined(separator: ", ")) as if these did not round."
            )
        }
        if let stopped = model.stepped, !stopped.isEmpty {
            sentences.append(
                "Gradients of this model do not see what flows through \(stopped.joined(separator: ", ")), which move in steps."
            )
        }
        return sentences.isEmpty ? nil : sentences.joined(separator: " ")
    }

    /// The qualitative rating of a severity from 0 to 10 (CVSS version 4.0 specification, section 6).
    static func severity(_ score: Double) -> String {
        switch score {
        case ..<0.1: "none"
        case ..<4: "low"
        case ..<7: "medium"
        case ..<9: "high"
        default: "critical"
        }
    }

    /// What an adequacy gate asks for; a name that is not a gate's as it is.
    static func gate(_ name: String) -> String {
        switch AdequacyGate.allCases.first(where: { "\($0)" == name }) {
        case .unboundedAttackSucceeds: "Without a limit the attack breaks everything."
        case .whiteBoxBeatsBlackBox: "Knowing more does not help the adversary less."
        case .successGrowsWithBudget: "More room for changes does not break fewer samples."
        case .attackHasConverged: "More effort would hardly change the number."
        case .noiseIsWeaker: "Random noise is clearly weaker than the attack."
        case .gradientsAreSound: "The gradients are right."
        case .attackIsAdaptive: "The attack reckons with the defense."
        case nil: name
        }
    }

    /// The name of a class, or its number if it has none.
    static func label(_ index: Int, in names: [String]?) -> String {
        guard let names, names.indices.contains(index) else { return "\(index)" }
        return names[index]
    }

    /// The command line of a run as a POSIX shell reads it.
    static func command(of tool: Assessment.Tool) -> String {
        let arguments = tool.command
        let program = arguments.first?.split(separator: "/").last.map(String.init)
        return (program == tool.name ? arguments : [tool.name] + arguments).map(shellWord).joined(
            separator: " "
        )
    }

    /// The last part of a path.
    static func fileName(_ path: String) -> String {
        path.split(whereSeparator: { $0 == "/" || $0 == "\\" }).last.map(String.init) ?? path
    }

    /// A word as a POSIX shell reads it back.
    static func shellWord(_ word: String) -> String {
        let isPlain = word.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"):
                true
            default: "-_./:=,+@%".utf8.contains(byte)
            }
        }
        if isPlain, !word.isEmpty { return word }
        return "'" + word.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "'\\''")
            + "'"
    }
}
