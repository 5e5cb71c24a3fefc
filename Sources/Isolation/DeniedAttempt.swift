/// Something an isolated job tried and was refused.
public struct DeniedAttempt: Codable, Hashable, Sendable {
    /// The system call.
    public let call: String
    /// Where to, or what with; empty if there is nothing to say.
    public let detail: String
    /// How often.
    public let count: Int

    /// An attempt.
    public init(call: String, detail: String, count: Int) {
        self.call = call
        self.detail = detail
        self.count = count
    }
}

extension DeniedAttempt: CustomStringConvertible {
    /// As in `connect (192.0.2.1 port 80), 3 times`.
    public var description: String {
        call + (detail.isEmpty ? "" : " (\(detail))") + (count == 1 ? "" : ", \(count) times")
    }
}

/// Counts what was refused.
///
/// How often is counted without limit; in how many ways is not, as the job chooses them.
package struct AttemptRecord {
    /// How many kinds of attempts are kept apart.
    package static let maximumKinds = 256
    /// How often something was refused.
    package private(set) var total = 0
    private var kinds: [[String]: Int] = [:]
    private var order: [[String]] = []

    /// A record of nothing.
    package init() {}

    /// Counts one attempt.
    package mutating func add(call: String, detail: String) {
        total += 1
        var kind = [call, detail]
        if kinds[kind] == nil, order.count >= Self.maximumKinds { kind = ["others", ""] }
        if kinds[kind] == nil { order.append(kind) }
        kinds[kind, default: 0] += 1
    }

    /// Everything that was refused, in the order of its first time.
    package var attempts: [DeniedAttempt] {
        order.map { DeniedAttempt(call: $0[0], detail: $0[1], count: kinds[$0] ?? 0) }
    }
}
