/// The nearest point of an L1 ball and a box at once, for changes of which most are zero.
///
/// Croce and Hein, "Mind the box" (ICML 2021), proposition 2.1: every change shrinks by the same threshold, and
/// none goes farther than the box. `SimplexBox` finds the threshold by sorting; this, which the Square Attack
/// does for every query, by Newton's method between two bounds, since the sum of the changes is made of straight
/// lines.
package enum SparseProjection {
    /// Moves a point in place; gives the L1 length of the change that is left.
    package static func project(
        _ point: inout [Float],
        around center: [Float],
        radius: Double,
        box: Box
    ) -> Double {
        let changed = point.indices.filter { point[$0] != center[$0] }
        var (sizes, rooms) = (changed.map { _ in 0.0 }, changed.map { _ in 0.0 })
        for (index, place) in changed.enumerated() {
            let middle = Double(center[place])
            let change = Double(point[place]) - middle
            sizes[index] = abs(change)
            rooms[index] = change < 0 ? middle - Double(box.lower[place]) : Double(box.upper[place]) - middle
        }
        let threshold = threshold(sizes, rooms, radius)
        var length = 0.0
        for (index, place) in changed.enumerated() {
            let middle = center[place]
            let left = Float(min(max(sizes[index] - threshold, 0), rooms[index]))
            let moved = point[place] < middle ? middle - left : middle + left
            point[place] = min(max(box.lower[place], moved), box.upper[place])
            length += abs(Double(point[place]) - Double(middle))
        }
        return length
    }

    /// The threshold that leaves changes as long as the radius, or 0 if they are no longer without one.
    private static func threshold(_ sizes: [Double], _ rooms: [Double], _ radius: Double) -> Double {
        var (low, high) = (0.0, sizes.max() ?? 0)
        var threshold = 0.0
        // Newton's steps end on the right line after a few; were they to miss it, the upper bound is safe.
        for _ in 0..<60 {
            var (sum, slope) = (0.0, 0.0)
            for index in sizes.indices {
                let left = max(sizes[index] - threshold, 0)
                sum += min(left, rooms[index])
                slope += left > 0 && left <= rooms[index] ? 1 : 0
            }
            if sum <= radius {
                if threshold == 0 || sum >= radius * (1 - 1e-9) { return threshold }
                high = threshold
            } else {
                if sum <= radius * (1 + 1e-9) { return threshold }
                low = threshold
            }
            let next = threshold + (sum - radius) / slope
            threshold = next > low && next < high ? next : (low + high) / 2
        }
        return high
    }
}
