import BulwarkAttacks
import BulwarkModels
import BulwarkTensors
import Synchronization
import TestSupport
import Testing

struct TreeEnsembleAttackTests {
    private static let box = Bounds(0, 1)

    private func attack(
        _ model: RandomTrees,
        _ norm: Norm,
        goal: ThreatModel.Goal = .untargeted,
        epsilon: Float = .infinity,
        limits: TreeSearchLimits = TreeSearchLimits(),
        constraints: FeatureConstraints? = nil
    ) throws -> TreeEnsembleAttack {
        let threat = ThreatModel(goal: goal, norm: norm, epsilon: epsilon, bounds: Self.box)
        return TreeEnsembleAttack(
            threat: threat,
            trees: model.trees,
            limits: limits,
            constraints: constraints
        )
    }

    private func bounds(
        _ attack: TreeEnsembleAttack,
        _ model: RandomTrees,
        _ row: [Float],
        _ aim: Aim
    ) throws
        -> TreeBounds
    {
        try attack.bounds(for: row, aim: aim) { try model.isReached(aim, at: $0) }
    }

    /// Every region of small forests is tried, in every norm, for whatever stands behind the votes.
    @Test(arguments: RandomTrees.Form.allCases, Norm.allCases)
    func findsWhatTryingEverythingFinds(form: RandomTrees.Form, norm: Norm) throws {
        for seed in 0..<6 {
            let model = try RandomTrees(form, seed: seed)
            let box = Box(Self.box, count: model.featureCount)
            for row in model.rows(3, seed: seed) {
                let label = try model.label(of: row)
                let other = (label + 1) % model.classCount
                let everything = try model.everything(around: row, box: box)
                for aim in [Aim.anythingBut(label), .exactly(other, not: label)] {
                    let goal = aim.goal
                    let expected = everything.nearest(aim, norm)
                    let found = try bounds(attack(model, norm, goal: goal), model, row, aim)
                    #expect(found.isExact && found.upper == expected, "seed \(seed), row \(row), \(aim)")
                    guard let point = found.point else { continue }
                    #expect(try model.isReached(aim, at: point) && box.contains(point))
                    #expect(norm.distance(point, row) == found.upper)
                }
            }
        }
    }

    /// A tree with the question under test at its root, whose answers are two labels.
    @Test(arguments: DecisionForest.Rule.allCases)
    func theNearestFloatOnTheOtherSideIsFound(rule: DecisionForest.Rule) throws {
        let threshold: Float = 0.3
        let nodes: [DecisionForest.Node] = [
            .branch(.init(feature: 0, rule: rule, threshold: Double(threshold), whenTrue: 1, whenFalse: 2)),
            .leaf([.init(target: 0, weight: 1), .init(target: 1, weight: 0)]),
            .leaf([.init(target: 0, weight: 0), .init(target: 1, weight: 1)]),
        ]
        let (below, above) = (threshold.nextDown, threshold.nextUp)
        // From 0.1, from the threshold and from 0.5 the nearest float with the other answer.
        let expected: [Float] =
            switch rule {
            case .lessOrEqual, .greater: [above, above, threshold]
            case .less, .greaterOrEqual: [threshold, below, below]
            // The floats around 0.3 are equally far from it, and either will do.
            case .equal, .notEqual: [threshold, above, threshold]
            }
        let (trees, model) = try Self.classifier(nodes)
        for (start, nearest) in zip([0.1, threshold, 0.5], expected) {
            let label = try model.labels(for: Tensor([1, 1], [start]))[0]
            let attack = TreeEnsembleAttack(
                threat: ThreatModel(norm: .linf, epsilon: .infinity, bounds: Self.box),
                trees: trees
            )
            let found = try attack.bounds(for: [start], aim: .anythingBut(label)) {
                try model.labels(for: Tensor([1, 1], $0))[0] != label
            }
            #expect(found.isExact && found.upper == abs(Double(nearest) - Double(start)), "from \(start)")
        }
    }

    private static func classifier(
        _ nodes: [DecisionForest.Node],
        roots: [Int] = [0],
        features: Int = 1
    ) throws -> (DecisionTrees, ScoreClassifier) {
        var builder = GraphBuilder()
        let input = try builder.input("x", [.batch, Dimension(constant: features)])
        let forest = try DecisionForest(nodes: nodes, roots: roots, targetCount: 2)
        let scores = try builder.apply(TreeEnsemble(forest), to: [input])
        let graph = try ClassifierGraph(builder.graph(outputs: [scores]))
        return (
            try DecisionTrees(graph),
            ScoreClassifier(graph, backend: ReferenceBackend(), execution: Execution(threads: 1))
        )
    }

