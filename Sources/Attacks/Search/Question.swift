import BulwarkModels

/// What one sample's attack waits for.
struct Question {
    /// What is asked about each point.
    enum Kind: Hashable {
        case labels
        case logits
        case slopes(Loss)
    }

    /// What comes back, by kind.
    enum Answer: Sendable {
        case labels([Int])
        case logits([[Float]])
        case slopes([Slope])
    }

    let kind: Kind
    let points: [[Float]]
    /// For slopes, what is wanted at each point.
    let aims: [Aim]
    let continuation: UnsafeContinuation<Answer, any Error>
}

/// Where the attacks of one run loop leave their questions.
///
/// `@unchecked Sendable` is sound because only jobs of that run loop and its owner touch it, all on one
/// thread.
final class Desk: @unchecked Sendable {
    var questions: [Question] = []
    /// About how many points each attack can ask about together in the time that one takes.
    var room = 1

    /// Leaves a question.
    func leave(
        _ kind: Question.Kind,
        _ points: [[Float]],
        _ aims: [Aim] = [],
        for continuation: UnsafeContinuation<Question.Answer, any Error>
    ) {
        questions.append(Question(kind: kind, points: points, aims: aims, continuation: continuation))
    }
}
