import BulwarkModels
import BulwarkTensors

/// Projected gradient descent as a search, so that constraints can be put in front of its questions.
///
/// The starts and the steps are those of `PGD`, which keeps a loop of its own. The walk itself keeps to the ball
/// and the box; what is asked about is the row that the oracle makes of it. So a walk gets from one whole number
/// to the next in many small steps, as those of networks with rounded weights do.
struct PGDSearch: GradientSearch {
    /// The knobs; the search ends where the aim is reached, whatever they say of that.
    let base: PGD

    init(_ base: PGD) { self.base = base }

    var name: String { base.name }
    var threat: ThreatModel { base.threat }
    var keeping: Keeping { .first }
    var minimumClassCount: Int { base.loss.minimumClassCount(isTargeted: threat.goal == .targeted) }

    func search(_ oracle: some GradientOracle) async throws {
        let ball = threat.inside(oracle.box)
        let center = Tensor(oracle.shape.batched(1), oracle.input)
        for restart in 0..<base.restarts {
            oracle.restart = restart
            var point = center
            if restart > 0 || base.randomStart {
                point = ball.uniformPoints(around: center) { _ in oracle.random(restart: restart) }
            }
            for _ in 0..<base.steps {
                let slope = try await oracle.slope(of: base.loss, at: point.array(ofRow: 0))
                ball.ascend(
                    &point,
                    along: Tensor(point.shape, slope.gradient),
                    stepSize: base.stepSize,
                    around: center
                )
            }
            _ = try await oracle.label(at: point.array(ofRow: 0))
        }
    }
}

/// The fast gradient method as a search, so that constraints can be put in front of its questions.
struct FGSMSearch: GradientSearch {
    let base: FGSM

    init(_ base: FGSM) { self.base = base }

    var name: String { base.name }
    var threat: ThreatModel { base.threat }
    var keeping: Keeping { .first }
    var minimumClassCount: Int { base.loss.minimumClassCount(isTargeted: threat.goal == .targeted) }

    func search(_ oracle: some GradientOracle) async throws {
        let center = Tensor(oracle.shape.batched(1), oracle.input)
        let slope = try await oracle.slope(of: base.loss, at: oracle.input)
        let direction = threat.norm.steepestDirection(of: Tensor(center.shape, slope.gradient))
        let point = threat.inside(oracle.box).project(center + threat.epsilon * direction, around: center)
        _ = try await oracle.label(at: point.array(ofRow: 0))
    }
}

/// Random points as a search, so that constraints can be put in front of its questions.
struct UniformNoiseSearch: DecisionSearch {
    let base: UniformNoise

    init(_ base: UniformNoise) { self.base = base }

    var name: String { base.name }
    var threat: ThreatModel { base.threat }
    var keeping: Keeping { .first }

    func search(_ oracle: some LabelOracle) async throws {
        let ball = threat.inside(oracle.box)
        let center = Tensor(oracle.shape.batched(1), oracle.input)
        for draw in 0..<base.draws {
            oracle.restart = draw
            let points = UniformNoise.points(in: ball, around: center) { _ in oracle.random(restart: draw) }
            _ = try await oracle.label(at: points.array(ofRow: 0))
        }
    }
}

extension ThreatModel {
    /// The same threat in another box.
    fileprivate func inside(_ box: Box) -> ThreatModel {
        ThreatModel(
            goal: goal,
            norm: norm,
            epsilon: epsilon,
            bounds: Bounds(lower: box.lower, upper: box.upper),
            knowledge: knowledge
        )
    }
}
