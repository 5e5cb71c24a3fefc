import BulwarkAttacks
import BulwarkTensors

/// The moves of the Square Attack for L2 and L1, written down element by element: what `BumpSquares` has to do to
/// the last bit, however fast it is.
struct PlainBumps {
    let layout: ImageLayout
    let input: [Float]
    let box: Box
    let measure: BumpMeasure
    let radius: Double
    let extent: Double
    private var mass = 0.0
    private var proposedMass = 0.0

    init(_ oracle: some LabelOracle, _ measure: BumpMeasure) {
        layout = ImageLayout(oracle.shape)
        (input, box, self.measure) = (oracle.input, oracle.box, measure)
        (radius, extent) = (Double(oracle.threat.epsilon), Double(oracle.threat.bounds.extent))
    }

    /// A place in the height and width of an image, and where its part of a window begins.
    private typealias Corner = (row: Int, column: Int)

    mutating func start(_ random: inout SeededRandom) -> [Float] {
        let (height, width) = (max(layout.rows / 5, 1), max(layout.columns / 5, 1))
        let (down, across) = (layout.rows / height, layout.columns / width)
        let (top, left) = ((layout.rows - height * down) / 2, (layout.columns - width * across) / 2)
        var changes = [Double](repeating: 0, count: input.count)
        for tile in 0..<down * across {
            let bump = bump(height, width, &random)
            for channel in 0..<layout.channels {
                let sign: Double = random.next() & 1 == 0 ? 1 : -1
                for row in 0..<height {
                    for column in 0..<width {
                        let y = top + tile / across * height + row
                        let x = left + tile % across * width + column
                        changes[layout.position(channel, y, x)] = sign * bump[row * width + column]
                    }
                }
            }
        }
        var total = 0.0
        for change in changes { total += measure.mass(change) }
        let scale = measure.scale(radius: radius, length: measure.length(total), extent: extent)
        var point = input
        for index in point.indices { point[index] += Float(scale * changes[index]) }
        settle(&point)
        mass = proposedMass
        return point
    }

    mutating func accept() { mass = proposedMass }

    mutating func move(from best: [Float], share: Double, _ random: inout SeededRandom) -> [Float] {
        let (height, width) = layout.bumpSides(share: share)
        let target = corner(height, width, &random)
        let source = corner(height, width, &random)
        let bump = bump(height, width, &random)
        let overshoot = measure.overshoot(channels: layout.channels)
        let unused = (measure.mass(radius) - mass) / Double(layout.channels)
        func isIn(_ corner: Corner, _ row: Int, _ column: Int) -> Bool {
            (corner.row..<corner.row + height).contains(row)
                && (corner.column..<corner.column + width).contains(column)
        }
        var (point, total) = (best, mass)
        for channel in 0..<layout.channels {
            var (here, beside) = (0.0, 0.0)
            var shape: [Double] = []
            for row in target.row..<target.row + height {
                for column in target.column..<target.column + width {
                    let place = layout.position(channel, row, column)
                    shape.append(Double(best[place]) - Double(input[place]))
                    here += measure.mass(shape[shape.count - 1])
                }
            }
            for row in source.row..<source.row + height {
                for column in source.column..<source.column + width where !isIn(target, row, column) {
                    let place = layout.position(channel, row, column)
                    beside += measure.mass(Double(point[place]) - Double(input[place]))
                    point[place] = input[place]
                }
            }
            let sign: Double = random.next() & 1 == 0 ? 1 : -1
            let factor = here > 0 ? 1 / measure.length(here) : 0
            var shapeMass = 0.0
            for index in shape.indices {
                shape[index] = sign * bump[index] + factor * shape[index]
                shapeMass += measure.mass(shape[index])
            }
            let available = max(here + beside + unused, 0) * overshoot
            let scale = shapeMass > 0 ? measure.length(available) / measure.length(shapeMass) : 0
            var arrived = 0.0
            for index in shape.indices {
                let (row, column) = (target.row + index / width, target.column + index % width)
                let place = layout.position(channel, row, column)
                let moved = Float(Double(input[place]) + scale * shape[index])
                let inside = min(max(box.lower[place], moved), box.upper[place])
                arrived += measure.mass(Double(inside) - Double(input[place]))
                point[place] = overshoot > 1 ? moved : inside
            }
            total += arrived - here - beside
        }
        proposedMass = total
        // Beyond the ball, what was not cut by the box is projected on both.
        if overshoot > 1, proposedMass > measure.mass(radius) { settle(&point) }
        return box.clamp(point)
    }

    private mutating func settle(_ point: inout [Float]) {
        if measure == .manhattan {
            proposedMass = SparseProjection.project(&point, around: input, radius: radius, box: box)
            return
        }
        point = box.clamp(point)
        proposedMass = 0
        for index in point.indices {
            proposedMass += measure.mass(Double(point[index]) - Double(input[index]))
        }
    }

    private func corner(_ height: Int, _ width: Int, _ random: inout SeededRandom) -> Corner {
        func place(_ count: Int) -> Int { Int(random.next().multipliedFullWidth(by: UInt64(count)).high) }
        let row = place(layout.rows - height + 1)
        return (row, place(layout.columns - width + 1))
    }

    private func bump(_ height: Int, _ width: Int, _ random: inout SeededRandom) -> [Double] {
        if random.next() & 1 == 0 { return measure.bumps(height, width) }
        let sideways = measure.bumps(width, height)
        return (0..<height * width).map { sideways[$0 % width * height + $0 / width] }
    }
}
