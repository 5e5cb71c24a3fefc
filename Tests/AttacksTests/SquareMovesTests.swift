import BulwarkAttacks
import BulwarkModels
import BulwarkTensors
import TestSupport
import Testing

/// What the Square Attack asks about, move by move.
struct SquareMovesTests {
    /// Asks about `queries` squares of an affine model on a sample in a cramped box.
    private func watch(
        _ norm: Norm,
        _ shape: Shape,
        epsilon: Float,
        bounds: Bounds? = nil,
        share: Double = 0.8,
        queries: Int
    ) async throws -> ScoreRecorder<AffineClassifier> {
        let model = AffineClassifier(randomClasses: 3, inputShape: shape, seed: 2)
        let bounds = bounds ?? CrampedBox.bounds(shape.count)
        let threat = ThreatModel(norm: norm, epsilon: epsilon, bounds: bounds)
        let recorder = try ScoreRecorder(model, CrampedBox.input(shape.count), threat, aim: .anythingBut(1))
        try await recorder.watch(SquareAttack(threat: threat, queries: queries, initialShare: share))
        return recorder
    }

    /// Each point with the best one before it, by the margin.
    private func moves(_ recorder: ScoreRecorder<AffineClassifier>) -> [(best: [Float], point: [Float])] {
        let heights = recorder.answers.map { Double(max($0[0][0], $0[0][2])) - Double($0[0][1]) }
        var (best, moves): (Int, [(best: [Float], point: [Float])]) = (0, [])
        for index in recorder.points.indices.dropFirst() {
            moves.append((recorder.points[best], recorder.points[index]))
            if heights[index] > heights[best] { best = index }
        }
        return moves
    }

    @Test(arguments: [[3, 7, 6], [7, 6, 3]] as [Shape])
    func theFirstPointForLinfHasVerticalStripes(shape: Shape) async throws {
        let recorder = try await watch(.linf, shape, epsilon: 0.15, queries: 0)
        let (input, box, layout) = (recorder.input, recorder.box, ImageLayout(shape))
        var ends: [Bool] = []
        for channel in 0..<3 {
            for column in 0..<6 {
                let positions = (0..<7).map { layout.position(channel, $0, column) }
                let isUpper = positions.map { recorder.points[0][$0] == min(input[$0] + 0.15, box.upper[$0]) }
                let isLower = positions.map { recorder.points[0][$0] == max(input[$0] - 0.15, box.lower[$0]) }
                #expect(!isUpper.contains(false) || !isLower.contains(false))
                ends.append(!isUpper.contains(false))
            }
        }
        #expect(ends.contains(true) && ends.contains(false))
    }

    @Test func everyMoveForLinfSendsOneSquareToOneEndInEachChannel() async throws {
        let shape: Shape = [3, 9, 8]
        let recorder = try await watch(.linf, shape, epsilon: 0.15, queries: 600)
        let attack = try SquareAttack(threat: recorder.threat)
        let (input, box, layout) = (recorder.input, recorder.box, ImageLayout(shape))
        let low = input.indices.map { max(input[$0] - 0.15, box.lower[$0]) }
        let high = input.indices.map { min(input[$0] + 0.15, box.upper[$0]) }
        for (index, move) in moves(recorder).enumerated() {
            let (height, width) = layout.sides(share: attack.share(at: index))
            #expect(move.point.indices.allSatisfy { [low[$0], high[$0]].contains(move.point[$0]) })
            let changed = input.indices.filter { move.best[$0] != move.point[$0] }
            #expect(!changed.isEmpty, "no query is wasted on the best point itself")
            #expect(Self.extent(changed.map { $0 / 8 % 9 }) <= height)
            #expect(Self.extent(changed.map { $0 % 8 }) <= width)
            for channel in 0..<3 {
                let ends = changed.filter { $0 / 72 == channel }.map { move.point[$0] == high[$0] }
                #expect(Set(ends).count <= 1)
            }
        }
        // Windows reach every corner, the last row and column too.
        let touched = Set(
            moves(recorder).flatMap { move in input.indices.filter { move.best[$0] != move.point[$0] } }
        )
        #expect(touched.count == shape.count)
    }

    private static func extent(_ places: [Int]) -> Int { (places.max() ?? 0) - (places.min() ?? 0) + 1 }

