import BulwarkAttacks
import BulwarkEvaluation
import BulwarkModels
import BulwarkTensors
import TestSupport
import Testing

struct JudgeTests {
    static let model = AffineClassifier(randomClasses: 3, inputShape: [2, 3], seed: 7)
    static let bounds = Bounds(0, 1)

    static func threat(_ norm: Norm, goal: ThreatModel.Goal = .untargeted) -> ThreatModel {
        let epsilon: Float =
            switch norm {
            case .linf: 0.1
            case .l2: 0.25
            case .l1: 0.5
            case .l0: 2
            }
        return ThreatModel(goal: goal, norm: norm, epsilon: epsilon, bounds: bounds)
    }

    static func batch(count: Int = 30, goal: ThreatModel.Goal = .untargeted) throws -> Batch {
        let inputs = uniform([count, 2, 3], seed: 8)
        let aims = try model.labels(for: inputs).enumerated().map { row, label in
            switch goal {
            case .untargeted: Aim.anythingBut(label)
            case .targeted: Aim.exactly((label + 1 + row % 2) % 3, not: label)
            }
        }
        return Batch(inputs: inputs, aims: aims, samples: Array(0..<count))
    }

    @Test(arguments: Norm.allCases, [ThreatModel.Goal.untargeted, .targeted])
    func legalCandidatesStayAndTheModelDecides(_ norm: Norm, _ goal: ThreatModel.Goal) throws {
        let threat = Self.threat(norm, goal: goal)
        let batch = try Self.batch(count: 60, goal: goal)
        let moved =
            batch.inputs + 0.6
            * (uniform(batch.inputs.shape, seed: 9) - uniform(batch.inputs.shape, seed: 10))
        let candidates = threat.project(moved, around: batch.inputs)
        let (rulings, legal) = try Judge(threat: threat).rule(on: candidates, for: batch, against: Self.model)
        #expect(legal.isBitwiseEqual(to: candidates))
        #expect(rulings.allSatisfy { $0.violation == nil })
        let labels = try Self.model.labels(for: candidates)
        #expect(rulings.map(\.prediction) == labels)
        let isBroken = zip(batch.aims, labels).map { aim, label in
            switch aim {
            case .anythingBut(let truth): label != truth
            case .exactly(let target, _): label == target
            }
        }
        #expect(rulings.map(\.isBroken) == isBroken)
        #expect(Set(isBroken).count == 2, "some candidates reach their aim and some do not")
        if goal == .targeted {
            let missed = zip(batch.aims, labels).contains { $1 != $0.truth && !$0.isReached(by: $1) }
            #expect(missed || norm != .linf, "some candidate is wrong, but not as wanted")
        }
    }

    @Test func distancesAreThoseOfEveryNorm() throws {
        let inputs = Tensor([2, 2, 2], [0.5, 0.5, 0.5, 0.5, 0.25, 0.5, 0.75, 1])
        let candidates = Tensor([2, 2, 2], [0.75, 0.5, 0.25, 0.625, 0.25, 0.5, 0.75, 1])
        let threat = ThreatModel(norm: .l0, epsilon: 4, bounds: Self.bounds)
        let batch = Batch(inputs: inputs, aims: [.anythingBut(0), .anythingBut(1)], samples: [0, 1])
        let model = AffineClassifier(randomClasses: 2, inputShape: [2, 2], seed: 1)
        let (rulings, _) = try Judge(threat: threat).rule(on: candidates, for: batch, against: model)
        let distances = rulings[0].distances
        #expect(distances == .init(linf: 0.25, l2: 0.375, l1: 0.625, l0: 3))
        #expect(rulings[1].distances == .zero)
        #expect(Norm.allCases.map { distances[$0] } == [0.25, 0.375, 0.625, 3])
    }

