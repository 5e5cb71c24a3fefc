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
    /// The attack needs scores, and the model shows labels only.
    case needsScores(attack: String)
    /// The attack searches decision trees, which the model is not made of.
    case needsTrees(attack: String)
    /// The attack cannot be made to keep constraints on features.
    case ignoresConstraints(attack: String)
    /// The attack draws from the whole box, and the box is not finite.
    case unboundedInputs(attack: String)
    /// The attack is made on networks that have to be trained first.
    case needsSurrogates(attack: String)
    /// The attack, or the transformation, is one of images, and the samples are none.
    case needsImages(name: String, shape: Shape)

    /// The fault in words.
    public var description: String {
        switch self {
        case .unknownAttack(let name):
            "there is no attack \"\(name)\"; there are \(AttackTable.names.joined(separator: ", "))"
        case .unknownPreset(let attack, let preset):
            "the attack \(attack) has no preset \"\(preset)\"; it has "
                + ((try? AttackTable.description(of: attack))?.presets ?? []).map(\.name).joined(
                    separator: ", "
                )
        case .unsupportedNorm(let attack, let norm):
            "the attack \(attack) is not defined for the norm \(norm.rawValue)"
        case .tooFewClasses(let attack, let classCount, let minimum):
            "the attack \(attack) needs \(minimum) classes or more with this goal, and the model has \(classCount)"
        case .needsGradients(let attack):
            "the attack \(attack) follows gradients, which the model does not give"
        case .needsScores(let attack): "the attack \(attack) needs scores, and the model shows labels only"
        case .needsTrees(let attack):
            "the attack \(attack) searches decision trees, and the model is not known to be made of them"
        case .ignoresConstraints(let attack):
            "the attack \(attack) cannot be made to find only rows that satisfy constraints"
        case .unboundedInputs(let attack):
            "the attack \(attack) draws values from the whole box, so lower and upper bounds have to be finite"
        case .needsSurrogates(let attack):
            "the attack \(attack) is made on networks of the adversary's own, which have to be trained first"
        case .needsImages(let name, let shape):
            "\(name) works on images of rows and columns, and the samples have the shape \(shape)"
        }
    }
}