    /// Of a single tree the smallest change is the distance to the nearest leaf of another label.
    @Test(arguments: [
        (Norm.linf, 0.25), (.l2, 0.25), (.l1, 0.25), (.l0, 1),
    ])
    func ofASingleTreeItIsTheNearestLeaf(norm: Norm, expected: Double) throws {
        func leaf(_ label: Int) -> DecisionForest.Node {
            .leaf([0, 1].map { .init(target: $0, weight: $0 == label ? 1 : 0) })
        }
        func branch(_ feature: Int, _ threshold: Double, _ yes: Int, _ no: Int) -> DecisionForest.Node {
            .branch(.init(feature: feature, rule: .less, threshold: threshold, whenTrue: yes, whenFalse: no))
        }
        // Label 1 where x₀ ≥ 0.75, or where x₀ ≥ 0.5 and x₁ ≥ 0.5.
        let nodes = [
            branch(0, 0.75, 1, 2), branch(0, 0.5, 3, 4), leaf(1), leaf(0), branch(1, 0.5, 5, 6), leaf(0),
            leaf(1),
        ]
        let (trees, model) = try Self.classifier(nodes, features: 2)
        let attack = TreeEnsembleAttack(
            threat: ThreatModel(norm: norm, epsilon: .infinity, bounds: Self.box),
            trees: trees
        )
        func bounds(_ row: [Float]) throws -> TreeBounds {
            try attack.bounds(for: row, aim: .anythingBut(0)) {
                try model.labels(for: Tensor([1, 2], $0))[0] != 0
            }
        }
        let straight = try bounds([0.5, 0.25])
        #expect(straight.isExact && straight.upper == expected)
        // Over the corner it is √2 · 0.125 for L2, and for L1 as far as straight on.
        let corner = try bounds([0.375, 0.375])
        let distances: [Norm: Double] = [.linf: 0.125, .l2: 0.03125.squareRoot(), .l1: 0.25, .l0: 1]
        #expect(corner.isExact && corner.upper == distances[norm])
    }

    @Test(arguments: Norm.allCases)
    func limitsLeaveBoundsThatHold(norm: Norm) throws {
        var proved = 0
        for seed in 0..<4 {
            let model = try RandomTrees(.softmax, features: 5, trees: 6, depth: 4, rules: [.less], seed: seed)
            for row in model.rows(2, seed: seed) {
                let aim = Aim.anythingBut(try model.label(of: row))
                let exact = try bounds(attack(model, norm), model, row, aim)
                #expect(exact.isExact)
                for maximum in [0, 1, 3, 10, 30] {
                    let limits = TreeSearchLimits(maximumRegions: maximum)
                    let found = try bounds(attack(model, norm, limits: limits), model, row, aim)
                    #expect(found.lower <= exact.lower && found.upper >= exact.upper)
                    #expect(found.regions <= maximum && found.lower <= found.upper)
                    if maximum == 0, found.lower > 0 { proved += 1 }
                    guard let point = found.point else { continue }
                    #expect(try model.isReached(aim, at: point))
                }
            }
        }
        // Merged trees prove something before any region is looked at.
        #expect(proved >= 4 || norm == .l0)
    }

    @Test func theDeadlineIsAskedForBeforeEachRegion() throws {
        let model = try RandomTrees(.softmax, features: 4, trees: 5, depth: 4, seed: 3)
        let row = model.rows(1, seed: 1)[0]
        let aim = Aim.anythingBut(try model.label(of: row))
        let asked = Mutex(0)
        let limits = TreeSearchLimits(isOver: {
            asked.withLock {
                $0 += 1
                return $0 > 2
            }
        })
        let found = try bounds(attack(model, .l2, limits: limits), model, row, aim)
        #expect(found.regions <= 2)
        #expect(asked.withLock { $0 } <= 3)
        #expect(found.lower <= found.upper)
    }