    @Test(arguments: Norm.allCases)
    func candidatesOutsideTheBallAreJudgedByTheirProjection(_ norm: Norm) throws {
        let threat = Self.threat(norm)
        let batch = try Self.batch()
        // Far outside: another sample altogether, of another class where there is one.
        let candidates = batch.inputs.gatheringRows((0..<batch.count).map { (7 * $0 + 1) % batch.count })
        let (rulings, legal) = try Judge(threat: threat).rule(on: candidates, for: batch, against: Self.model)
        let own = norm.distances(legal, batch.inputs)
        let labels = try Self.model.labels(for: legal)
        for (row, ruling) in rulings.enumerated() {
            #expect(ruling.violation?.contains("exceeds") == true)
            #expect(own[row] <= Double(threat.epsilon) * (1 + 1e-6) + 6e-7)
            #expect(threat.bounds.contains(row: row, of: legal))
            #expect(ruling.prediction == labels[row])
            #expect(ruling.isBroken == batch.aims[row].isReached(by: labels[row]))
        }
        let claimed = try Self.model.labels(for: candidates)
        #expect(
            zip(rulings, zip(claimed, batch.aims)).contains { !$0.isBroken && $1.1.isReached(by: $1.0) },
            "some candidate is adversarial only where it is not allowed to be"
        )
    }

    @Test(arguments: Norm.allCases)
    func candidatesOutsideTheBoxAreJudgedByTheirProjection(_ norm: Norm) throws {
        let threat = Self.threat(norm)
        var inputs = uniform([4, 2, 3], seed: 11)
        for row in 0..<4 { inputs[row * 6 + row] = row % 2 == 0 ? 0 : 1 }
        let batch = Batch(
            inputs: inputs,
            aims: [Aim](repeating: .anythingBut(0), count: 4),
            samples: Array(0..<4)
        )
        var candidates = inputs
        for row in 0..<4 { candidates[row * 6 + row] += row % 2 == 0 ? -0.05 : 0.05 }
        let (rulings, legal) = try Judge(threat: threat).rule(on: candidates, for: batch, against: Self.model)
        #expect(rulings.allSatisfy { $0.violation?.contains("box") == true })
        #expect(legal.isBitwiseEqual(to: inputs))
        #expect(rulings.allSatisfy { $0.distances == .zero })
    }

    @Test(arguments: Norm.allCases, [Float.nan, .infinity, -.infinity, .greatestFiniteMagnitude])
    func candidatesThatAreNoNumbersAreJudgedByTheirProjection(_ norm: Norm, _ value: Float) throws {
        let threat = Self.threat(norm)
        let batch = try Self.batch(count: 6)
        for position in [0..<1, 0..<6] {
            var candidates = batch.inputs
            for row in 0..<batch.count {
                for column in position { candidates[row * 6 + column] = value }
            }
            let (rulings, legal) = try Judge(threat: threat).rule(
                on: candidates,
                for: batch,
                against: Self.model
            )
            #expect(legal.isFinite)
            for (row, ruling) in rulings.enumerated() {
                let violation = try #require(ruling.violation)
                #expect(value.isFinite || violation.contains("finite"))
                #expect(threat.bounds.contains(row: row, of: legal))
                #expect(ruling.distances[norm] <= Double(threat.epsilon) * (1 + 1e-6) + 6e-7)
            }
        }
    }

    /// Rounding to floats is no violation, however large the inputs are.
    @Test(arguments: [Norm.linf, .l2, .l1])
    func roundingIsNoViolation(_ norm: Norm) throws {
        let inputs = 255 * uniform([20, 2, 3], seed: 12)
        let threat = ThreatModel(norm: norm, epsilon: 0.3, bounds: Bounds(0, 255))
        let batch = Batch(
            inputs: inputs,
            aims: [Aim](repeating: .anythingBut(0), count: 20),
            samples: Array(0..<20)
        )
        let candidates = threat.project(255 * uniform([20, 2, 3], seed: 13), around: inputs)
        let (rulings, legal) = try Judge(threat: threat).rule(on: candidates, for: batch, against: Self.model)
        #expect(rulings.allSatisfy { $0.violation == nil })
        #expect(legal.isBitwiseEqual(to: candidates) || norm != .linf)
    }
}
