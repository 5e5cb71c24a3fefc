import BulwarkAttacks
import BulwarkModels
import BulwarkTensors

extension Certification {
    /// A certifier of decision trees.
    ///
    /// - Parameters:
    ///   - graph: The classifier's layers.
    ///   - plan: What the adversary may change, what rows have to satisfy, and how far to go on.
    ///   - model: What predicts.
    /// - Returns: What certifies samples.
    /// - Throws: `CertificateError` if the model is not made of decision trees.
    static func trees(
        _ graph: ClassifierGraph,
        _ plan: AssessmentPlan,
        _ model: any LabelAccess
    ) throws -> any SampleCertifier {
        let trees: DecisionTrees
        do {
            trees = try DecisionTrees(graph)
        } catch {
            throw CertificateError.notApplicable(
                certificate: CertificateMethod.trees.rawValue,
                reason: "\(error)"
            )
        }
        let threat = plan.threat
        return TreeCertifier(
            attack: TreeEnsembleAttack(
                threat: ThreatModel(norm: threat.norm, epsilon: threat.epsilon, bounds: threat.bounds),
                trees: trees,
                limits: TreeSearchLimits(maximumRegions: plan.certificates.treeRegions),
                constraints: plan.constraints,
                horizon: 2 * threat.epsilon
            ),
            model: model
        )
    }
}

/// Certificates from an exact search for the nearest example.
struct TreeCertifier: SampleCertifier {
    let attack: TreeEnsembleAttack
    let model: any LabelAccess

    var method: CertificateMethod { .trees }
    var norm: Norm { attack.threat.norm }
    var operations: Double { 0 }
    var worksSideBySide: Bool { true }
    var settings: String { "exact search, at most \(attack.limits.maximumRegions) regions a sample" }

    func findings(on sample: CertifiableSample) throws -> CertificateFindings {
        let found = try attack.bounds(for: sample.elements, aim: .anythingBut(sample.label)) { row in
            let inputs = Tensor(model.inputShape.batched(1), row)
            return try model.labels(for: inputs)[0] != sample.label
        }
        return CertificateFindings(
            prediction: sample.prediction,
            isCertified: found.provedRadius >= attack.threat.allowance(around: sample.elements),
            radius: found.provedRadius.nextUp,
            counterexample: found.point == nil ? nil : found.upper,
            remark: found.isComplete ? nil : Self.limitRemark
        )
    }

    fileprivate static let limitRemark = "the search came to its limit"
}

extension CertificateRun {
    /// On how many samples a search came to its limit, in words; nil if on none.
    var limitNote: String? {
        let open = records.count { $0.remark == TreeCertifier.limitRemark }
        guard method == .trees, open > 0 else { return nil }
        return "on \(open) of \(records.count) samples the exact search of the trees came to its limit "
            + "(--tree-limit): their radius is what was proved until then"
    }

    /// What an exact attack on every sample has proved on its way.
    ///
    /// - Parameters:
    ///   - run: The attack, which was after any wrong label.
    ///   - threat: Its threat model.
    init(exact run: AttackRun, _ threat: ThreatModel) {
        let attacked = Set(run.attacked)
        let share = run.seconds / Double(max(run.attacked.count, 1))
        self.init(
            method: .trees,
            norm: threat.norm,
            settings: "as proved by the attack \(run.name)",
            records: run.records.enumerated().map { position, record in
                guard attacked.contains(position) else {
                    return CertificateRecord(
                        sample: record.sample,
                        label: record.label,
                        prediction: record.cleanPrediction,
                        remark: "misclassified"
                    )
                }
                let isDecided = record.isBroken || run.isProved(position, threat)
                return CertificateRecord(
                    sample: record.sample,
                    label: record.label,
                    prediction: record.cleanPrediction,
                    isCertified: run.isProved(position, threat),
                    // The border is proved, too, and the ball of this method is open.
                    radius: record.proved?.nextUp,
                    counterexample: record.nearest,
                    seconds: share,
                    remark: isDecided ? nil : TreeCertifier.limitRemark
                )
            },
            positions: Array(run.records.indices),
            seconds: run.seconds
        )
    }
}
