import BulwarkModels
import BulwarkTensors

/// A point to ask about beside the boundary, and the direction in which it lies.
struct Probe {
    let point: [Float]
    let direction: [Float]
}

/// What the labels of points around a point of the boundary say about the direction of the boundary.
package struct BoundaryNormal {
    /// The sum of the directions of the points that reach the aim, and their number.
    private(set) var reached: (sum: [Double], count: Int)
    /// The same of those that do not.
    private(set) var missed: (sum: [Double], count: Int)

    /// An estimate from no points.
    package init(size: Int) {
        reached = (Array(repeating: 0, count: size), 0)
        missed = reached
    }

    /// Takes a point into account.
    package mutating func add(_ direction: [Float], isReached: Bool) {
        if isReached {
            for index in direction.indices { reached.sum[index] += Double(direction[index]) }
            reached.count += 1
        } else {
            for index in direction.indices { missed.sum[index] += Double(direction[index]) }
            missed.count += 1
        }
    }

    /// The mean of the directions, each times 1 where the aim is reached and −1 elsewhere.
    package var mean: [Float] {
        let count = Double(max(reached.count + missed.count, 1))
        return zip(reached.sum, missed.sum).map { Float(($0 - $1) / count) }
    }

    /// The same with the mean answer subtracted from each answer, of Euclidean length 1; zero if there is no
    /// direction at all.
    ///
    /// That lowers the variance where most answers are alike (Chen, Jordan and Wainwright, S&P 2020). If all
    /// are, there is nothing to subtract.
    package var unit: [Float] {
        let isOneSided = reached.count == 0 || missed.count == 0
        let count = Double(max(reached.count + missed.count, 1))
        let baseline = isOneSided ? 0 : Double(reached.count - missed.count) / count
        let sum = zip(reached.sum, missed.sum).map { (1 - baseline) * $0 - (1 + baseline) * $1 }
        let length = sum.reduce(0) { $0 + $1 * $1 }.squareRoot()
        return sum.map { length > 0 ? Float($0 / length) : 0 }
    }
}

extension LabelOracle {
    /// Asks about so many points, together as far as memory goes, and adds them up.
    ///
    /// - Parameters:
    ///   - normal: What is known already.
    ///   - count: The number of points.
    ///   - random: The numbers to draw them with.
    ///   - draw: One point, inside the box.
    /// - Throws: As `labels(at:)`.
    func probe(
        into normal: inout BoundaryNormal,
        _ count: Int,
        _ random: inout SeededRandom,
        draw: (inout SeededRandom) -> Probe
    ) async throws {
        // A mebibyte of floats for each of many samples, but always enough to fill a block of questions.
        let atOnce = max((1 << 18) / max(input.count, 1), 64)
        for start in stride(from: 0, to: count, by: atOnce) {
            let probes = (start..<min(start + atOnce, count)).map { _ in draw(&random) }
            let answers = try await areReached(at: probes.map(\.point))
            for (probe, isReached) in zip(probes, answers) {
                normal.add(probe.direction, isReached: isReached)
            }
        }
    }
}
