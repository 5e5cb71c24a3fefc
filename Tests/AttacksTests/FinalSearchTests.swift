import BulwarkAttacks
import BulwarkModels
import BulwarkTensors
import TestSupport
import Testing

struct FinalSearchTests {
    @Test(arguments: Norm.allCases)
    func theDistanceGrowsAlongTheWay(norm: Norm) {
        let (sample, end): ([Float], [Float]) = ([0, 0.5, 1, 0.25], [1, 0, 0.75, 0.25])
        let distances = (0...10).map { part in
            let point = norm.point(at: Double(part) / 10, from: sample, to: end)
            return norm.distance(point, sample)
        }
        #expect(distances.first == 0 && distances.last == norm.distance(end, sample))
        #expect(zip(distances, distances.dropFirst()).allSatisfy { $0 <= $1 })
    }

    /// Half of the way from (0, 0, 0) to (1, −0.8, 0.3), by hand.
    @Test(
        arguments: [
            (Norm.linf, [0.5, -0.5, 0.3]), (.l2, [0.5, -0.4, 0.15]), (.l1, [0.5, -0.3, 0]),
            (.l0, [1, -0.8, 0]),
        ] as [(Norm, [Float])]
    )
    func eachNormHasAWayOfItsOwn(norm: Norm, expected: [Float]) {
        let point = norm.point(at: 0.5, from: [0, 0, 0], to: [1, -0.8, 0.3])
        #expect(Norm.linf.distance(point, expected) < 1e-6)
    }
}
