import BulwarkAttacks
import BulwarkModels
import BulwarkTensors
import TestSupport
import Testing

/// The rows of the attack table that look for the nearest wrong answer.
struct MinimumNormPresetTests {
    private func make(
        _ name: String,
        _ preset: String,
        _ norm: Norm,
        _ bounds: Bounds
    ) throws -> any Attack {
        let row = try AttackTable.row(named: name)
        let threat = ThreatModel(norm: norm, epsilon: .infinity, bounds: bounds)
        return try row.make(threat: threat, preset: try row.preset(named: preset), classCount: 10).attack
    }

    /// The cheap presets come near the distance, in the unit box and in that of 8-bit images.
    @Test(
        arguments: [
            ("deepfool", Norm.linf, 0.03), ("deepfool", .l2, 0.03), ("cw-l2", .l2, 0.05),
            ("cw-linf", .linf, 0.1), ("ead", .l1, 0.05), ("ddn", .l2, 0.05),
            ("fmn", .linf, 0.02), ("fmn", .l2, 0.02), ("fmn", .l1, 0.05),
        ],
        [Float(1), 255]
    )
    func theCheapPresetsComeNearInAnyUnits(attack: (String, Norm, Double), scale: Float) throws {
        let problem = AffineProblem.nearerClassInBox.scaled(by: scale)
        let row = try AttackTable.row(named: attack.0)
        let made = try row.make(
            threat: problem.threat(attack.1),
            preset: try row.preset(named: "fast"),
            classCount: 3
        )
        guard case .whiteBox(let search) = made else {
            Issue.record("\(attack.0) follows gradients")
            return
        }
        try problem.expect(search, within: attack.2, rounding: 2e-6 * Double(scale))
    }

    @Test func theReferencePresetsHaveTheReferencesKnobs() throws {
        let box = Bounds(0, 1)
        let carlini = try #require(try make("cw-l2", "standard", .l2, box) as? CarliniWagnerL2)
        #expect(carlini.searchSteps == 9 && carlini.steps == 10_000 && carlini.abortsEarly)
        #expect(carlini.learningRate == 0.01 && carlini.initialConstant == 1e-3 && carlini.confidence == 0)
        let linf = try #require(try make("cw-linf", "standard", .linf, box) as? CarliniWagnerLinf)
        #expect(linf.steps == 1000 && linf.learningRate == 5e-3 && linf.decreaseFactor == 0.9)
        #expect(linf.initialConstant == 1e-5 && linf.largestConstant == 20 && linf.constantFactor == 2)
        let elastic = try #require(try make("ead", "standard", .l1, box) as? EAD)
        #expect(elastic.searchSteps == 9 && elastic.steps == 10_000 && elastic.abortsEarly)
        #expect(elastic.stepSize == 0.01 && elastic.regularization == 0.01 && elastic.initialConstant == 1e-3)
        let ddn = try #require(try make("ddn", "standard", .l2, box) as? DDN)
        #expect(ddn.steps == 100 && ddn.gamma == 0.05 && ddn.initialRadius == 1 && ddn.levels == nil)
        #expect(ddn.loss == .crossEntropy && ddn.stepSize == 1 && ddn.finalStepSize == 0.01)
        let fmn = try #require(try make("fmn", "standard", .l1, box) as? FMN)
        #expect(fmn.steps == 100 && fmn.gamma == 0.05 && fmn.finalGamma == 0.001)
        #expect(fmn.stepSize == 1 && fmn.finalStepSize == 0.01)
        let deepFool = try #require(try make("deepfool", "standard", .l2, box) as? DeepFool)
        #expect(deepFool.steps == 50 && deepFool.candidates == 10 && deepFool.overshoot == 0.02)
        let all = try #require(try make("deepfool", "all-classes", .l2, box) as? DeepFool)
        #expect(all.candidates == nil)
    }

    /// Lengths are in input units, so they grow with the box; so do weights that compare lengths with logits.
    @Test func theKnobsGrowWithTheBox() throws {
        let box = Bounds(0, 4)
        let carlini = try #require(try make("cw-l2", "standard", .l2, box) as? CarliniWagnerL2)
        #expect(abs(carlini.initialConstant - 0.016) < 1e-6 && carlini.learningRate == 0.01)
        let elastic = try #require(try make("ead", "standard", .l1, box) as? EAD)
        #expect(abs(elastic.initialConstant - 0.016) < 1e-6 && elastic.regularization == 0.04)
        let ddn = try #require(try make("ddn", "standard", .l2, box) as? DDN)
        #expect(ddn.initialRadius == 4 && ddn.stepSize == 4 && ddn.finalStepSize == 0.04)
        let fmn = try #require(try make("fmn", "standard", .l0, box) as? FMN)
        #expect(fmn.stepSize == 4 && fmn.finalStepSize == 0.04)
    }

    @Test func onlyLongRunsAreStrong() {
        let strong = AttackTable.rows.flatMap { row in row.presets.map { (row.name, $0) } }
            .filter { ["deepfool", "cw-l2", "cw-linf", "ead", "ddn", "fmn"].contains($0.0) && $0.1.isStrong }
            .map { "\($0.0) \($0.1.name)" }
        #expect(strong == ["cw-l2 standard", "ead standard", "ddn thorough", "fmn thorough"])
    }
}
