import BulwarkTensors

/// Certificates beside what attacks did to the same samples.
package struct CertificateComparison: Sendable {
    /// The methods that prove something of the model that was attacked.
    package let methods: [CertificateMethod]
    /// Methods that were run and say nothing of that model, with which attacks cannot be compared.
    package let leftOut: [CertificateMethod]
    /// How many certified radii there are.
    package let radiusCount: Int
    /// How many successful attacks on samples with a certified radius there are.
    package let successCount: Int
    /// Samples that an attack broke within a certified radius.
    package let contradictions: [Assessment.Certificates.Contradiction]

    /// What one attack achieved: for each sample it broke how far it moved it.
    package struct Attack: Sendable {
        package let name: String
        package let successes: [(sample: Int, distance: Double)]

        package init(name: String, successes: [(sample: Int, distance: Double)]) {
            self.name = name
            self.successes = successes
        }

        /// What the judge saw of an attack, and the nearest points that reach the aim by its own account.
        package init(_ run: AttackRun, norm: Norm) {
            name = run.name
            successes = run.attacked.flatMap { position -> [(sample: Int, distance: Double)] in
                let record = run.records[position]
                let judged = record.isBroken ? [record.distances[norm]] : []
                return (judged + [record.nearest].compactMap(\.self)).map { (record.sample, $0) }
            }
        }
    }

    /// Looks for contradictions between every certificate and every attack.
    ///
    /// - Parameters:
    ///   - runs: The certificates.
    ///   - norm: The norm of the attacks' distances.
    ///   - attacks: What attacks achieved.
    package init(_ runs: [CertificateRun], norm: Norm, attacks: [Attack]) {
        let comparable = runs.filter { $0.method.standing == .proof && $0.norm == norm }
        methods = comparable.map(\.method)
        leftOut = runs.map(\.method).filter { [methods] in !methods.contains($0) }
        var contradictions: [Assessment.Certificates.Contradiction] = []
        var (radiusCount, successCount) = (0, 0)
        for run in comparable {
            var radii: [Int: Double] = [:]
            for record in run.records where record.radius != nil {
                // A ball that holds its border is contradicted on it, too.
                radii[record.sample] = run.method.closesBall ? record.radius?.nextUp : record.radius
            }
            radiusCount += radii.count
            for attack in attacks {
                successCount += attack.successes.count { radii[$0.sample] != nil }
                let found = CertificateContradiction.find(certifiedRadii: radii, successes: attack.successes)
                contradictions += found.map { contradiction in
                    Assessment.Certificates.Contradiction(
                        method: run.method.rawValue,
                        attack: attack.name,
                        sample: contradiction.sample,
                        certifiedRadius: run.method.closesBall
                            ? contradiction.certifiedRadius.nextDown : contradiction.certifiedRadius,
                        distance: contradiction.distance
                    )
                }
            }
        }
        self.contradictions = contradictions
        self.radiusCount = radiusCount
        self.successCount = successCount
    }
}

extension Assessment.Certificates {
    /// The report of some runs; nil if there is nothing to say.
    ///
    /// - Parameters:
    ///   - study: The certificates.
    ///   - comparison: What attacks say of them.
    ///   - epsilon: The threat's radius as it is reported.
    ///   - survives: Whether the sample at a position is classified correctly and no attack broke it.
    package init?(
        _ study: CertificationStudy,
        _ comparison: CertificateComparison,
        epsilon: Double,
        survives: (Int) -> Bool
    ) {
        guard !study.runs.isEmpty || !study.notes.isEmpty else { return nil }
        self.init(
            results: study.runs.map { Result($0, epsilon: epsilon) },
            bracket: Bracket(study.runs, survives: survives),
            contradictions: comparison.contradictions,
            notes: study.notes
        )
    }
}

extension Assessment.Certificates.Result {
    fileprivate init(_ run: CertificateRun, epsilon: Double) {
        let isEstimate = run.method.standing == .estimate
        self.init(
            method: run.method.rawValue,
            standing: run.method.standing.rawValue,
            settings: run.settings,
            norm: run.norm.rawValue,
            epsilon: epsilon,
            certifiedAccuracy: isEstimate ? nil : run.certified.estimate(),
            samples: run.records.count,
            misclassified: run.records.count { $0.prediction != $0.label },
            medianRadius: isEstimate
                ? nil
                : Quantiles.median(
                    of: run.records.filter { $0.prediction == $0.label }.compactMap { $0.radius }
                ),
            medianEstimate: isEstimate ? Quantiles.median(of: run.records.compactMap(\.estimate)) : nil,
            seconds: run.seconds,
            records: "certificates/\(run.method.rawValue).csv"
        )
    }
}

extension Assessment.Certificates.Bracket {
    /// On the samples that every proving method looked at; nil if there is no such method.
    fileprivate init?(_ runs: [CertificateRun], survives: (Int) -> Bool) {
        let proofs = runs.filter { $0.method.standing == .proof }
        guard let first = proofs.first else { return nil }
        let common = proofs.dropFirst().reduce(Set(first.positions)) { $0.intersection($1.positions) }
        guard !common.isEmpty else { return nil }
        var certified: Set<Int> = []
        for run in proofs {
            for (position, record) in zip(run.positions, run.records) where record.isCertified {
                certified.insert(position)
            }
        }
        let (holding, surviving) = (common.intersection(certified), common.filter(survives))
        func share(_ part: Set<Int>) -> Estimate {
            Proportion(successes: part.count, trials: common.count).estimate()
        }
        self.init(
            methods: proofs.map(\.method.rawValue),
            certified: share(holding),
            attacked: share(surviving),
            gap: share(surviving.subtracting(holding))
        )
    }
}
