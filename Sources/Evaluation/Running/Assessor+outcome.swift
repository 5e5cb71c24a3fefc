import BulwarkAttacks
import BulwarkModels
import BulwarkTensors

/// From runs and studies to the assessment that is reported.
extension Assessor {
    /// Everything that was found, judged and put into words.
    ///
    /// - Throws: `VulnerabilityRecordError`.
    func outcome(
        _ runner: AttackRunner<some LabelAccess>,
        _ runs: [(planned: PlannedAttack, run: AttackRun)],
        _ probes: Probes,
        _ evidence: CheckEvidence,
        _ studies: CompanionStudies,
        _ anomaly: AnomalyStudy,
        _ subject: Subject
    ) throws -> AssessmentOutcome {
        let total = runner.samples.count
        let correct = runner.correct
        let survivors = Self.survivors(runner, runs)
        let broken = correct.count - survivors.count
        let worst = Proportion(successes: survivors.count, trials: total).estimate()
        let checks = SanityCheckTable.rows.map { $0.result(for: evidence) }
        let gates = AdequacyGates(evidence)
        let score = try VulnerabilityScore(
            severity: plan.severity,
            breaches: runs.isEmpty
                ? Proportion(successes: 0, trials: 0)
                : Proportion(successes: broken, trials: correct.count),
            budget: "\(plan.threat.norm.rawValue):\(plan.threat.epsilon)",
            knowledge: plan.threat.knowledge.forScore,
            gates: gates.report,
            seed: plan.seed,
            system: "sha256:\(subject.model.sha256)"
        )
        let partial = Assessment.Partial(plan, runs, probes, studies, anomaly)
        let surviving = Set(survivors)
        let certificates = Assessment.Certificates(
            studies.certificates,
            studies.comparison,
            epsilon: plan.threat.epsilon.asWritten,
            survives: surviving.contains
        )
        let (verdict, reasons) = VerdictRule(
            worstCase: worst,
            required: plan.requiredRobustAccuracy,
            checks: checks,
            attacks: plan.attacks,
            knowledge: plan.threat.knowledge,
            norm: plan.threat.norm,
            epsilon: plan.threat.epsilon,
            partial: partial,
            certificates: certificates,
            showsScores: evidence.outputs.showsScores
        ).decision
        let assessment = Assessment(
            tool: subject.tool,
            model: subject.model,
            data: subject.data,
            seed: plan.seed,
            threat: plan.threat.described,
            suite: plan.suite,
            cleanAccuracy: Proportion(successes: correct.count, trials: total).estimate(),
            attacks: runs.map { result($0.planned, $0.run, total: total) },
            worstCase: .init(robustAccuracy: worst),
            resilienceCurve: probes.resilienceCurve,
            accuracyDrop: Proportion(successes: broken, trials: total).estimate(),
            inputGradients: evidence.gradients.described,
            vulnerability: .init(score, isDefault: plan.severityIsDefault, gates: gates),
            anomaly: anomaly.results,
            anomalyNotes: anomaly.notes,
            sanityChecks: checks,
            verdict: verdict,
            verdictReasons: reasons,
            requiredRobustAccuracy: plan.requiredRobustAccuracy,
            partial: partial,
            certificates: certificates,
            surrogates: plan.surrogates.isEmpty ? nil : plan.surrogates,
            constraints: subject.constraints
        )
        return AssessmentOutcome(
            assessment: assessment,
            records: runs.map { ($0.run.name, $0.run.records) },
            exhibits: ExhibitChoice(samples: runner.samples, runs: runs, norm: plan.threat.norm).exhibits,
            certificates: studies.certificates.runs
        )
    }

    private func result(_ planned: PlannedAttack, _ run: AttackRun, total: Int) -> Assessment.AttackResult {
        let attacked = run.attacked.map { run.records[$0] }
        let broken = attacked.filter(\.isBroken)
        func cost(_ counts: [Int], before: Int = 0) -> Assessment.AttackResult.Cost {
            .init(
                median: Quantiles.median(of: counts.map(Double.init)) ?? 0,
                total: counts.reduce(0, +),
                before: before == 0 ? nil : before
            )
        }
        return Assessment.AttackResult(
            name: run.name,
            preset: planned.preset.name,
            provenance: planned.preset.provenance.rawValue,
            isStrong: planned.preset.isStrong,
            kind: planned.row.kind.rawValue,
            attacksSurvivors: planned.attacksSurvivors,
            settings: planned.preset.summary,
            knowledge: planned.row.knowledge.rawValue,
            norm: plan.threat.norm.rawValue,
            epsilon: plan.threat.epsilon.asWritten,
            robustAccuracy: Proportion(
                successes: attacked.count + run.remaining.count - broken.count,
                trials: total
            ).estimate(),
            successRate: run.success.estimate(),
            medianPerturbation: Quantiles.median(of: broken.map { $0.distances[plan.threat.norm] }),
            queries: cost(attacked.map(\.queries), before: planned.row.queriesBefore),
            gradients: cost(attacked.map(\.gradients)),
            seconds: run.seconds,
            records: "attacks/\(run.name).csv",
            remaining: run.remaining.isEmpty ? nil : run.remaining.count
        )
    }
}

extension ThreatModel {
    fileprivate var described: Assessment.Threat {
        Assessment.Threat(
            goal: goal.rawValue,
            norm: norm.rawValue,
            epsilon: epsilon.asWritten,
            knowledge: knowledge.rawValue,
            lowerBound: (bounds.lower.min() ?? 0).asWritten,
            upperBound: (bounds.upper.max() ?? 0).asWritten
        )
    }
}

extension Float {
    /// The double whose decimal form is this float's: 0.1 and not 0.10000000149.
    var asWritten: Double { Double(description) ?? Double(self) }
}

extension ThreatModel.Knowledge {
    fileprivate var forScore: VulnerabilityScore.Knowledge {
        switch self {
        case .whiteBox: .whiteBox
        case .grayBox: .grayBox
        case .blackBox: .blackBox
        }
    }
}

extension GradientStudy? {
    fileprivate var described: Assessment.InputGradients {
        let norms = (self?.crossEntropyNorms ?? []).filter(\.isFinite)
        let quantiles = Quantiles(norms)
        return Assessment.InputGradients(
            loss: Loss.crossEntropy.rawValue,
            medianL2: quantiles?.median,
            quantiles: quantiles.map { [$0.value(at: 0.05), $0.value(at: 0.95)] } ?? [],
            samples: self?.crossEntropyNorms.count ?? 0,
            zero: self?.saturated ?? 0,
            nonFinite: self?.nonFinite ?? 0
        )
    }
}