    /// What leaves one window arrives in the other, with bumps added to what was there.
    @Test func everyMoveForL2BringsMassFromOneWindowToAnother() async throws {
        let shape: Shape = [2, 12, 12]
        let recorder = try await watch(
            .l2,
            shape,
            epsilon: 0.7,
            bounds: Bounds(-9, 9),
            share: 0.06,
            queries: 300
        )
        let attack = try SquareAttack(threat: recorder.threat, initialShare: 0.06)
        let (input, layout) = (recorder.input, ImageLayout(shape))
        var idle = 0
        for (index, move) in moves(recorder).enumerated() {
            #expect(abs(Norm.l2.distance(move.point, input) - 0.7) < 1e-5)
            let (height, width) = layout.bumpSides(share: attack.share(at: index))
            let arrived = input.indices.filter {
                move.point[$0] != move.best[$0] && move.point[$0] != input[$0]
            }
            if arrived.isEmpty {
                // The same bumps once more, and nothing to bring.
                #expect(move.point == move.best)
                idle += 1
                continue
            }
            #expect(Self.extent(arrived.map { $0 / 12 % 12 }) == height)
            #expect(Self.extent(arrived.map { $0 % 12 }) == width)
            let left = input.indices.filter { move.point[$0] != move.best[$0] && move.point[$0] == input[$0] }
            #expect(left.isEmpty || Self.extent(left.map { $0 / 12 % 12 }) <= height)
            #expect(left.isEmpty || Self.extent(left.map { $0 % 12 }) <= width)
            guard arrived.count == 2 * height * width else { continue }
            for channel in 0..<2 {
                let window = arrived.filter { $0 / 144 == channel }
                let old = Self.unit(window.map { Double(move.best[$0]) - Double(input[$0]) })
                let new = Self.unit(window.map { Double(move.point[$0]) - Double(input[$0]) })
                let shapes = Self.bumps(height).map { bumps in Self.unit(zip(old, bumps).map { $0 + $1 }) }
                let fit = shapes.map { zip($0, new).reduce(0) { $0 + $1.0 * $1.1 } }.max() ?? 0
                #expect(fit > 1 - 1e-6)
            }
        }
        #expect(idle < 10)
    }

    private static func unit(_ values: [Double]) -> [Double] {
        let length = values.reduce(0) { $0 + $1 * $1 }.squareRoot()
        return length > 0 ? values.map { $0 / length } : values
    }

    /// The pairs of bumps of three rows and columns in all four positions, from equation 2 by hand: one row of a
    /// bump around one row and column, and two rows with the middle in the second.
    private static func bumps(_ side: Int) -> [[Double]] {
        #expect(side == 3)
        let above = unit([0.25, 1.25, 0.25])
        let below = unit([0.25, 0.25, 0.25, 0.25, 1.25, 0.25])
        let upright = unit(above + below.map { -$0 })
        let sideways = (0..<9).map { upright[$0 % 3 * 3 + $0 / 3] }
        return [upright, sideways, upright.map { -$0 }, sideways.map { -$0 }]
    }

    @Test(arguments: [[1, 12, 12], [3, 12, 12], [40]] as [Shape])
    func everyPointForL1IsAsFarAsTheRadius(shape: Shape) async throws {
        let recorder = try await watch(.l1, shape, epsilon: 3, bounds: Bounds(-9, 9), queries: 300)
        for point in recorder.points { #expect(abs(Norm.l1.distance(point, recorder.input) - 3) < 1e-4) }
    }

    @Test(arguments: [Norm.linf, .l2, .l1], [[2, 6, 5], [17], [6, 7, 3], [1, 2, 2], [1]] as [Shape])
    func everyPointLiesInTheBallAndTheBox(norm: Norm, shape: Shape) async throws {
        for epsilon: Float in [0.05, 0.6, 5] {
            let recorder = try await watch(norm, shape, epsilon: epsilon, queries: 400)
            #expect(recorder.trespasses == [])
            #expect(recorder.points.count == 401)
        }
    }

    /// Fast or not, every point is what the plain form gives, to the last bit.
    @Test(arguments: [Norm.l2, .l1], [[3, 9, 8], [8, 9, 3], [1, 12, 12], [40]] as [Shape])
    func everyMoveIsThatOfThePlainForm(norm: Norm, shape: Shape) async throws {
        for (epsilon, bounds) in [(Float(2), Bounds(-9, 9)), (0.5, CrampedBox.bounds(shape.count))] {
            let recorder = try await watch(norm, shape, epsilon: epsilon, bounds: bounds, queries: 250)
            let attack = try SquareAttack(threat: recorder.threat)
            var plain = PlainBumps(recorder, norm == .l2 ? .euclidean : .manhattan)
            var random = recorder.random(restart: 0)
            let heights = recorder.answers.map { Double(max($0[0][0], $0[0][2])) - Double($0[0][1]) }
            #expect(plain.start(&random) == recorder.points[0])
            var best = 0
            for (index, height) in heights.enumerated().dropFirst() {
                let share = attack.share(at: index - 1)
                let point = plain.move(from: recorder.points[best], share: share, &random)
                try #require(point == recorder.points[index], "move \(index)")
                if height > heights[best] {
                    best = index
                    plain.accept()
                }
            }
            #expect(best > 0)
        }
    }

    @Test func theSparseProjectionIsTheSortedOne() {
        var random = SeededRandom(seed: 8, stream: "sparse")
        for _ in 0..<300 {
            let count = 1 + Int(random.next() % 30)
            let lower = (0..<count).map { _ in random.uniform(-1, 0) }
            let upper = (0..<count).map { _ in random.uniform(0, 1) }
            let box = Box(Bounds(lower: lower, upper: upper), count: count)
            let center = (0..<count).map { random.uniform(lower[$0], upper[$0]) }
            var point = center.map { random.next() % 3 == 0 ? $0 : $0 + 2 * random.normal() }
            let radius = random.uniform(0, 5)
            let expected = AscentBall(.l1, center, radius, box).project(point)
            let length = SparseProjection.project(&point, around: center, radius: Double(radius), box: box)
            #expect(Norm.linf.distance(point, expected) < 1e-6)
            #expect(abs(length - Norm.l1.distance(point, center)) < 1e-12)
            #expect(length <= Double(radius) * (1 + 1e-6) + 1e-5)
        }
    }
}
