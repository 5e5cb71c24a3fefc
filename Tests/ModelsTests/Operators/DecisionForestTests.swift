import BulwarkModels
import BulwarkTensors
import Testing

struct DecisionForestTests {
    private typealias Node = DecisionForest.Node

    private static func branch(
        _ whenTrue: Int,
        _ whenFalse: Int,
        feature: Int = 0,
        threshold: Double = 0
    ) -> DecisionForest.Node {
        .branch(.init(feature: feature, threshold: threshold, whenTrue: whenTrue, whenFalse: whenFalse))
    }

    private static func leaf(_ weight: Float, target: Int = 0) -> DecisionForest.Node {
        .leaf([.init(target: target, weight: weight)])
    }

    /// Trees that no sample must ever walk, each with what is wrong.
    struct Broken: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let nodes: [DecisionForest.Node]
        var roots = [0]
        var targets = 1
    }

    static let broken: [Broken] = [
        Broken(testDescription: "no nodes", nodes: [], roots: []),
        Broken(testDescription: "no roots", nodes: [leaf(1)], roots: []),
        Broken(testDescription: "a node that is its own child", nodes: [branch(0, 1), leaf(1)]),
        Broken(testDescription: "a cycle", nodes: [branch(1, 3), branch(2, 3), branch(0, 3), leaf(1)]),
        Broken(
            testDescription: "a cycle behind a shared node",
            nodes: [branch(1, 2), branch(3, 4), branch(3, 4), branch(2, 4), leaf(1)]
        ),
        Broken(testDescription: "a child that does not exist", nodes: [branch(1, 2), leaf(1)]),
        Broken(testDescription: "a child below 0", nodes: [branch(1, -1), leaf(1)]),
        Broken(testDescription: "a root that does not exist", nodes: [leaf(1)], roots: [1]),
        Broken(testDescription: "a root twice", nodes: [leaf(1)], roots: [0, 0]),
        Broken(
            testDescription: "a node of two trees",
            nodes: [branch(2, 2), branch(2, 2), leaf(1)],
            roots: [0, 1]
        ),
        Broken(testDescription: "a node of no tree", nodes: [leaf(1), leaf(2)]),
        Broken(testDescription: "a NaN", nodes: [branch(1, 1, threshold: .nan), leaf(1)]),
        Broken(testDescription: "a feature below 0", nodes: [branch(1, 1, feature: -1), leaf(1)]),
        Broken(testDescription: "a feature beyond counting", nodes: [branch(1, 1, feature: .max), leaf(1)]),
        Broken(testDescription: "an infinite vote", nodes: [leaf(.infinity)]),
        Broken(testDescription: "a vote for a target that does not exist", nodes: [leaf(1, target: 1)]),
        Broken(testDescription: "a vote for a target below 0", nodes: [leaf(1, target: -1)]),
        Broken(testDescription: "no target", nodes: [leaf(1)], targets: 0),
        Broken(testDescription: "far more targets than votes", nodes: [leaf(1)], targets: 1 << 40),
    ]

    @Test(arguments: broken)
    func brokenTreesAreRefused(_ broken: Broken) {
        #expect(throws: OperatorError.self) {
            try DecisionForest(nodes: broken.nodes, roots: broken.roots, targetCount: broken.targets)
        }
    }

    @Test func aNodeWithTwoParentsInOneTreeIsFine() throws {
        let nodes = [
            Self.branch(1, 2), Self.branch(3, 4, feature: 1), Self.branch(4, 3, feature: 1), Self.leaf(1),
            Self.leaf(2),
        ]
        let trees = TreeEnsemble(try DecisionForest(nodes: nodes, roots: [0], targetCount: 1))
        let inputs = Tensor([4, 2], [-1, -1, -1, 1, 1, -1, 1, 1])
        #expect(Array(trees.value(of: [inputs], shape: [4, 1]).elements) == [1, 2, 2, 1])
    }

    /// A tree as deep as it has nodes is checked and walked without a stack of the machine's.
    @Test func depthIsNoLimit() throws {
        let depth = 200_000
        var nodes = (0..<depth).map { Self.branch(depth + 1, $0 + 1, threshold: Double($0)) }
        nodes += [Self.leaf(-1), Self.leaf(1)]
        let trees = TreeEnsemble(try DecisionForest(nodes: nodes, roots: [0], targetCount: 1))
        let inputs = Tensor([2, 1], [Float(depth), Float(depth) - 1])
        #expect(Array(trees.value(of: [inputs], shape: [2, 1]).elements) == [-1, 1])
    }

    /// A threshold in double precision between two floats sends each of them where it did.
    @Test(arguments: DecisionForest.Rule.allCases, [0.1, -0.1, 1e-60, -1e300, 1e300, 0.5])
    func roundingAThresholdMovesNoFloat(rule: DecisionForest.Rule, threshold: Double) throws {
        let nodes: [DecisionForest.Node] = [
            .branch(.init(feature: 0, rule: rule, threshold: threshold, whenTrue: 1, whenFalse: 2)),
            Self.leaf(1), Self.leaf(0),
        ]
        let trees = TreeEnsemble(try DecisionForest(nodes: nodes, roots: [0], targetCount: 1))
        let nearest = min(max(Float(threshold), -.greatestFiniteMagnitude), .greatestFiniteMagnitude)
        let points = [
            nearest, nearest.nextUp, nearest.nextDown, 0, 1, -1, .infinity, -.infinity, .nan,
        ]
        let found = trees.value(of: [Tensor([points.count, 1], points)], shape: [points.count, 1])
        let expected = points.map { point -> Float in
            let point = Double(point)
            let isTrue =
                switch rule {
                case .lessOrEqual: point <= threshold
                case .less: point < threshold
                case .greaterOrEqual: point >= threshold
                case .greater: point > threshold
                case .equal: point == threshold
                case .notEqual: point != threshold
                }
            return isTrue ? 1 : 0
        }
        #expect(Array(found.elements) == expected)
    }

    @Test func samplesWithTooFewFeaturesAreRefused() throws {
        let nodes = [Self.branch(1, 1, feature: 3), Self.leaf(1)]
        let trees = TreeEnsemble(try DecisionForest(nodes: nodes, roots: [0], targetCount: 1))
        #expect(throws: OperatorError.self) { try trees.outputShape(for: [[.batch, 3]]) }
        #expect(throws: OperatorError.self) { try trees.outputShape(for: [[.batch, 4, 1]]) }
        #expect(try trees.outputShape(for: [[.batch, 4]]) == [.batch, 1])
    }
}
