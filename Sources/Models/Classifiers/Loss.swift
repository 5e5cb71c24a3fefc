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
    /// The logit of the target minus the true one, whatever the others are; the margin if there is no target.
    ///
    /// What attacks follow that walk to one boundary at a time: Moosavi-Dezfooli, Fawzi and Frossard,
    /// "DeepFool" (CVPR 2016), algorithm 2.
    case logitDifference = "logit-difference"

    /// The fewest classes this loss is defined for with such an aim.
    public func minimumClassCount(isTargeted: Bool) -> Int {
        switch self {
        case .crossEntropy, .margin, .logitDifference: 2
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
        var losses = [Float](repeating: 0, count: aims.count)
        var gradient = Tensor(logits.shape)
        evaluate(logits, aims: aims, losses: &losses, gradient: &gradient)
        return (losses, gradient)
    }

    /// The same as `gradient`, into memory that is there already.
    ///
    /// - Parameters:
    ///   - logits: Scores `[N, K]` with K at least `minimumClassCount`.
    ///   - aims: What the adversary wants of each row.
    ///   - losses: One number a row; overwritten.
    ///   - gradient: A tensor of the shape of `logits`; overwritten.
    public func evaluate(_ logits: Tensor, aims: [Aim], losses: inout [Float], gradient: inout Tensor) {
        precondition(logits.rowCount == aims.count && losses.count == aims.count, "one aim and loss a row")
        precondition(gradient.shape == logits.shape, "the gradient has the shape of the logits")
        let (classes, source) = (logits.rowSize, logits.elements)
        gradient.mutate { target in
            for row in aims.indices {
                let scores = Row(elements: source, start: row * classes, count: classes)
                losses[row] =
                    switch self {
                    case .crossEntropy: Self.crossEntropy(scores, aims[row], target)
                    case .margin: Self.margin(scores, aims[row], target)
                    case .differenceOfLogitsRatio: Self.ratio(scores, aims[row], target)
                    case .logitDifference: Self.difference(scores, aims[row], target)
                    }
            }
        }
    }

    /// The scores of one sample.
    private struct Row {
        let elements: Elements
        let start: Int
        let count: Int

        subscript(index: Int) -> Float { elements[start + index] }

        /// The smallest and the largest score; both are the first one's if that is NaN.
        var range: (smallest: Float, largest: Float) {
            var (smallest, largest) = (self[0], self[0])
            for index in 1..<count {
                smallest = self[index] < smallest ? self[index] : smallest
                largest = self[index] > largest ? self[index] : largest
            }
            return (smallest, largest)
        }

        /// The position of the largest score that is not at one of the given positions; the first on a tie.
        func largest(except a: Int = -1, _ b: Int = -1, _ c: Int = -1) -> Int {
            var best = -1
            for index in 0..<count where index != a && index != b && index != c {
                if best < 0 || self[index] > self[best] { best = index }
            }
            return best
        }
    }

    /// With pₖ the softmax, the slope is pₖ, less 1 for the label; that entry is computed as minus the sum of
    /// the others, which stays exact where the label's probability is 1 to the last bit.
    private static func crossEntropy(_ scores: Row, _ aim: Aim, _ slope: MutableElements) -> Float {
        let (label, sign): (Int, Float) =
            switch aim {
            case .anythingBut(let truth): (truth, 1)
            case .exactly(let target, _): (target, -1)
            }
        let (smallest, largest) = scores.range
        var others: Float = 0
        if smallest - largest >= NegativeExponential.lowest {
            for index in 0..<scores.count {
                let weight = NegativeExponential.value(scores[index] - largest)
                slope[scores.start + index] = weight
                others += index == label ? 0 : weight
            }
        } else {
            for index in 0..<scores.count {
                let weight = Float.exp(scores[index] - largest)
                slope[scores.start + index] = weight
                others += index == label ? 0 : weight
            }
        }
        let sum = others + slope[scores.start + label]
        let scale = sign / sum
        for index in 0..<scores.count { slope[scores.start + index] *= scale }
        slope[scores.start + label] = -others * scale
        // Where the label scores highest, the logarithm is close to 0 and has to be taken with care.
        let logarithm =
            scores[label] == largest ? Float.log(onePlus: others) : Float.log(sum) + (largest - scores[label])
        return sign * logarithm
    }

    private static func margin(_ scores: Row, _ aim: Aim, _ slope: MutableElements) -> Float {
        switch aim {
        case .anythingBut(let truth): difference(scores, scores.largest(except: truth), truth, slope)
        case .exactly(let target, _): difference(scores, target, scores.largest(except: target), slope)
        }
    }

    private static func difference(_ scores: Row, _ aim: Aim, _ slope: MutableElements) -> Float {
        switch aim {
        case .anythingBut(let truth): difference(scores, scores.largest(except: truth), truth, slope)
        case .exactly(let target, let truth): difference(scores, target, truth, slope)
        }
    }

    private static func difference(
        _ scores: Row,
        _ wanted: Int,
        _ unwanted: Int,
        _ slope: MutableElements
    ) -> Float {
        for index in 0..<scores.count { slope[scores.start + index] = 0 }
        slope[scores.start + wanted] = 1
        slope[scores.start + unwanted] = -1
        return Float(Double(scores[wanted]) - Double(scores[unwanted]))
    }

    private static func ratio(_ scores: Row, _ aim: Aim, _ slope: MutableElements) -> Float {
        let first = scores.largest()
        let second = scores.largest(except: first)
        let third = scores.largest(except: first, second)
        func score(_ index: Int) -> Double { Double(scores[index]) }
        // The scale is a difference of ranked logits; the published code adds 1e-12 as well.
        var scale = score(first) + 1e-12
        var fourth = third
        let (wanted, unwanted) =
            switch aim {
            case .anythingBut(let truth): (first == truth ? second : first, truth)
            case .exactly(let target, let truth): (target, truth)
            }
        switch aim {
        case .anythingBut: scale -= score(third)
        case .exactly:
            fourth = scores.largest(except: first, second, third)
            scale -= (score(third) + score(fourth)) / 2
        }
        let difference = score(wanted) - score(unwanted)
        // How the scale changes with each logit it holds; two of them may be those of the difference.
        let change = difference / (scale * scale)
        for index in 0..<scores.count {
            var value = 0.0
            if index == first { value -= change }
            if index == third { value += third == fourth ? change : change / 2 }
            if index == fourth, third != fourth { value += change / 2 }
            if index == wanted { value += 1 / scale }
            if index == unwanted { value -= 1 / scale }
            slope[scores.start + index] = Float(value)
        }
        return Float(difference / scale)
    }
}
