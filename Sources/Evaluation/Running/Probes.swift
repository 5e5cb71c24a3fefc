import BulwarkAttacks
import BulwarkModels
import BulwarkTensors

/// Runs beside the suite that the curve and the checks need: rising radii, no limit at all, twice the steps.
struct Probes {
    /// One radius of the curve.
    struct Point {
        let epsilon: Float
        /// For each probed sample whether the curve's own attacks broke it at this radius.
        let broken: [Bool]
    }

    /// The curve's own attacks.
    private(set) var curve: [Point] = []
    /// The curve as it is reported.
    private(set) var resilienceCurve: [Assessment.CurvePoint] = []
    private(set) var unbounded: AttackRun?
    /// The same without the constraints, on what is left under them; nil if there are none.
    private(set) var lifted: AttackRun?
    private(set) var unboundedNoise: AttackRun?
    private(set) var doubled: CheckEvidence.Doubling?
    /// What the attacks of the curve and of twice the steps broke, and how far they went.
    private(set) var successes: [CertificateComparison.Attack] = []
    /// Why they ended early; nil if they did not.
    private(set) var stop: RunStop?
    /// What was not done because of that, in words.
    private(set) var leftOut: [String] = []

    /// Runs them until they are done or the run is to end.
    ///
    /// - Throws: What the attacks, the model and the journal throw.
    init(
        plan: AssessmentPlan,
        runner: AttackRunner<some LabelAccess>,
        runs: [(planned: PlannedAttack, run: AttackRun)],
        stop: RunStop?
    ) throws {
        self.stop = stop
        let count = min(plan.maximumProbes, runner.samples.count)
        let attacked = runner.correct.filter { $0 < count }
        let exact = runs.first { $0.planned.row.kind == .exact }
        let rows = exact == nil ? Self.curveRows(plan, runner) : []
        // For each sample the smallest radius at which anything in this run broke it. A candidate may be a
        // rounding error farther away than the radius of the attack that made it.
        var nearest = [Double](repeating: .infinity, count: count)
        for (_, run) in runs {
            for position in run.attacked where position < count && run.isBroken(position) {
                let distance = run.records[position].distances[plan.threat.norm]
                nearest[position] = min(nearest[position], distance, Double(plan.threat.epsilon))
            }
        }
        try untilStopped("resilience curve") { probes in
            if let exact {
                try probes.measureExactly(exact, plan, runner, &nearest)
            } else {
                try probes.probeRisingRadii(plan, runner, rows, attacked, &nearest)
            }
        }
        resilienceCurve = plan.curveEpsilons.map { epsilon in
            let robust = attacked.count { nearest[$0] > Double(epsilon) * (1 + 1e-6) }
            return Assessment.CurvePoint(
                epsilon: epsilon.asWritten,
                robustAccuracy: Proportion(successes: robust, trials: count).estimate()
            )
        }
        // What no attack was tried at says nothing about attacks.
        if rows.isEmpty, exact == nil { curve = [] }
        try untilStopped("attacks without a limit") { probes in
            try probes.probeWithoutLimit(plan, runner, Array(attacked.prefix(100)))
        }
        try untilStopped("twice the steps") { probes in
            try probes.probeWithTwiceTheSteps(plan, runner, runs)
        }
    }

    /// Does a part of the work, unless the run has ended or ends meanwhile.
    private mutating func untilStopped(_ part: String, _ work: (inout Probes) throws -> Void) throws {
        do {
            if let stop { throw stop }
            try work(&self)
        } catch let reason as RunStop {
            stop = reason
            leftOut.append(part)
        }
    }

    private mutating func probeRisingRadii(
        _ plan: AssessmentPlan,
        _ runner: AttackRunner<some LabelAccess>,
        _ rows: [AttackTable.Row],
        _ attacked: [Int],
        _ nearest: inout [Double]
    ) throws {
        for epsilon in plan.curveEpsilons {
            var broken = [Bool](repeating: false, count: nearest.count)
            for row in rows where epsilon > 0 {
                guard let preset = row.presets.first else { continue }
                let threat = plan.threat.with(epsilon: epsilon)
                let attack = try row.make(threat: threat, preset: preset, classCount: runner.model.classCount)
                let open = attacked.filter { !broken[$0] }
                let run = try runner.run(
                    attack,
                    label: "curve at \(epsilon)",
                    on: open,
                    keepsCandidates: false
                )
                successes.append(CertificateComparison.Attack(run, norm: plan.threat.norm))
                for position in open where run.isBroken(position) {
                    broken[position] = true
                    let distance = run.records[position].distances[plan.threat.norm]
                    nearest[position] = min(nearest[position], distance, Double(epsilon))
                }
            }
            curve.append(Point(epsilon: epsilon, broken: broken))
        }
    }

    /// Every radius of the curve from the distances that an exact attack found.
    private mutating func measureExactly(
        _ exact: (planned: PlannedAttack, run: AttackRun),
        _ plan: AssessmentPlan,
        _ runner: AttackRunner<some LabelAccess>,
        _ nearest: inout [Double]
    ) throws {
        let distances = try ExactDistances(exact, plan, runner, nearest: nearest)
        nearest = distances.nearest
        successes = distances.successes
        curve = plan.curveEpsilons.map { epsilon in
            Point(epsilon: epsilon, broken: nearest.map { $0 <= Double(epsilon) * (1 + 1e-6) })
        }
    }

