import BulwarkAttacks

extension AttackRun {
    /// Whether an exact attack proved for the sample at a position that nothing in the ball reaches the aim.
    func isProved(_ position: Int, _ threat: ThreatModel) -> Bool {
        records[position].proved.map { $0 > Double(threat.epsilon) } ?? false
    }

    /// The positions of the samples that an exact attack neither broke nor proved safe: it came to its limit.
    func undecided(_ threat: ThreatModel) -> [Int] {
        attacked.filter { !isBroken($0) && !isProved($0, threat) }
    }
}
