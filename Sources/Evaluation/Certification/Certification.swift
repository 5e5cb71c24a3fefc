import BulwarkAttacks
import BulwarkModels
import BulwarkTensors

/// The certifiers of an assessment, made ready before its first attack, so that what cannot be had is known
/// at once.
struct Certification {
    /// What is to be run, in order.
    let certifiers: [any SampleCertifier]
    /// Why others are left out.
    let notes: [String]
    private let plan: CertificationPlan
    private let seed: UInt64

    /// Makes the methods of a plan ready.
    ///
    /// - Parameters:
    ///   - plan: The assessment's plan.
    ///   - graph: The classifier's layers; nil if they are not known.
    ///   - model: What predicts.
    /// - Throws: `CertificateError` if a method that was asked for does not apply.
    init(_ plan: AssessmentPlan, graph: ClassifierGraph?, model: any LabelAccess) throws {
        self.plan = plan.certificates
        seed = plan.seed
        var certifiers: [any SampleCertifier] = []
        var notes: [String] = []
        for method in plan.certificates.methods {
            do {
                certifiers.append(try Self.certifier(method, plan, graph, model))
            } catch let error as CertificateError where !plan.certificates.isAskedFor {
                // Whoever did not ask for trees needs not be told that a network is none.
                if method != .trees || graph?.graph.givesGradients == false {
                    notes.append("\(method.rawValue) was left out: \(error)")
                }
            }
        }
        self.certifiers = certifiers
        self.notes = notes
    }

    private static func certifier(
        _ method: CertificateMethod,
        _ plan: AssessmentPlan,
        _ graph: ClassifierGraph?,
        _ model: any LabelAccess
    ) throws -> any SampleCertifier {
        let threat = plan.threat
        func inapplicable(_ reason: String) -> CertificateError {
            .notApplicable(certificate: method.rawValue, reason: reason)
        }
        func layers() throws -> ClassifierGraph {
            guard let graph else { throw inapplicable("the model's layers are not known") }
            return graph
        }
        guard threat.epsilon.isFinite else { throw inapplicable("the radius is not finite") }
        switch method {
        case .ibp:
            let ibp = try IntervalBoundPropagation(layers(), norm: threat.norm, bounds: threat.bounds)
            return BoundCertifier(
                method: method,
                certifier: ibp,
                operations: ibp.operations,
                threat: threat
            )
        case .crown:
            let crown = try CROWN(layers(), norm: threat.norm, bounds: threat.bounds)
            return BoundCertifier(
                method: method,
                certifier: crown,
                operations: crown.operations,
                threat: threat
            )
        case .trees: return try trees(layers(), plan, model)
        case .smoothing:
            let wanted = plan.certificates.smoothing
            guard let deviation = wanted.deviation ?? threat.quarterOfTheBox else {
                throw inapplicable("the box has no end, so the deviation of the noise has to be given")
            }
            let smoothing = RandomizedSmoothing(
                noiseDeviation: deviation,
                estimationDraws: wanted.draws,
                errorProbability: wanted.errorProbability
            )
            return SmoothingCertifier(smoothing: smoothing, threat: threat, model: model, seed: plan.seed)
        case .clever:
            guard let model = model as? any GradientAccess else {
                throw inapplicable("the model gives no gradients")
            }
            guard threat.epsilon > 0 else { throw inapplicable("the radius is 0") }
            let clever = try CLEVER(
                norm: threat.norm,
                radius: 2 * threat.epsilon,
                bounds: threat.bounds,
                batchCount: plan.certificates.clever.batches,
                batchSize: plan.certificates.clever.batchSize
            )
            return CleverEstimator(clever: clever, model: model, seed: plan.seed)
        }
    }

