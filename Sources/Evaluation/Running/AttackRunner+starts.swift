import BulwarkAttacks
import BulwarkTensors

extension AttackRunner {
    /// How many samples of each class are starts; the nearest that serves is taken.
    private static var startsPerClass: Int { 10 }

    /// The attack, beginning at samples of the class that is wanted if it can and there is one.
    ///
    /// No noise is of most classes, so published evaluations begin targeted attacks that see labels only at a sample
    /// of the target (Brendel, Rauber and Bethge, ICLR 2018; Chen, Jordan and Wainwright, S&P 2020). The samples are
    /// those of the assessment that the model gets right. Attacks with any wrong class for a goal begin at noise, as
    /// published.
    func startingAtSamples(_ attack: AnyAttack) -> AnyAttack {
        guard attack.attack.threat.goal == .targeted else { return attack }
        var counts = [Int](repeating: 0, count: model.classCount)
        var starts: [(point: [Float], label: Int)] = []
        for position in correct where counts[samples.labels[position]] < Self.startsPerClass {
            counts[samples.labels[position]] += 1
            starts.append((Array(samples.inputs.row(position).elements), samples.labels[position]))
        }
        return attack.starting(at: starts)
    }
}
