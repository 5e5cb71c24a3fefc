import BulwarkAttacks
import Testing

struct BoundaryNormalTests {
    private func normal(reached: [[Float]], missed: [[Float]]) -> BoundaryNormal {
        var normal = BoundaryNormal(size: 2)
        for direction in reached { normal.add(direction, isReached: true) }
        for direction in missed { normal.add(direction, isReached: false) }
        return normal
    }

    @Test func theMeanCountsMissesAgainstTheirDirection() {
        let normal = normal(reached: [[1, 0], [0, 1], [1, 1]], missed: [[-2, 4]])
        #expect(normal.mean == [1, -0.5])
    }

    /// All directions have a 1 in common, which says nothing; without the mean answer of 0.8 it would be most
    /// of the result.
    @Test func whatAllDirectionsHaveInCommonIsTakenOut() {
        let normal = normal(reached: Array(repeating: [1, 1], count: 9), missed: [[1, -1]])
        #expect(abs(normal.unit[0]) < 1e-6 && abs(normal.unit[1] - 1) < 1e-6)
        #expect(normal.mean == [0.8, 1])
    }

    @Test func equalAnswersStillGiveADirection() {
        #expect(normal(reached: [[3, 4], [3, 4]], missed: []).unit == [0.6, 0.8])
        #expect(normal(reached: [], missed: [[3, 4]]).unit == [-0.6, -0.8])
        #expect(normal(reached: [], missed: []).unit == [0, 0])
        #expect(normal(reached: [[0, 0]], missed: []).unit == [0, 0])
    }
}
