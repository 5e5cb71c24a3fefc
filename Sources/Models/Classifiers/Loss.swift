import BulwarkTensors
import RealModule

/// What an adversary maximises: a function of the logits that grows as its aim comes nearer.
public enum Loss: String, Sendable, CaseIterable, Codable {
    /// Cross-entropy of the true label, or minus that of the target.
    ///
    /// Goodfellow, Shlens and Szegedy, "Explaining and harnessing adversarial examples" (ICLR 2015), section
    /// 4.
    case crossEntropy = "cross-entropy"
    /// The largest wrong logit minus the true one, or the target's logit minus the largest other.
    ///
    /// Positive exactly when the aim is reached. Carlini and Wagner, "Towards evaluating the robustness of
    /// neural networks" (S&P 2017), section V-A, objective f₆ without its cut at zero.
    case margin
    /// The difference of logits ratio: the margin divided by a difference of ranked logits, so that rescaling
    /// the logits changes nothing.
    ///
    /// Croce and Hein, "Reliable evaluation of adversarial robustness with an ensemble of diverse
    /// parameter-free attacks" (ICML 2020), equations 6 (untargeted, 3 classes or more) and 7 (targeted, 4 or
    /// more).
    case differenceOfLogitsRatio = "dlr"

    /// The fewest classes this loss is defined for with such an aim.
    public func minimumClassCount(isTargeted: Bool) -> Int {
        switch self {
        case .crossEntropy, .margin: 2
        case .differenceOfLogitsRatio: isTargeted ? 4 : 3
        }
    }

    /// The loss of each row of logits and its gradient with respect to them.
    ///
    /// - Parameters:
    ///   - logits: Scores `[N, K]` with K at least `minimumClassCount`.
    ///   - aims: What the adversary wants of each row.
    /// - Returns: The losses, and their gradients `[N, K]`.
    public func gradient(ofLogits logits: Tensor, aims: [Aim]) -> (losses: [Float], gradient: Tensor) {
        let classes = logits.rowSize
        precondition(logits.rowCount == aims.count, "one aim for each row of logits")
        let source = logits.elements
        var losses: [Float] = []
        losses.reserveCapacity(aims.count)
        let gradient = Tensor(logits.shape) { target in
            for (row, aim) in aims.enumerated() {
                let scores = (0..<classes).map { Double(source[row * classes + $0]) }
                let (loss, slope) = self.value(scores, aim)
                losses.append(Float(loss))
                for column in 0..<classes { target[row * classes + column] = Float(slope[column]) }
            }
        }
        return (losses, gradient)
    }

    private func value(_ scores: [Double], _ aim: Aim) -> (Double, [Double]) {
        switch self {
        case .crossEntropy: Self.crossEntropy(scores, aim)
        case .margin: Self.margin(scores, aim)
        case .differenceOfLogitsRatio: Self.ratio(scores, aim)
        }
    }

    private static func crossEntropy(_ scores: [Double], _ aim: Aim) -> (Double, [Double]) {
        let (label, sign) =
            switch aim {
            case .anythingBut(let truth): (truth, 1.0)
            case .exactly(let target, _): (target, -1.0)
            }
        let largest = scores.reduce(-.infinity, max)
        let exponentials = scores.map { Double.exp($0 - largest) }
        let sum = exponentials.reduce(0, +)
        let loss = .log(sum) + largest - scores[label]
        let slope = exponentials.enumerated().map { sign * ($1 / sum - ($0 == label ? 1 : 0)) }
        return (sign * loss, slope)
    }

    private static func margin(_ scores: [Double], _ aim: Aim) -> (Double, [Double]) {
        var slope = [Double](repeating: 0, count: scores.count)
        let (wanted, unwanted) =
            switch aim {
            case .anythingBut(let truth): (largest(scores, except: truth), truth)
            case .exactly(let target, _): (target, largest(scores, except: target))
            }
        slope[wanted] = 1
        slope[unwanted] = -1
        return (scores[wanted] - scores[unwanted], slope)
    }

    private static func ratio(_ scores: [Double], _ aim: Aim) -> (Double, [Double]) {
        let order = scores.indices.sorted { (scores[$0], -$0) > (scores[$1], -$1) }
        let (wanted, unwanted) =
            switch aim {
            case .anythingBut(let truth): (order[0] == truth ? order[1] : order[0], truth)
            case .exactly(let target, let truth): (target, truth)
            }
        // The scale and how it changes with each logit; the published code adds 1e-12 as well.
        var weights = [Double](repeating: 0, count: scores.count)
        weights[order[0]] += 1
        switch aim {
        case .anythingBut: weights[order[2]] -= 1
        case .exactly:
            weights[order[2]] -= 0.5
            weights[order[3]] -= 0.5
        }
        let scale = zip(weights, scores).reduce(1e-12) { $0 + $1.0 * $1.1 }
        let difference = scores[wanted] - scores[unwanted]
        var slope = weights.map { -$0 * difference / (scale * scale) }
        slope[wanted] += 1 / scale
        slope[unwanted] -= 1 / scale
        return (difference / scale, slope)
    }

    private static func largest(_ scores: [Double], except label: Int) -> Int {
        var best = label == 0 ? 1 : 0
        for index in scores.indices where index != label && scores[index] > scores[best] { best = index }
        return best
    }
}
