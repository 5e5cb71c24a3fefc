import BulwarkTensors
import Foundation

/// What one repetition gives, to see that all tools did the same.
struct Outcome {
    /// For whoever judges all tools' results alike, by name.
    var arrays: [String: Tensor] = [:]
    /// Numbers of the tool's own.
    var numbers: [String: Double] = [:]

    /// The one array there is.
    static func array(_ tensor: Tensor) -> Outcome { Outcome(arrays: ["x": tensor]) }

    /// Numbers only.
    static func numbers(_ numbers: [String: Double]) -> Outcome { Outcome(numbers: numbers) }
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
        var outcome = try work()
        var times: [Double] = []
        var total: Double { times.reduce(0, +) }
        while times.isEmpty || total < limit && (times.count < repetitions || total < seconds) {
            let (taken, latest) = try time(of: work)
            times.append(taken)
            outcome = latest
        }
        return (times, outcome)
    }

    /// How long work takes that is long enough to be done just once, in seconds, and what it gives.
    static func time(of work: () throws -> Outcome) throws -> (Double, Outcome) {
        var outcome = Outcome()
        let elapsed = try ContinuousClock().measure { outcome = try work() }
        return (elapsed / .seconds(1), outcome)
    }
}
