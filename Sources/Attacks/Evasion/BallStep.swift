import BulwarkTensors
import RealModule

/// A step along the gradient and to the nearest point that is both in an L2 ball and in the box.
///
/// The nearest point z to y with ‖z − c‖ ≤ ε and l ≤ z ≤ u has zᵢ = cᵢ + s·(yᵢ − cᵢ), cut off at the box,
/// with one scale s ≤ 1 for all elements: the multiplier of the ball pulls each of them to the centre by the
/// same factor, and the box acts on each by itself. Projecting on the ball first and clamping then spends
/// length of the radius on elements that the box cuts anyway, and stays short of ε.
///
/// Works on four elements at a time, in double precision.
struct BallStep {
    private typealias Lanes = SIMD4<Double>

    private let stepSize: Double
    private let radius: Double
    /// The number of elements of a row.
    private let size: Int
    // Of one row; what is missing to a multiple of four is zero.
    private let lower: [Lanes]
    private let upper: [Lanes]

    /// A step for rows with as many elements as there are bounds.
    init(stepSize: Float, radius: Float, lower: [Float], upper: [Float]) {
        precondition(lower.count == upper.count, "one interval for each element")
        self.stepSize = Double(stepSize)
        self.radius = Double(radius)
        size = lower.count
        let starts = stride(from: 0, to: size, by: 4)
        self.lower = starts.map { start in Self.lanes(lower.count - start) { lower[start + $0] } }
        self.upper = starts.map { start in Self.lanes(upper.count - start) { upper[start + $0] } }
    }

    /// Moves points, row by row, along their gradients; both are in row-major order, like the centres of the
    /// balls.
    func take(_ points: inout Tensor, _ gradient: Elements, _ center: Elements) {
        precondition(gradient.count == points.count && center.count == points.count, "the counts agree")
        var offsets = [Lanes](repeating: .zero, count: lower.count)
        var squaredRooms = offsets
        points.mutate { point in
            for row in stride(from: 0, to: point.count, by: max(size, 1)) {
                let factor = stepSize * inverseLength(gradient, row)
                for group in 0..<lower.count {
                    let start = row + 4 * group
                    let left = size - 4 * group
                    let middle = Self.lanes(left) { center[start + $0] }
                    let rise = Self.finite(Self.lanes(left) { gradient[start + $0] })
                    let offset = Self.lanes(left) { point[start + $0] } - middle + factor * rise
                    let room = (middle - lower[group]).replacing(
                        with: upper[group] - middle,
                        where: offset .> 0
                    )
                    offsets[group] = offset
                    squaredRooms[group] = room * room
                }
                let scale = nearestScale(offsets, squaredRooms)
                for group in 0..<lower.count {
                    let start = row + 4 * group
                    let left = size - 4 * group
                    var moved = Self.lanes(left) { center[start + $0] } + scale * offsets[group]
                    moved.replace(with: lower[group], where: moved .< lower[group])
                    moved.replace(with: upper[group], where: moved .> upper[group])
                    for lane in 0..<min(left, 4) { point[start + lane] = Float(moved[lane]) }
                }
            }
        }
    }

    /// The largest scale, at most 1, that keeps the cut offset within the radius.
    ///
    /// Found from below: each round keeps the elements that the box has cut so far and gives the length that
    /// is left to the others. So the scale only grows, never leaves the ball, and stands still once the same
    /// elements are cut.
    private func nearestScale(_ offsets: [Lanes], _ squaredRooms: [Lanes]) -> Double {
        let allowed = radius * radius
        var squares = Lanes.zero
        for (offset, room) in zip(offsets, squaredRooms) {
            let square = offset * offset
            squares += square.replacing(with: room, where: square .> room)
        }
        guard squares.sum() > allowed else { return 1 }
        var squaredScale = 0.0
        // A handful of rounds is usual; the limit costs a little length at worst.
        for _ in 0..<50 {
            var cut = Lanes.zero
            var free = Lanes.zero
            for (offset, room) in zip(offsets, squaredRooms) {
                let square = offset * offset
                let isCut = squaredScale * square .> room
                cut += Lanes.zero.replacing(with: room, where: isCut)
                free += square.replacing(with: 0, where: isCut)
            }
            let next = min(max(allowed - cut.sum(), 0) / free.sum(), 1)
            guard next > squaredScale * (1 + 1e-12) else { break }
            squaredScale = next
        }
        return .sqrt(squaredScale)
    }

    /// One over the Euclidean length of a row of the gradient, or zero if that is zero or not finite; NaN
    /// counts as zero.
    private func inverseLength(_ gradient: Elements, _ row: Int) -> Double {
        // The square of a float never overflows a double, nor does it vanish.
        var squares = Lanes.zero
        for start in stride(from: 0, to: size, by: 4) {
            let lanes = Self.lanes(size - start) { gradient[row + start + $0] }
            squares += (lanes * lanes).replacing(with: 0, where: lanes .!= lanes)
        }
        let length = Double.sqrt(squares.sum())
        return length > 0 && length.isFinite ? 1 / length : 0
    }

    /// The lanes with zero in the place of what is not finite.
    @inline(__always)
    private static func finite(_ lanes: Lanes) -> Lanes {
        // Only a finite number differs from itself by zero.
        lanes.replacing(with: 0, where: lanes - lanes .!= 0)
    }

    /// The next four elements, or fewer and zeros at the end of a row.
    @inline(__always)
    private static func lanes(_ left: Int, _ element: (Int) -> Float) -> Lanes {
        if left >= 4 {
            return Lanes(Double(element(0)), Double(element(1)), Double(element(2)), Double(element(3)))
        }
        var lanes = Lanes.zero
        for lane in 0..<max(left, 0) { lanes[lane] = Double(element(lane)) }
        return lanes
    }
}
