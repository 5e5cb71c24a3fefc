/// A layer each of whose features is the largest of some features of its input: a maximum pool.
struct MaximumWindows: Sendable {
    /// Where the features under each window begin; one more at the end.
    private let starts: [Int]
    private let features: [Int32]

    init(starts: [Int], features: [Int32]) {
        precondition(zip(starts, starts.dropFirst()).allSatisfy { $0 < $1 }, "no window is empty")
        self.starts = starts
        self.features = features
    }

    /// The number of features of the output.
    var count: Int { starts.count - 1 }

    /// The features under a window.
    func features(under window: Int) -> [Int] {
        features[starts[window]..<starts[window + 1]].map { Int($0) }
    }

    /// How many windows the most wanted feature lies under.
    var mostReaders: Int {
        var counts = [Int](repeating: 0, count: (features.max().map { Int($0) } ?? 0) + 1)
        for feature in features { counts[Int(feature)] += 1 }
        return counts.max() ?? 0
    }

    /// What each maximum lies between.
    func image(of input: Intervals) -> Intervals {
        let windows = (0..<count).map { features[starts[$0]..<starts[$0 + 1]] }
        return Intervals(
            lower: windows.map { $0.reduce(-.infinity) { max($0, input.lower[Int($1)]) } },
            upper: windows.map { $0.reduce(-.infinity) { max($0, input.upper[Int($1)]) } }
        )
    }

    /// Linear functions on either side of each maximum.
    func planes(over input: Intervals) -> [MaximumPlanes] {
        (0..<count).map { MaximumPlanes(features[starts[$0]..<starts[$0 + 1]], input) }
    }
}

/// Linear functions that a maximum of features is not below and not above.
///
/// Below lies the feature whose own lower end is the highest. Above lies a sum of the two features that reach
/// highest, after Boopathy et al., "CNN-Cert" (AAAI 2019), section 3.3: for any t not below any lower end,
/// the maximum is at most t plus what each feature reaches beyond t, and that is below a chord of slope (u −
/// t)/(u − l). Of all t the one is taken that gives the lowest value in the middle of the box, which no t
/// below the third highest upper end does, and where many do, the one whose slopes have the sum 1. Whatever
/// the slopes are, the offset is the smallest that is right for them.
struct MaximumPlanes: Sendable {
    /// The feature that the maximum is not below.
    let below: Int
    /// The features that the function above sums.
    private(set) var above: (first: Int, second: Int)
    /// Their slopes, 0 to 1.
    private(set) var slopes: (first: Float, second: Float) = (0, 0)
    /// What is added to the function above.
    private(set) var offset: Double

    init(_ window: ArraySlice<Int32>, _ box: Intervals) {
        func lower(_ feature: Int32) -> Double { box.lower[Int(feature)] }
        func upper(_ feature: Int32) -> Double { box.upper[Int(feature)] }
        let first = window.startIndex
        var (highest, best, next) = (window[first], window[first], -1 as Int32)
        var third = -Double.infinity
        for feature in window.dropFirst() {
            if lower(feature) > lower(highest) { highest = feature }
            if upper(feature) > upper(best) {
                third = next < 0 ? third : max(third, upper(next))
                (best, next) = (feature, best)
            } else if next < 0 || upper(feature) > upper(next) {
                third = next < 0 ? third : max(third, upper(next))
                next = feature
            } else {
                third = max(third, upper(feature))
            }
        }
        below = Int(highest)
        above = (Int(best), Int(next < 0 ? best : next))
        offset = upper(best)
        guard window.allSatisfy({ lower($0).isFinite && upper($0).isFinite }) else { return }
        let floor = max(lower(highest), third)
        let width = upper(best) - lower(best)
        if next < 0 {
            slopes.first = 1
        } else {
            let (other, otherWidth) = (upper(next), upper(next) - lower(next))
            var threshold = max(floor, other)
            if width > 0, otherWidth > 0 {
                let balanced =
                    (upper(best) / width + other / otherWidth - 1) / (1 / width + 1 / otherWidth)
                threshold = max(floor, min(balanced, other))
                slopes.second = Self.slope((other - threshold) / otherWidth)
            }
            if width > 0 { slopes.first = Self.slope((upper(best) - threshold) / width) }
        }
        offset = Self.offset(window, box, above, slopes)
    }

    /// Between 0 and 1, and 0 for what is no number.
    private static func slope(_ ratio: Double) -> Float { ratio > 0 ? Float(min(ratio, 1)) : 0 }

    /// The largest that the maximum less the sum can be in the box: where one feature is at its upper end and
    /// the others are at their lower ones.
    private static func offset(
        _ window: ArraySlice<Int32>,
        _ box: Intervals,
        _ above: (first: Int, second: Int),
        _ slopes: (first: Float, second: Float)
    ) -> Double {
        var largest = -Double.infinity
        for entry in window {
            let feature = Int(entry)
            var slope = 0.0
            if feature == above.first { slope = Double(slopes.first) }
            if feature == above.second, above.second != above.first { slope = Double(slopes.second) }
            largest = max(largest, (1 - slope) * box.upper[feature] + slope * box.lower[feature])
        }
        largest -= Double(slopes.first) * box.lower[above.first]
        if above.second != above.first { largest -= Double(slopes.second) * box.lower[above.second] }
        return largest
    }
}
