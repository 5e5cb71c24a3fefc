import BulwarkModels
import RealModule

/// What attacks that see scores make larger, computed from the logits of one point in double precision.
enum ScoreObjective {
    /// The largest wrong logit minus the true one, or the target's minus the largest other; positive exactly
    /// when the aim is reached.
    case margin
    /// Minus the logarithm of the true class's probability, or the logarithm of the target's.
    case logProbability
    /// The logarithm of the odds against the true class, or for the target.
    case logOdds

    /// The objective at a point with these logits.
    func value(_ logits: [Float], _ aim: Aim) -> Double {
        // Any aim is that one label loses or that one wins; the sign says which.
        let (label, sign): (Int, Double) =
            switch aim {
            case .anythingBut(let truth): (truth, -1)
            case .exactly(let target, _): (target, 1)
            }
        switch self {
        case .margin: return sign * (Double(logits[label]) - Double(logits.largest(except: label)))
        case .logOdds: return sign * logits.logOdds(of: label)
        case .logProbability:
            // Taken from the odds, because a probability that rounds to one has none left to lose.
            let odds = logits.logOdds(of: label)
            return sign * -(max(-odds, 0) + .log(onePlus: .exp(-abs(odds))))
        }
    }
}

extension [Float] {
    fileprivate func largest(except label: Int) -> Float {
        var largest = -Float.infinity
        for index in indices where index != label && !(self[index] <= largest) { largest = self[index] }
        return largest
    }

    /// log p − log(1 − p) for the softmax p of a label: its logit less the logarithm of the sum of the other
    /// exponentials.
    fileprivate func logOdds(of label: Int) -> Double {
        let largest = Double(largest(except: label))
        var sum = 0.0
        for index in indices where index != label { sum += .exp(Double(self[index]) - largest) }
        return Double(self[label]) - largest - .log(sum)
    }
}