    /// Within a radius nothing is found that is not there, and what is there is found.
    @Test(arguments: Norm.allCases)
    func aRadiusSplitsWhatCanBeFound(norm: Norm) throws {
        for seed in 0..<4 {
            let model = try RandomTrees(.direct, seed: seed)
            let row = model.rows(1, seed: seed)[0]
            let aim = Aim.anythingBut(try model.label(of: row))
            let exact = try bounds(attack(model, norm), model, row, aim)
            guard exact.upper.isFinite else { continue }
            let (inside, outside) = (
                norm == .l0 ? Float(exact.upper) : Float(exact.upper) * 1.001 + 1e-6,
                norm == .l0 ? Float(exact.upper) - 1 : Float(exact.upper) * 0.99 - 1e-6
            )
            #expect(try bounds(attack(model, norm, epsilon: inside), model, row, aim).upper == exact.upper)
            guard outside > 0 else { continue }
            let missed = try bounds(attack(model, norm, epsilon: outside), model, row, aim)
            #expect(missed.point == nil && missed.lower >= Double(outside))
        }
    }

    /// As an attack it asks the model about few rows, counts them, and reports the exact distance.
    @Test(arguments: Norm.allCases)
    func asAnAttackItReportsTheSmallestDistance(norm: Norm) throws {
        let model = try RandomTrees(.direct, seed: 5)
        let rows = model.rows(8, seed: 2)
        let aims = try rows.map { Aim.anythingBut(try model.label(of: $0)) }
        let batch = Batch(
            inputs: Tensor([8, 3], rows.flatMap { $0 }),
            aims: aims,
            samples: Array(0..<8)
        )
        let counting = CountingLabels(model.model)
        let attack = try attack(model, norm)
        let result = try attack.perturb(batch, against: counting, random: RandomSource(seed: 0, stream: ""))
        #expect(result.queries.reduce(0, +) == counting.count)
        #expect(result.queries.allSatisfy { $0 <= 12 })
        let box = Box(Self.box, count: 3)
        for (row, aim) in aims.enumerated() {
            let expected = try model.everything(around: rows[row], box: box).nearest(aim, norm)
            #expect(result.nearest[row] ?? .infinity == expected)
            #expect(result.claimed[row] == expected.isFinite)
        }
    }

    /// Whole eighths, a feature that stays, and one that only rises.
    @Test(arguments: Norm.allCases)
    func constraintsOnSingleFeaturesAreKeptExactly(norm: Norm) throws {
        let document = ConstraintDocument(
            immutable: [0],
            integer: [.init(1, step: 0.125)],
            monotone: [.init(2, .rising)]
        )
        let constraints = try FeatureConstraints(document, featureCount: 4)
        let eighths = (0...8).map { Float($0) / 8 }
        for seed in 0..<6 {
            let model = try RandomTrees(.direct, features: 4, seed: seed)
            var row = model.rows(1, seed: seed)[0]
            row[1] = 0.375
            let aim = Aim.anythingBut(try model.label(of: row))
            let everything = try model.everything(
                around: row,
                box: Box(Self.box, count: 4),
                besides: eighths,
                where: { constraints.isSatisfied($0, around: row, tolerance: 0) }
            )
            let expected = everything.nearest(aim, norm)
            let found = try bounds(attack(model, norm, constraints: constraints), model, row, aim)
            #expect(found.isExact && found.upper == expected)
            guard let point = found.point else { continue }
            #expect(constraints.isSatisfied(point, around: row, tolerance: 0))
        }
    }

    /// A group of which one is 1, and a feature beside it, against every row there is.
    @Test(arguments: Norm.allCases)
    func groupsAreKeptExactly(norm: Norm) throws {
        let constraints = try FeatureConstraints(
            ConstraintDocument(oneHot: [[0, 2, 3]]),
            featureCount: 4
        )
        var (found, missed) = (0, 0)
        for seed in 0..<12 {
            let model = try RandomTrees(.direct, features: 4, depth: 4, seed: seed)
            for one in [0, 2, 3] {
                var row: [Float] = [0, model.rows(1, seed: seed)[0][1], 0, 0]
                row[one] = 1
                let label = try model.label(of: row)
                let everything = try model.everything(
                    around: row,
                    box: Box(Self.box, count: 4),
                    where: { constraints.isSatisfied($0, around: row, tolerance: 0) }
                )
                for aim in [Aim.anythingBut(label), .exactly((label + 1) % 3, not: label)] {
                    let expected = everything.nearest(aim, norm)
                    let attack = try attack(model, norm, goal: aim.goal, constraints: constraints)
                    let bounds = try bounds(attack, model, row, aim)
                    #expect(bounds.isExact && bounds.upper == expected, "seed \(seed), row \(row), \(aim)")
                    guard let point = bounds.point else {
                        missed += 1
                        continue
                    }
                    found += 1
                    #expect(constraints.isSatisfied(point, around: row, tolerance: 0))
                }
            }
        }
        #expect(found > 20 && missed > 2)
    }

