import BulwarkAttacks
import BulwarkTensors
import TestSupport
import Testing

struct ImageTransformationTests {
    private let shape: Shape = [2, 5, 7]

    private func point(_ seed: UInt64, _ count: Int) -> [Float] {
        var random = SeededRandom(seed: seed, stream: "points")
        return (0..<count).map { _ in random.normal() }
    }

    private func product(_ left: [Float], _ right: [Float]) -> Double {
        zip(left, right).reduce(0) { $0 + Double($1.0) * Double($1.1) }
    }

    static let transformations: [any RandomTransformation] = [
        RandomResizeAndPad(smallestShare: 0.4, probability: 1), RandomCrop(smallestShare: 0.5),
    ]

    /// ⟨T·x, y⟩ = ⟨x, Tᵀ·y⟩ for a linear map: the pullback is exactly the transposed one.
    @Test(arguments: transformations.indices, 0..<20)
    func thePullbackIsTheAdjoint(which: Int, seed: Int) throws {
        var random = SeededRandom(seed: UInt64(seed), stream: "draws")
        let function = try Self.transformations[which].draw(for: shape, random: &random)
        let (x, y) = (point(UInt64(seed), 70), point(UInt64(seed) + 1000, 70))
        let forward = product(function.value(at: x), y)
        let backward = product(x, function.pullback(of: y, at: x))
        #expect(abs(forward - backward) < 1e-4)
        #expect(abs(forward) > 1e-3)
    }

    @Test(arguments: [0.0, 0.2, 1, 2, 4]) func theAdjointOfATurnIsExactToo(angle: Double) {
        let size = BilinearMap.Size(height: 5, width: 7)
        let turn = BilinearMap.moving(size, angle: angle, down: 0.7, right: -1.3)
        let (x, y) = (point(1, 70), point(2, 70))
        #expect(abs(product(turn.value(at: x), y) - product(x, turn.pullback(of: y, at: x))) < 1e-4)
        let disc = PatchDisc(diameter: 4, top: 1, left: 2, angle: angle, scale: 0.9).map(onto: size)
        let patch = point(3, 32)
        #expect(
            abs(product(disc.value(at: patch), y) - product(patch, disc.pullback(of: y, at: patch))) < 1e-4
        )
    }

    @Test func halfAPixelIsTheMeanOfNeighbours() {
        let size = BilinearMap.Size(height: 1, width: 4)
        let map = BilinearMap.moving(size, angle: 0, down: 0, right: 0.5)
        // What comes in from outside is zero.
        #expect(map.value(at: [1, 3, 5, 8]) == [0.5, 2, 4, 6.5])
        let still = BilinearMap.moving(size, angle: 0, down: 0, right: 0)
        #expect(still.value(at: [1, 3, 5, 8]) == [1, 3, 5, 8])
    }

    @Test func aWindowIsStretchedByTheMiddlesOfPixels() {
        let size = BilinearMap.Size(height: 1, width: 4)
        let half = BilinearMap.Window(top: 0, left: 1, size: .init(height: 1, width: 2))
        let enlarged = BilinearMap.stretching(half, onto: .init(size), in: size)
        #expect(enlarged.value(at: [9, 1, 5, 9]) == [1, 2, 4, 5])
        let shrunk = BilinearMap.stretching(.init(size), onto: half, in: size)
        #expect(shrunk.value(at: [1, 3, 5, 8]) == [0, 2, 6.5, 0])
        #expect(shrunk.isCovered == [false, true, true, false])
    }

    /// A constant image stays constant inside a window and is zero around it.
    @Test func shrunkenImagesLieOnBlack() throws {
        var sizes: Set<Int> = []
        var corners: Set<Int> = []
        for seed in 0..<1000 {
            var random = SeededRandom(seed: UInt64(seed), stream: "draws")
            let function = try RandomResizeAndPad(smallestShare: 0.4, probability: 1)
                .draw(for: [1, 5, 5], random: &random)
            let image = function.value(at: Array(repeating: 3, count: 25))
            #expect(image.allSatisfy { abs($0 - 3) < 1e-5 || $0 == 0 })
            sizes.insert(image.count { $0 > 0 })
            corners.insert(image.firstIndex { $0 > 0 } ?? -1)
        }
        #expect(sizes == [4, 9, 16, 25])
        // A window of two pixels has sixteen places to be.
        #expect(corners.count == 16)
    }

    @Test func someImagesStayAsTheyAre() throws {
        var count = 0
        for seed in 0..<1000 {
            var random = SeededRandom(seed: UInt64(seed), stream: "draws")
            let function = try RandomResizeAndPad(smallestShare: 0.4, probability: 0.3)
                .draw(for: shape, random: &random)
            if function is IdentityFunction { count += 1 }
        }
        // Five standard deviations.
        #expect(abs(count - 700) < 73)
    }

    @Test func noiseHasItsDeviationAndPassesGradientsOn() {
        var random = SeededRandom(seed: 1, stream: "draws")
        let function = AdditiveGaussianNoise(standardDeviation: 0.5).draw(for: [4000], random: &random)
        let noise = function.value(at: Array(repeating: 2, count: 4000)).map { Double($0) - 2 }
        let mean = noise.reduce(0, +) / 4000
        let variance = noise.reduce(0) { $0 + $1 * $1 } / 4000
        #expect(abs(mean) < 5 * 0.5 / 63 && abs(variance - 0.25) < 5 * 0.25 * 0.0224)
        #expect(function.pullback(of: [1, 2], at: [3, 4]) == [1, 2])
    }

    @Test(arguments: transformations.indices) func aVectorIsNoImage(which: Int) {
        #expect(throws: AttackError.self) {
            var random = SeededRandom(seed: 1, stream: "draws")
            _ = try Self.transformations[which].draw(for: [12], random: &random)
        }
    }
}
