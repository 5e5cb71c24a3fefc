import BulwarkAttacks
import BulwarkTensors
import Testing

struct ConstraintProjectionTests {
    private static let bounds = Bounds(-1, 3)

    private func threat(_ norm: Norm, _ epsilon: Float, _ bounds: Bounds = bounds) -> ThreatModel {
        ThreatModel(norm: norm, epsilon: epsilon, bounds: bounds)
    }

    private func project(
        _ constraints: FeatureConstraints,
        _ candidate: [Float],
        _ original: [Float],
        _ threat: ThreatModel
    ) -> [Float]? {
        let box = Box(threat.bounds, count: original.count)
        return constraints.project(candidate, around: original, threat: threat, box: box)
    }

    /// Projects, and checks that the result satisfies everything and projects to itself.
    private func checked(
        _ constraints: FeatureConstraints,
        _ candidate: [Float],
        _ original: [Float],
        _ threat: ThreatModel,
        sourceLocation: SourceLocation = #_sourceLocation
    ) throws -> [Float] {
        let found = project(constraints, candidate, original, threat)
        let point = try #require(found, sourceLocation: sourceLocation)
        let isLegal =
            constraints.isSatisfied(point, around: original)
            && threat.norm.distance(point, original) <= threat.allowance(around: original)
            && Box(threat.bounds, count: point.count).contains(point)
        #expect(isLegal, "\(point) of \(candidate)", sourceLocation: sourceLocation)
        let again = project(constraints, point, original, threat)
        #expect(again == point, "projecting twice", sourceLocation: sourceLocation)
        return point
    }

    private func random(_ count: Int, _ random: inout SeededRandom) -> [Float] {
        (0..<count).map { _ in random.uniform(-3, 5) }
    }

    /// No other point that satisfies everything is nearer: the inner product of z − p and q − p is never
    /// positive for any such q, which holds for the nearest point of a convex set and for no other.
    @Test(arguments: [Norm.linf, .l2, .l1], [Float(0.4), 1.5, .infinity])
    func isNearestWithoutSteps(norm: Norm, epsilon: Float) throws {
        let document = ConstraintDocument(
            immutable: [0],
            range: [.init(1, lower: -0.5, upper: 0.75), .init(2, lower: 0)],
            monotone: [.init(3, .rising), .init(4, .falling)]
        )
        let constraints = try FeatureConstraints(document, featureCount: 6)
        let threat = threat(norm, epsilon)
        var numbers = SeededRandom(seed: 1, stream: "convex")
        for _ in 0..<20 {
            let original: [Float] = [0.5, 0.25, 1, 0, 2, -0.5]
            let wanted = random(6, &numbers)
            let point = try checked(constraints, wanted, original, threat)
            for _ in 0..<20 {
                let other = try checked(constraints, random(6, &numbers), original, threat)
                var product = 0.0
                for index in 0..<6 {
                    product +=
                        Double(wanted[index] - point[index]) * Double(other[index] - point[index])
                }
                #expect(product <= 1e-4)
            }
        }
    }

    /// Every row of steps and of groups is tried: for Linf the nearest is found.
    @Test(arguments: [Float(0.5), 1, 1.25, 5])
    func isNearestWithStepsAndGroupsForLinf(epsilon: Float) throws {
        let document = ConstraintDocument(
            integer: [.init(0, step: 0.5), .init(1, step: 0.75, offset: 0.25)],
            range: [.init(1, lower: -1, upper: 1)],
            oneHot: [[2, 3, 4]],
            monotone: [.init(0, .rising)]
        )
        let constraints = try FeatureConstraints(document, featureCount: 5)
        let threat = threat(.linf, epsilon)
        let original: [Float] = [0.5, 0.25, 0, 1, 0]
        let first = stride(from: Float(-1), through: 3, by: 0.25).map { $0 }
        var everything: [[Float]] = []
        for a in first {
            for b in first { for c in 2..<5 { everything.append([a, b] + (2..<5).map { $0 == c ? 1 : 0 }) } }
        }
        let allowed = everything.filter {
            constraints.isSatisfied($0, around: original)
                && Norm.linf.distance($0, original) <= threat.allowance(around: original)
        }
        #expect(allowed.count >= 2)
        var numbers = SeededRandom(seed: 2, stream: "steps")
        for _ in 0..<200 {
            let wanted = random(5, &numbers)
            let point = try checked(constraints, wanted, original, threat)
            let best = allowed.map { Norm.l2.distance($0, wanted) }.min() ?? 0
            #expect(abs(Norm.l2.distance(point, wanted) - best) < 1e-5)
        }
    }