    /// Under a relation what is found satisfies it, and nothing nearer than the lower bound does.
    @Test(arguments: [Norm.linf, .l2, .l1])
    func boundsUnderRelationsHold(norm: Norm) throws {
        let sum = ConstraintDocument.Relation([.init(1, 0), .init(1, 1)], .atMost, 0.875)
        let constraints = try FeatureConstraints(ConstraintDocument(linear: [sum]), featureCount: 3)
        var (found, exact) = (0, 0)
        for seed in 0..<10 {
            let model = try RandomTrees(.direct, seed: seed)
            for var row in model.rows(3, seed: seed) {
                row[1] = min(row[1], 0.875 - min(row[0], 0.875))
                guard constraints.isSatisfied(row, around: row) else { continue }
                let aim = Aim.anythingBut(try model.label(of: row))
                let bounds = try bounds(attack(model, norm, constraints: constraints), model, row, aim)
                let allowed = try model.everything(
                    around: row,
                    box: Box(Self.box, count: 3),
                    where: { constraints.isSatisfied($0, around: row) }
                )
                // Corners of cells do not hold every row on the border of a relation, but those they hold count.
                #expect(bounds.lower <= allowed.nearest(aim, norm))
                let free = try self.bounds(attack(model, norm), model, row, aim)
                #expect(bounds.lower >= free.lower)
                guard let point = bounds.point else { continue }
                found += 1
                if bounds.isExact { exact += 1 }
                #expect(constraints.isSatisfied(point, around: row))
                #expect(try model.isReached(aim, at: point))
                #expect(bounds.upper == norm.distance(point, row))
            }
        }
        #expect(found > 10 && exact > 5)
    }

    /// Beyond the radius the nearest row is reported, and up to where nothing reaches the aim is proved.
    @Test(arguments: Norm.allCases)
    func theHorizonIsFartherThanTheRadius(norm: Norm) throws {
        var (inside, outside, nowhere) = (0, 0, 0)
        for seed in 0..<8 {
            let model = try RandomTrees(.direct, seed: seed)
            let rows = model.rows(6, seed: seed)
            let aims = try rows.map { Aim.anythingBut(try model.label(of: $0)) }
            let batch = Batch(inputs: Tensor([6, 3], rows.flatMap { $0 }), aims: aims, samples: Array(0..<6))
            let (radius, horizon): (Float, Float) = norm == .l0 ? (1, 2) : (0.0625, 0.25)
            let attack = TreeEnsembleAttack(
                threat: ThreatModel(norm: norm, epsilon: radius, bounds: Self.box),
                trees: model.trees,
                horizon: horizon
            )
            let result = try attack.perturb(
                batch,
                against: model.model,
                random: RandomSource(seed: 0, stream: "")
            )
            for (row, aim) in aims.enumerated() {
                let exact = try bounds(self.attack(model, norm), model, rows[row], aim)
                let proved = try #require(result.proved[row])
                if exact.upper <= Double(horizon) {
                    #expect(result.nearest[row] == exact.upper && proved == exact.upper.nextDown)
                } else {
                    #expect(result.nearest[row] == nil && proved >= Double(horizon))
                }
                #expect(result.claimed[row] == (exact.upper <= Double(radius)))
                #expect(result.claimed[row] == (proved <= Double(radius)))
                if result.claimed[row] { inside += 1 } else if exact.upper <= Double(horizon) { outside += 1 }
                if result.nearest[row] == nil { nowhere += 1 }
            }
        }
        #expect(inside > 2 && outside > 2 && (nowhere > 2 || norm == .l0))
    }

