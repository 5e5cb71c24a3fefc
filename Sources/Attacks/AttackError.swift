import BulwarkModels
import BulwarkTensors

/// Why an attack cannot be set up or run as asked.
public enum AttackError: Error, Equatable, CustomStringConvertible {
    /// No row of the attack table has this name.
    case unknownAttack(name: String)
    /// The attack has no preset of this name.
    case unknownPreset(attack: String, preset: String)
    /// The attack is not defined for this norm.
    case unsupportedNorm(attack: String, norm: Norm)
    /// The attack's loss compares more classes than the model has.
    case tooFewClasses(attack: String, classCount: Int, minimum: Int)
    /// The attack follows gradients, which the model does not give.
    case needsGradients(attack: String)
    /// The attack draws from the whole box, and the box is not finite.
    case unboundedInputs(attack: String)

    /// The fault in words.
    public var description: String {
        switch self {
        case .unknownAttack(let name):
            "there is no attack \"\(name)\"; there are \(AttackTable.rows.map(\.name).joined(separator: ", "))"
        case .unknownPreset(let attack, let preset): "the attack \(attack) has no preset \"\(preset)\""
        case .unsupportedNorm(let attack, let norm):
            "the attack \(attack) is not defined for the norm \(norm.rawValue)"
        case .tooFewClasses(let attack, let classCount, let minimum):
            "the attack \(attack) needs \(minimum) classes or more with this goal, and the model has \(classCount)"
        case .needsGradients(let attack):
            "the attack \(attack) follows gradients, which the model does not give"
        case .unboundedInputs(let attack):
            "the attack \(attack) draws values from the whole box, so lower and upper bounds have to be finite"
        }
    }
}
