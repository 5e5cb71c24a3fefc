import BulwarkTensors

/// The moves of the Square Attack for L2 and L1: the change of the sample is a mass of which every square
/// takes some from one window to another.
///
/// Andriushchenko et al. (ECCV 2020), algorithm 3. In each channel the mass of both windows, and a share of
/// what the radius allows beyond the mass there is, goes to the first window; its shape is a pair of bumps
/// added to what was there; the second window returns to the sample. Outside the windows nothing moves, and
/// the whole is as long as the radius again, so what a square costs depends on its size alone.
///
/// The reference implementation for L1 hands out as much in each channel as all channels together have and
/// then projects on the ball and the box at once; so do we, and only there the whole sample is looked at.
struct BumpSquares: SquareMoves {
    private let layout: ImageLayout
    private let input: [Float]
    private let box: Box
    private let measure: BumpMeasure
    private let radius: Double
    private let extent: Double
    private let overshoot: Double
    /// The mass of the best point and of the last one.
    private var mass = 0.0
    private var proposedMass = 0.0
    /// The bumps of the last size.
    private var kept: (height: Int, width: Int, upright: [Double], sideways: [Double]) = (0, 0, [], [])
    /// The change of one channel in a window.
    private var changes: [Double] = []

    init(_ oracle: some LabelOracle, _ measure: BumpMeasure) {
        layout = ImageLayout(oracle.shape)
        (input, box, self.measure) = (oracle.input, oracle.box, measure)
        radius = Double(oracle.threat.epsilon)
        extent = Double(oracle.threat.bounds.extent)
        overshoot = measure.overshoot(channels: layout.channels)
    }

    /// Tiles of a fifth of the height and width, each with a pair of bumps, one way up or the other in each
    /// channel, scaled to the radius.
    mutating func start(_ random: inout SeededRandom) -> [Float] {
        let (height, width) = (max(layout.rows / 5, 1), max(layout.columns / 5, 1))
        let (down, across) = (layout.rows / height, layout.columns / width)
        let top = (layout.rows - height * down) / 2
        let left = (layout.columns - width * across) / 2
        var changes = [Double](repeating: 0, count: input.count)
        for tile in 0..<down * across {
            let (row, column) = (top + tile / across * height, left + tile % across * width)
            let bump = bumps(height, width, &random)
            for channel in 0..<layout.channels {
                let sign: Double = random.flip() ? 1 : -1
                for index in bump.indices {
                    let position = layout.position(channel, row + index / width, column + index % width)
                    changes[position] = sign * bump[index]
                }
            }
        }
        let length = measure.length(changes.reduce(0) { $0 + measure.mass($1) })
        let scale = measure.scale(radius: radius, length: length, extent: extent)
        var point = input
        for index in point.indices { point[index] += Float(scale * changes[index]) }
        settle(&point)
        mass = proposedMass
        return point
    }

    mutating func move(from best: [Float], share: Double, _ random: inout SeededRandom) -> [Float] {
        let size = layout.bumpSides(share: share)
        let target = layout.window(size, &random)
        let source = layout.window(size, &random)
        let bump = bumps(size.height, size.width, &random)
        if changes.count < bump.count { changes = Array(repeating: 0, count: bump.count) }
        // Below zero if rounding has carried the best point a little too far; then it comes back.
        let unused = (measure.mass(radius) - mass) / Double(layout.channels)
        var point = best
        var total = mass
        for channel in 0..<layout.channels {
            let here = gather(best, channel, target)
            let beside = clear(&point, channel, source, besides: target)
            let sign: Double = random.flip() ? 1 : -1
            let factor = here > 0 ? 1 / measure.length(here) : 0
            var shapeMass = 0.0
            for index in bump.indices {
                changes[index] = sign * bump[index] + factor * changes[index]
                shapeMass += measure.mass(changes[index])
            }
            let available = max(here + beside + unused, 0) * overshoot
            let scale = shapeMass > 0 ? measure.length(available) / measure.length(shapeMass) : 0
            total += put(scale, into: &point, channel, target) - here - beside
        }
        proposedMass = total
        if overshoot > 1 { settle(&point, target) }
        return point
    }

    mutating func accept() { mass = proposedMass }

    /// Reads the change of a channel in a window; gives its mass.
    private mutating func gather(_ point: [Float], _ channel: Int, _ window: Window) -> Double {
        let (center, step) = (input, layout.columnStride)
        var (total, index) = (0.0, 0)
        for row in window.rows {
            var position = layout.position(channel, row, window.columns.lowerBound)
            for _ in 0..<window.columns.count {
                let change = Double(point[position]) - Double(center[position])
                changes[index] = change
                total += measure.mass(change)
                (position, index) = (position + step, index + 1)
            }
        }
        return total
    }

    /// Sends a channel in a window back to the sample, but for another window; gives the mass that was there.
    private func clear(
        _ point: inout [Float],
        _ channel: Int,
        _ window: Window,
        besides other: Window
    ) -> Double {
        let center = input
        var total = 0.0
        for row in window.rows {
            let spared = other.rows.contains(row) ? other.columns : 0..<0
            for column in window.columns where !spared.contains(column) {
                let position = layout.position(channel, row, column)
                total += measure.mass(Double(point[position]) - Double(center[position]))
                point[position] = center[position]
            }
        }
        return total
    }

    /// Writes the change, times a scale, to a channel in a window; gives the mass that it has in the box.
    private func put(_ scale: Double, into point: inout [Float], _ channel: Int, _ window: Window) -> Double {
        let (center, shape, lower, upper) = (input, changes, box.lower, box.upper)
        let step = layout.columnStride
        // What is projected on the ball must not have been cut before.
        let isCut = overshoot == 1
        var (total, index) = (0.0, 0)
        for row in window.rows {
            var position = layout.position(channel, row, window.columns.lowerBound)
            for _ in 0..<window.columns.count {
                let middle = Double(center[position])
                let moved = Float(middle + scale * shape[index])
                let inside = min(max(lower[position], moved), upper[position])
                total += measure.mass(Double(inside) - middle)
                point[position] = isCut ? inside : moved
                (position, index) = (position + step, index + 1)
            }
        }
        return total
    }

    /// Moves a point that has changed in a window into the ball and the box.
    private mutating func settle(_ point: inout [Float], _ window: Window) {
        if proposedMass > measure.mass(radius) { return settle(&point) }
        for channel in 0..<layout.channels {
            for row in window.rows {
                for column in window.columns {
                    let position = layout.position(channel, row, column)
                    point[position] = min(max(box.lower[position], point[position]), box.upper[position])
                }
            }
        }
    }

    /// Moves a point into the ball and the box.
    private mutating func settle(_ point: inout [Float]) {
        if measure == .manhattan {
            proposedMass = SparseProjection.project(&point, around: input, radius: radius, box: box)
        } else {
            point = box.clamp(point)
            proposedMass = point.indices.reduce(0) {
                $0 + measure.mass(Double(point[$1]) - Double(input[$1]))
            }
        }
    }

    /// A pair of bumps, one above or one beside the other with equal chances.
    private mutating func bumps(_ height: Int, _ width: Int, _ random: inout SeededRandom) -> [Double] {
        if kept.height != height || kept.width != width {
            let sideways = measure.bumps(width, height)
            let turned = (0..<height * width).map { sideways[$0 % width * height + $0 / width] }
            kept = (height, width, measure.bumps(height, width), turned)
        }
        return random.flip() ? kept.upright : kept.sideways
    }
}
