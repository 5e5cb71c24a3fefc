import BulwarkAttacks
import BulwarkModels
import BulwarkTensors

extension Assessor {
    /// What there is of a model beside its answers.
    public struct Companions: Sendable {
        /// The layers of the classifier whose answers are assessed, for certificates; nil if they are not
        /// known, as of a served model.
        public var graph: ClassifierGraph?
        /// The same model without its defense, on which attacks have to succeed; nil if there is none.
        public var twin: (any GradientAccess)?

        /// Both, or neither.
        public init(graph: ClassifierGraph? = nil, twin: (any GradientAccess)? = nil) {
            self.graph = graph
            self.twin = twin
        }
    }
}

/// What is run beside the attacks: certificates, and attacks on a twin without the defense.
struct CompanionStudies {
    /// The certificates.
    private(set) var certificates = CertificationStudy()
    /// Whether attacks contradict them.
    private(set) var comparison: CertificateComparison
    /// How attacks fared on the twin; nil without one.
    private(set) var twin: TwinStudy?
    /// Why they ended early; nil if they did not.
    private(set) var stop: RunStop?
    /// What was not done because of that, in words.
    private(set) var leftOut: [String] = []

    /// Runs them until they are done or the run is to end.
    ///
    /// - Throws: What the attacks and the models throw.
    init(
        _ plan: AssessmentPlan,
        _ runner: AttackRunner<some LabelAccess>,
        certification: Certification,
        twin: (any GradientAccess)?,
        attacks: [AttackRun],
        probes: Probes
    ) throws {
        stop = probes.stop
        comparison = CertificateComparison([], norm: plan.threat.norm, attacks: [])
        let exact = attacks.first { $0.name == AttackTable.treeName && $0.remaining.isEmpty }
            .flatMap { plan.threat.goal == .untargeted ? CertificateRun(exact: $0, plan.threat) : nil }
        if !certification.certifiers.isEmpty || !certification.notes.isEmpty || exact != nil {
            try untilStopped("certificates") { studies in
                let found = try certification.study(runner, besides: exact)
                studies.certificates = found
                if let stop = found.stop { throw stop }
            }
        }
        if let twin {
            try untilStopped("the twin without the defense") { studies in
                studies.twin = try Self.study(twin, plan, runner)
            }
        }
        let others = [probes.unbounded, probes.unboundedNoise].compactMap(\.self)
        comparison = CertificateComparison(
            certificates.runs,
            norm: plan.threat.norm,
            attacks: (attacks + others).map { CertificateComparison.Attack($0, norm: plan.threat.norm) }
                + probes.successes
        )
    }

    private static func study(
        _ twin: some GradientAccess,
        _ plan: AssessmentPlan,
        _ runner: AttackRunner<some LabelAccess>
    ) throws -> TwinStudy? {
        try TwinStudy(
            twin,
            plan: plan,
            samples: runner.samples,
            clock: runner.clock,
            control: runner.control
        )
    }

    /// Does a part of the work, unless the run has ended or ends meanwhile.
    private mutating func untilStopped(
        _ part: String,
        _ work: (inout CompanionStudies) throws -> Void
    ) throws {
        do {
            if let stop { throw stop }
            try work(&self)
        } catch let reason as RunStop {
            stop = reason
            leftOut.append(part)
        }
    }
}
