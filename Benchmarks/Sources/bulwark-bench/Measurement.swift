import BulwarkTensors
import Foundation

/// What one repetition gives, to see that all tools did the same.
enum Outcome {
    /// For whoever judges all tools' results alike.
    case array(Tensor)
    /// Numbers of the tool's own.
    case numbers([String: Double])

    var digest: [String: Double] {
        switch self {
        case .array: [:]
        case .numbers(let numbers): numbers
        }
    }
}

/// Clock and memory of this process.
enum Measurement {
    /// The largest resident memory of this process so far.
    static var peakBytes: Int {
        var usage = rusage()
        // RUSAGE_SELF is 0 everywhere, but its type is not the same everywhere.
        getrusage(0, &usage)
        #if canImport(Darwin)
        return Int(usage.ru_maxrss)
        #else
        return Int(usage.ru_maxrss) * 1024
        #endif
    }

    /// How long each repetition took in seconds, after one that is not counted, and what the last one gave.
    ///
    /// There are at least so many repetitions and for at least so many seconds, but no other begins after
    /// `limit` seconds.
    static func times(
        repetitions: Int,
        seconds: Double,
        limit: Double,
        of work: () throws -> Outcome
    ) throws -> ([Double], Outcome) {
        let clock = ContinuousClock()
        var outcome = try work()
        var times: [Double] = []
        var total: Double { times.reduce(0, +) }
        while times.isEmpty || total < limit && (times.count < repetitions || total < seconds) {
            let elapsed = try clock.measure { outcome = try work() }
            times.append(elapsed / .seconds(1))
        }
        return (times, outcome)
    }
}
