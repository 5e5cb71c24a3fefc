import RealModule

/// The points to which an attack may move a sample: the part of an Linf or L2 ball that lies in the box.
struct BallAndBox {
    /// The smallest value of each element.
    let lower: [Float]
    /// The largest value of each element.
    let upper: [Float]
    private let center: [Float]
    /// For L2 the length of a change; for Linf the interval of each element says it all.
    private let radius: Double

    /// The part of the ball of a threat model, around the sample that the oracle answers about.
    init(_ oracle: some LabelOracle) {
        let (threat, box, input) = (oracle.threat, oracle.box, oracle.input)
        center = input
        radius = threat.norm == .l2 ? Double(threat.epsilon) : .infinity
        // No element of a change is larger than the whole of it, in L2 neither.
        lower = input.indices.map { max(input[$0] - threat.epsilon, box.lower[$0]) }
        upper = input.indices.map { min(input[$0] + threat.epsilon, box.upper[$0]) }
    }

    /// The nearest point of ball and box, in the Euclidean sense.
    ///
    /// For L2 that is the centre plus the change times one number, cut off at the box; `BallStep` has the
    /// reason. NaN becomes the lower end.
    func nearest(to point: [Float]) -> [Float] {
        var result = point
        let scale = radius.isFinite ? scale(of: point) : 1
        if scale < 1 {
            for index in result.indices {
                let middle = Double(center[index])
                result[index] = Float(middle + scale * (Double(point[index]) - middle))
            }
        }
        for index in result.indices { result[index] = min(max(lower[index], result[index]), upper[index]) }
        return result
    }

    /// The largest scale, at most 1, that keeps the change within the radius once the box has cut it.
    ///
    /// Found from below: each round keeps the elements that the box has cut so far and gives the length that
    /// is left to the others, so the scale only grows.
    private func scale(of point: [Float]) -> Double {
        let allowed = radius * radius
        guard free(of: point, squaredScale: 1).sum > allowed else { return 1 }
        var squaredScale = 0.0
        // A handful of rounds is usual; the limit costs a little length at worst.
        for _ in 0..<50 {
            let (sum, free) = free(of: point, squaredScale: squaredScale)
            let next = min(max(allowed - (sum - squaredScale * free), 0) / free, 1)
            guard next > squaredScale * (1 + 1e-12) else { break }
            squaredScale = next
        }
        return .sqrt(squaredScale)
    }

    /// The squared length of the change times a scale, cut off at the box, and that of the elements, before
    /// scaling, that are not cut.
    private func free(of point: [Float], squaredScale: Double) -> (sum: Double, free: Double) {
        var (cut, free) = (0.0, 0.0)
        for index in point.indices {
            let middle = Double(center[index])
            let change = Double(point[index]) - middle
            let room = Double(change > 0 ? upper[index] : lower[index]) - middle
            if squaredScale * change * change > room * room {
                cut += room * room
            } else {
                free += change * change
            }
        }
        return (cut + squaredScale * free, free)
    }
}