    /// Runs every method.
    ///
    /// Samples are taken in an order drawn by seed, the same for every method, so that a few of them stand
    /// for all whatever the order of the data is.
    ///
    /// - Parameters:
    ///   - runner: The samples, with what the model says of them, and whether to go on.
    ///   - exact: What an exact attack has proved; no trees are searched for that again.
    /// - Returns: What was found, as far as the run went.
    /// - Throws: What the model throws, but for `RunStop`.
    func study(
        _ runner: AttackRunner<some LabelAccess>,
        besides exact: CertificateRun? = nil
    ) throws -> CertificationStudy {
        var study = CertificationStudy(runs: exact.map { [$0] } ?? [], notes: notes)
        var random = SeededRandom(seed: seed, stream: "certificates")
        let order = random.permutation(of: runner.samples.count)
        for certifier in certifiers where study.stop == nil && certifier.method != exact?.method {
            let name = certifier.method.rawValue
            guard
                let scope = CertificationScope(
                    order.count,
                    certifier.method,
                    operations: certifier.operations,
                    plan
                )
            else {
                study.notes.append(
                    "\(name) was left out: a bound of one sample takes \(certifier.operations.rounded()) "
                        + "multiplications; --certify \(name) runs it all the same"
                )
                continue
            }
            let samples = SamplesToCertify(
                order.prefix(scope.samples).map { position in
                    CertifiableSample(
                        elements: runner.samples.inputs.elements(ofRow: position),
                        label: runner.samples.labels[position],
                        prediction: runner.cleanPredictions[position],
                        index: runner.samples.indices[position],
                        findsRadius: scope.findsRadii
                    )
                },
                positions: Array(order.prefix(scope.samples))
            )
            let (run, stop) = try samples.run(
                certifier,
                threads: runner.workerCount,
                clock: runner.clock,
                control: runner.control
            )
            if !run.records.isEmpty { study.runs.append(run) }
            study.stop = stop
        }
        study.notes += study.runs.compactMap(\.limitNote)
        return study
    }
}

/// What certificates an assessment has.
package struct CertificationStudy {
    /// The runs, in the order of the plan.
    package var runs: [CertificateRun] = []
    /// Why methods are missing, if some are.
    package var notes: [String] = []
    /// Why it ended early; nil if it did not.
    package var stop: RunStop?
}

/// Samples in the order in which they are certified.
private struct SamplesToCertify {
    let samples: [CertifiableSample]
    let positions: [Int]

    init(_ samples: [CertifiableSample], positions: [Int]) {
        self.samples = samples
        self.positions = positions
    }

    /// Runs a method, a few samples at a time, until all are done or the run is to end.
    func run(
        _ certifier: any SampleCertifier,
        threads: Int,
        clock: @escaping () -> Double,
        control: RunControl
    ) throws -> (CertificateRun, RunStop?) {
        var kept = try KeptCertificates(certifier, count: samples.count, clock: clock, control: control)
        // What an earlier run has certified is there.
        let open = positions.indices.filter { !kept.holds(positions[$0]) }
        let taken = samples.count - open.count
        var stop: RunStop?
        let size = certifier.worksSideBySide ? max(threads, 1) : 1
        for start in stride(from: 0, to: open.count, by: size) {
            control.progress(
                RunProgress(
                    step: "certifying: \(certifier.method.rawValue)",
                    done: taken + start,
                    total: samples.count,
                    taken: taken
                )
            )
            stop = control.stop()
            if stop != nil { break }
            let part = Array(open[start..<min(start + size, open.count)])
            let started = clock()
            let findings: [CertificateFindings]
            do {
                findings = try Parallel.map(part.count, threads: size) { try finding(part[$0], certifier) }
            } catch let reason as RunStop {
                stop = reason
                break
            }
            let seconds = clock() - started
            for (index, finding) in zip(part, findings) {
                kept.add(positions[index], record(samples[index], finding, seconds))
            }
            try kept.writeNowAndThen()
        }
        try kept.write()
        let run = CertificateRun(
            method: certifier.method,
            norm: certifier.norm,
            settings: certifier.settings,
            records: kept.records.map(\.record),
            positions: kept.records.map(\.position),
            seconds: kept.seconds
        )
        return (run, stop)
    }

    private func finding(_ index: Int, _ certifier: any SampleCertifier) throws -> CertificateFindings {
        let sample = samples[index]
        guard sample.prediction == sample.label || certifier.looksAtErrors else {
            return CertificateFindings(prediction: sample.prediction, remark: "misclassified")
        }
        return try certifier.findings(on: sample)
    }

    private func record(
        _ sample: CertifiableSample,
        _ finding: CertificateFindings,
        _ seconds: Double
    ) -> CertificateRecord {
        CertificateRecord(
            sample: sample.index,
            label: sample.label,
            prediction: finding.prediction,
            isCertified: finding.isCertified,
            radius: finding.radius,
            counterexample: finding.counterexample,
            estimate: finding.estimate,
            seconds: seconds,
            remark: finding.remark
        )
    }
}

extension ThreatModel {
    /// The deviation of noise that is usual for images: 0.25 where pixels are between 0 and 1.
    fileprivate var quarterOfTheBox: Float? { bounds.extent.isFinite ? bounds.extent / 4 : nil }
}