    /// With L0 the features that gain most are changed.
    @Test func isNearestForL0() throws {
        let constraints = try FeatureConstraints(.init(range: [.init(0, upper: 1)]), featureCount: 5)
        let original: [Float] = [0, 0, 0, 0, 0]
        let point = try checked(constraints, [3, 2, 0.5, -1, 0.25], original, threat(.l0, 2))
        // Feature 0 gains 9 − 4 = 5 by moving to 1, feature 1 gains 4, feature 3 gains 1.
        #expect(point == [1, 2, 0, 0, 0])
    }

    /// In a ball with corners of steps the result is legal, and not much farther than the nearest.
    @Test(arguments: [Norm.l2, .l1, .l0], [Float(1), 2, 3])
    func isNearWithSteps(norm: Norm, epsilon: Float) throws {
        let document = ConstraintDocument(integer: [.init(0), .init(1), .init(2)], oneHot: [[3, 4]])
        let constraints = try FeatureConstraints(document, featureCount: 6)
        let original: [Float] = [0, 1, 2, 1, 0, 0.5]
        let threat = threat(norm, epsilon)
        let steps: [Float] = [-1, 0, 1, 2, 3]
        var allowed: [[Float]] = []
        for a in steps {
            for b in steps {
                for c in steps {
                    for group in [[1, 0], [0, 1]] as [[Float]] {
                        for last in stride(from: Float(-1), through: 3, by: 0.125) {
                            allowed.append([a, b, c] + group + [last])
                        }
                    }
                }
            }
        }
        allowed = allowed.filter { norm.distance($0, original) <= threat.allowance(around: original) }
        var numbers = SeededRandom(seed: 3, stream: "near")
        var (sum, best) = (0.0, 0.0)
        for _ in 0..<40 {
            let wanted = random(6, &numbers)
            let point = try checked(constraints, wanted, original, threat)
            let nearest = allowed.map { Norm.l2.distance($0, wanted) }.min() ?? 0
            #expect(Norm.l2.distance(point, wanted) <= 1.5 * nearest)
            sum += Norm.l2.distance(point, wanted)
            best += nearest
        }
        #expect(sum <= 1.1 * best)
    }

    /// With linear relations and no steps the result is the nearest point of a convex set.
    @Test(arguments: [Norm.linf, .l2, .l1], [Float(0.75), .infinity])
    func isNearestWithRelations(norm: Norm, epsilon: Float) throws {
        let document = ConstraintDocument(
            linear: [
                .init([.init(1, 0), .init(1, 1), .init(-1, 2)], .equal, 0),
                .init([.init(2, 0), .init(-1, 3)], .atMost, 0.5),
                .init([.init(1, 3), .init(1, 4)], .atLeast, -0.25),
            ]
        )
        let constraints = try FeatureConstraints(document, featureCount: 5)
        let original: [Float] = [0.25, 0.5, 0.75, 0.5, -0.5]
        let threat = threat(norm, epsilon)
        var numbers = SeededRandom(seed: 4, stream: "relations")
        var hasMoved = 0
        for _ in 0..<10 {
            let wanted = random(5, &numbers)
            let point = try checked(constraints, wanted, original, threat)
            if Norm.linf.distance(point, original) > 0.1 { hasMoved += 1 }
            for _ in 0..<10 {
                let other = try checked(constraints, random(5, &numbers), original, threat)
                var product = 0.0
                for index in 0..<5 {
                    product +=
                        Double(wanted[index] - point[index]) * Double(other[index] - point[index])
                }
                #expect(product <= 1e-3)
            }
        }
        #expect(hasMoved >= 9)
    }