    /// The attacks of the curve: what the knowledge allows, in the cheapest preset, margin and cross-entropy.
    private static func curveRows(
        _ plan: AssessmentPlan,
        _ runner: AttackRunner<some LabelAccess>
    ) -> [AttackTable.Row] {
        let names = followsGradients(plan, runner) ? ["pgd", "pgd-margin"] : ["noise"]
        // In a gray box surrogates stand in for the gradients.
        let transfers = plan.attacks.map(\.row).filter {
            $0.kind == .transfer && plan.threat.knowledge == .grayBox
        }
        return (AttackTable.rows.filter { names.contains($0.name) } + transfers).filter {
            $0.isDefined(for: plan.threat, classCount: runner.model.classCount)
        }
    }

    /// Whether the adversary has gradients: it may know a model that gives none.
    private static func followsGradients(
        _ plan: AssessmentPlan,
        _ runner: AttackRunner<some LabelAccess>
    ) -> Bool {
        plan.threat.knowledge == .whiteBox && runner.model is any GradientAccess
    }

    private mutating func probeWithoutLimit(
        _ plan: AssessmentPlan,
        _ runner: AttackRunner<some LabelAccess>,
        _ positions: [Int]
    ) throws {
        let classes = runner.model.classCount
        let extent = Self.extent(of: plan.threat.bounds, runner.samples.inputs)
        let size = Float(runner.model.inputShape.count)
        let radius =
            switch plan.threat.norm {
            case .linf: extent
            case .l2: extent * size.squareRoot()
            case .l1: extent * size
            case .l0: size
            }
        let threat = plan.threat.with(epsilon: radius)
        func run(
            _ name: String,
            _ preset: KeyPath<AttackTable.Row, Preset?>,
            on positions: [Int],
            by runner: AttackRunner<some LabelAccess>
        ) throws -> AttackRun? {
            let row = try AttackTable.row(named: name)
            guard row.isDefined(for: threat, classCount: classes), let preset = row[keyPath: preset] else {
                return nil
            }
            let attack = try row.make(threat: threat, preset: preset, classCount: classes)
            return try runner.run(
                attack,
                label: "no limit: \(name)",
                on: positions,
                keepsCandidates: false
            )
        }
        if Self.followsGradients(plan, runner) {
            // The margin has a gradient even where the cross-entropy is saturated.
            unbounded = try run("pgd-margin", \.presets.last, on: positions, by: runner)
            // Constraints may put every other class out of reach, which is no fault of the attack.
            if plan.constraints != nil, let unbounded {
                var free = runner
                free.constraints = nil
                let left = unbounded.attacked.filter { !unbounded.isBroken($0) }
                lifted = try run("pgd-margin", \.presets.last, on: left, by: free)
            }
        }
        unboundedNoise = try run("noise", \.presets.first, on: positions, by: runner)
    }

    /// The width of the box, or ten times the spread of the samples where it has no end.
    private static func extent(of bounds: Bounds, _ inputs: Tensor) -> Float {
        if bounds.extent.isFinite { return bounds.extent }
        return max(10 * ((inputs.elements.max() ?? 0) - (inputs.elements.min() ?? 0)), 1)
    }

    private mutating func probeWithTwiceTheSteps(
        _ plan: AssessmentPlan,
        _ runner: AttackRunner<some LabelAccess>,
        _ runs: [(planned: PlannedAttack, run: AttackRun)]
    ) throws {
        let iterative = runs.filter { $0.planned.row.loss != nil && $0.planned.row.name.contains("pgd") }
        guard let strongest = iterative.last(where: { $0.planned.preset.isStrong }) ?? iterative.last else {
            return
        }
        let attack = try strongest.planned.make(threat: plan.threat, classCount: runner.model.classCount)
        guard case .whiteBox(let whiteBox) = attack, let longer = try Self.twiceAsLong(whiteBox) else {
            return
        }
        let gradientRuns = runs.filter { $0.planned.row.kind == .gradient }.map(\.run)
        let tried = runner.correct.prefix(plan.maximumProbes)
        let survivors = tried.filter { position in !gradientRuns.contains { $0.isBroken(position) } }
        let run = try runner.run(
            .whiteBox(longer.attack),
            label: "twice the steps",
            on: survivors,
            keepsCandidates: false
        )
        // A sample broken here contradicts a certificate as any other does.
        successes.append(CertificateComparison.Attack(run, norm: plan.threat.norm))
        doubled = CheckEvidence.Doubling(
            attack: strongest.run.name,
            steps: longer.steps,
            trials: tried.count,
            retried: survivors.count,
            newlyBroken: run.success.successes
        )
    }

    /// The same attack with twice the steps, or nil if it does not take steps one can count.
    private static func twiceAsLong(
        _ attack: any WhiteBoxAttack
    ) throws -> (attack: any WhiteBoxAttack, steps: Int)? {
        switch attack {
        case let pgd as PGD:
            let longer = try PGD(
                threat: pgd.threat,
                loss: pgd.loss,
                stepSize: AttackTable.stepSize(epsilon: pgd.threat.epsilon, steps: 2 * pgd.steps),
                steps: 2 * pgd.steps,
                restarts: pgd.restarts,
                randomStart: pgd.randomStart
            )
            return (longer, longer.steps)
        case let apgd as APGD:
            let longer = try APGD(
                threat: apgd.threat,
                loss: apgd.loss,
                steps: 2 * apgd.steps,
                restarts: apgd.restarts,
                targetClasses: apgd.targetClasses,
                threshold: apgd.threshold,
                draws: apgd.draws,
                startsLarger: apgd.startsLarger
            )
            return (longer, longer.steps)
        default: return nil
        }
    }
}
