import BulwarkEvidence
import BulwarkProvenance
import Foundation

extension EvidenceLog {
    /// Says so if this machine's clock shows an earlier moment than the last entry states.
    ///
    /// The order of entries is that of the log, whatever they state, so nothing is refused: evidence that is not
    /// kept is worse than evidence with a wrong time. A wrong time ends or prolongs what a policy limits by age.
    func warnOfClockSetBack(now: Timestamp = .now) throws {
        let trust = try judging(path) { try Self.trust(origin, key.publicKey) }
        let reader = try judging(path) { try LogReader(path, trust: trust) }
        guard reader.size > 0 else { return }
        let last = try judging(path) { try reader.entry(at: reader.size - 1) }
        guard let moment = EntryCard(last, at: reader.size - 1).moment, now < moment else { return }
        StandardError.write(
            "bulwark: warning: the clock says \(now), but entry \(reader.size - 1) of \(path) states \(moment): "
                + "one of the two clocks is wrong\n"
        )
    }
}