    /// A total of whole numbers stays the total, and a share stays below it.
    @Test(arguments: Norm.allCases, [Float(2), 6])
    func relationsOfWholeNumbersHold(norm: Norm, epsilon: Float) throws {
        let document = ConstraintDocument(
            immutable: [4],
            integer: [.init(0), .init(1), .init(2), .init(3)],
            linear: [
                .init([.init(1, 0), .init(1, 1), .init(1, 2), .init(-1, 3)], .equal, 0),
                .init([.init(2, 0), .init(-1, 3)], .atMost, 1),
            ]
        )
        let constraints = try FeatureConstraints(document, featureCount: 5)
        let original: [Float] = [1, 2, 3, 6, 0.5]
        let threat = threat(norm, epsilon, Bounds(0, 20))
        var numbers = SeededRandom(seed: 5, stream: "totals")
        var hasMoved = 0
        for _ in 0..<40 {
            let wanted = (0..<5).map { _ in numbers.uniform(-2, 12) }
            let point = try checked(constraints, wanted, original, threat)
            if point != original { hasMoved += 1 }
        }
        #expect(hasMoved >= 20)
    }

    /// Groups that a relation couples.
    @Test func relationsBetweenGroupsHold() throws {
        // Contract b needs an income of 2 or more.
        let document = ConstraintDocument(
            oneHot: [[0, 1]],
            linear: [.init([.init(2, 1), .init(-1, 2)], .atMost, 0)]
        )
        let constraints = try FeatureConstraints(document, featureCount: 3)
        let original: [Float] = [1, 0, 1]
        let free = threat(.linf, .infinity)
        #expect(try checked(constraints, [0, 1, 3], original, free) == [0, 1, 3])
        #expect(try checked(constraints, [0.25, 0.75, 1.875], original, free) == [0, 1, 2])
        let poor = threat(.linf, 1, Bounds(-1, 1.5))
        #expect(try checked(constraints, [0, 1, 1.5], original, poor)[1] == 0)
    }

    @Test(arguments: Norm.allCases)
    func theOriginalIsFoundWhereNothingElseIs(norm: Norm) throws {
        let document = ConstraintDocument(
            immutable: [0, 1],
            integer: [.init(0), .init(2)],
            oneHot: [[3, 4]],
            linear: [.init([.init(1, 1), .init(1, 5)], .equal, 1)]
        )
        let constraints = try FeatureConstraints(document, featureCount: 6)
        let original: [Float] = [2, 0.3, 1, 0, 1, 0.7]
        var numbers = SeededRandom(seed: 6, stream: "nothing")
        for _ in 0..<20 {
            let wanted = random(6, &numbers)
            let point = try checked(constraints, wanted, original, threat(norm, 0))
            #expect(point == original)
        }
        let same = try checked(constraints, original, original, threat(norm, 1))
        #expect(same.map(\.bitPattern) == original.map(\.bitPattern))
    }

    /// A step that floats do not hold does not move the original by a rounding.
    @Test func theOriginalKeepsItsBits() throws {
        let step = ConstraintDocument.Spacing(0, step: 1 / 13.7, offset: -38.6 / 13.7)
        let constraints = try FeatureConstraints(.init(integer: [step]), featureCount: 1)
        let original = [Float(1.0 / 13.7 * 3 - 38.6 / 13.7).nextUp.nextUp]
        let point = try checked(constraints, [original[0] + 0.01], original, threat(.l2, 1, Bounds(-9, 9)))
        #expect(point[0].bitPattern == original[0].bitPattern)
    }

    @Test func notANumberGoesBackAndInfinityToTheBorder() throws {
        let constraints = try FeatureConstraints(.init(integer: [.init(1)]), featureCount: 3)
        let wanted: [Float] = [.nan, .infinity, -.infinity]
        let point = try checked(constraints, wanted, [0.5, 1, 0], threat(.linf, 1.5))
        #expect(point == [0.5, 2, -1])
    }

    @Test func thatNothingIsFoundIsSaid() throws {
        // The data themselves break the range, and the ball does not reach it.
        let far = try FeatureConstraints(.init(range: [.init(0, lower: 2)]), featureCount: 1)
        #expect(project(far, [2.5], [0], threat(.linf, 1)) == nil)
        #expect(project(far, [2.5], [0], threat(.l2, 1)) == nil)
        #expect(project(far, [2.5], [1.5], threat(.l2, 1)) == [2.5])
        // A relation that nothing in the box satisfies.
        let document = ConstraintDocument(linear: [.init([.init(1, 0), .init(1, 1)], .atLeast, 10)])
        let impossible = try FeatureConstraints(document, featureCount: 2)
        #expect(project(impossible, [3, 3], [0, 0], threat(.linf, .infinity)) == nil)
    }
}