    /// A search that comes to its limit proves no more than it has searched.
    @Test func aLimitProvesLess() throws {
        var open = 0
        for seed in 0..<6 {
            let model = try RandomTrees(.softmax, features: 5, trees: 6, depth: 4, rules: [.less], seed: seed)
            let rows = model.rows(4, seed: seed)
            let aims = try rows.map { Aim.anythingBut(try model.label(of: $0)) }
            let batch = Batch(inputs: Tensor([4, 5], rows.flatMap { $0 }), aims: aims, samples: Array(0..<4))
            let threat = ThreatModel(norm: .l2, epsilon: 0.5, bounds: Self.box)
            for regions in [1, 4, 1000] {
                let limits = TreeSearchLimits(maximumRegions: regions)
                let attack = TreeEnsembleAttack(threat: threat, trees: model.trees, limits: limits)
                let source = RandomSource(seed: 0, stream: "")
                let result = try attack.perturb(batch, against: model.model, random: source)
                for (row, aim) in aims.enumerated() {
                    let exact = try bounds(self.attack(model, .l2), model, rows[row], aim)
                    let proved = try #require(result.proved[row])
                    #expect(proved < exact.upper)
                    if !result.claimed[row], proved <= 0.5 { open += 1 }
                    if regions == 1000 { #expect(result.claimed[row] || proved > 0.5) }
                }
            }
        }
        #expect(open > 0)
    }

    /// A search that comes to its end without a find has proved all of its horizon, be that the radius itself.
    @Test(arguments: Norm.allCases) func aSearchThatFindsNothingProvesTheRadius(norm: Norm) throws {
        let leaf = DecisionForest.Node.leaf([.init(target: 0, weight: 1), .init(target: 1, weight: 0)])
        let (trees, model) = try Self.classifier([leaf])
        let threat = ThreatModel(norm: norm, epsilon: 0.25, bounds: Self.box)
        let attack = TreeEnsembleAttack(threat: threat, trees: trees)
        let found = try attack.bounds(for: [0.5], aim: .anythingBut(0)) { _ in false }
        #expect(found.isComplete && found.point == nil && found.provedRadius == found.lower)
        let batch = Batch(inputs: Tensor([1, 1], [0.5]), aims: [.anythingBut(0)], samples: [0])
        let source = RandomSource(seed: 0, stream: "")
        let proved = try #require(try attack.perturb(batch, against: model, random: source).proved[0])
        #expect(proved > 0.25)
    }

    @Test func aMissingFeatureIsRefused() throws {
        let model = try RandomTrees(.direct, seed: 0)
        #expect(throws: TreeError.notFinite(feature: 1)) {
            try bounds(attack(model, .linf), model, [0, .nan, 0], .anythingBut(0))
        }
    }

    /// Nothing inside the certified radius has another label, and the point at its end has.
    @Test(arguments: [Norm.linf, .l2, .l1])
    func aCertificateHolds(norm: Norm) throws {
        let model = try RandomTrees(.average, trees: 4, seed: 8)
        let rows = model.rows(4, seed: 4)
        let certificate = TreeCertificate(trees: model.trees, norm: norm, bounds: Self.box)
        let radii = try certificate.radii(of: Tensor([4, 3], rows.flatMap { $0 }), on: model.model)
        var random = SeededRandom(seed: 1, stream: "inside")
        for (row, bounds) in zip(rows, radii) {
            #expect(bounds.isExact)
            let label = try model.label(of: row)
            if let point = bounds.point { #expect(try model.label(of: point) != label) }
            for _ in 0..<200 {
                let direction = (0..<3).map { _ in random.normal() }
                let length = Float(norm.distance(direction, [0, 0, 0]))
                let radius = Float(min(bounds.lower, 2)) * 0.9999 * random.uniform()
                let point = zip(row, direction).map { min(max(0, $0 + $1 / length * radius), 1) }
                #expect(try model.label(of: point) == label)
            }
        }
    }
}

/// A model that counts how often it is asked for a label.
private final class CountingLabels<Base: LabelAccess>: LabelAccess {
    private let base: Base
    private let asked = Mutex(0)

    init(_ base: Base) { self.base = base }

    var inputShape: Shape { base.inputShape }
    var classCount: Int { base.classCount }
    var count: Int { asked.withLock { $0 } }

    func labels(for inputs: Tensor) throws -> [Int] {
        asked.withLock { $0 += inputs.rowCount }
        return try base.labels(for: inputs)
    }
}
