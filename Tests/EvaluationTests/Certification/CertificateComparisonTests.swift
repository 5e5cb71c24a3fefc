import BulwarkEvaluation
import BulwarkTensors
import Testing

/// A certifier that says too much is found out by attacks.
struct CertificateComparisonTests {
    /// Samples 10, 11, … with these certified radii.
    static func run(_ method: CertificateMethod, _ radii: [Double?], norm: Norm = .linf) -> CertificateRun {
        CertificateRun(
            method: method,
            norm: norm,
            settings: "made up",
            records: radii.enumerated().map { index, radius in
                CertificateRecord(
                    sample: 10 + index,
                    label: 0,
                    prediction: 0,
                    isCertified: (radius ?? 0) >= 0.1,
                    radius: radius
                )
            },
            positions: Array(radii.indices),
            seconds: 1
        )
    }

    static func attack(_ distances: [(Int, Double)]) -> CertificateComparison.Attack {
        CertificateComparison.Attack(name: "pgd", successes: distances.map { (sample: $0.0, distance: $0.1) })
    }

    @Test func anAttackWithinACertifiedRadiusIsAContradiction() throws {
        let runs = [Self.run(.ibp, [0.05, nil, 0.2]), Self.run(.crown, [0.08, 0.01, 0.3])]
        let attack = Self.attack([(10, 0.07), (11, 0.5), (12, 0.31), (99, 0)])
        let comparison = CertificateComparison(runs, norm: .linf, attacks: [attack])
        #expect(comparison.methods == [.ibp, .crown])
        #expect(comparison.radiusCount == 5)
        #expect(comparison.successCount == 5)
        let found = try #require(comparison.contradictions.first)
        #expect(comparison.contradictions.count == 1)
        #expect(found.method == "crown" && found.attack == "pgd" && found.sample == 10)
        #expect(found.certifiedRadius == 0.08 && found.distance == 0.07)
    }

    /// Layers are bounded on a closed ball; the nearest leaf of a tree may lie at the radius itself.
    @Test func theBorderBelongsToSomeBalls() {
        let attack = Self.attack([(10, 0.25)])
        for (method, count) in [(CertificateMethod.ibp, 1), (.crown, 1), (.trees, 0)] {
            let comparison = CertificateComparison(
                [Self.run(method, [0.25])],
                norm: .linf,
                attacks: [attack]
            )
            #expect(comparison.contradictions.count == count, "\(method.rawValue)")
        }
    }

    /// Smoothing is about another classifier, an estimate is no promise, and other norms are not comparable.
    @Test func whatSaysNothingOfTheModelIsNotCompared() {
        let runs = [
            Self.run(.smoothing, [1], norm: .l2), Self.run(.clever, [1]), Self.run(.crown, [1], norm: .l2),
        ]
        let comparison = CertificateComparison(runs, norm: .linf, attacks: [Self.attack([(10, 0.01)])])
        #expect(comparison.methods.isEmpty)
        #expect(comparison.leftOut == [.smoothing, .clever, .crown])
        #expect(comparison.contradictions.isEmpty)
        let alsoL2 = CertificateComparison(
            Array(runs.prefix(2)),
            norm: .l2,
            attacks: [Self.attack([(10, 0.01)])]
        )
        #expect(alsoL2.contradictions.isEmpty && alsoL2.methods.isEmpty)
    }

    @Test func theCheckFailsOnAContradictionAndSaysWhatWasCompared() throws {
        func check(_ comparison: CertificateComparison?) throws -> Assessment.SanityCheck? {
            var draft = try EvidenceDraft()
            draft.certificates = comparison
            return try draft.check("certificate-holds")
        }
        let far = CertificateComparison(
            [Self.run(.crown, [0.05]), Self.run(.smoothing, [1], norm: .l2)],
            norm: .linf,
            attacks: [Self.attack([(10, 0.06)])]
        )
        let passed = try #require(try check(far))
        #expect(passed.status == .pass)
        #expect(passed.evidence.contains("1 successful") && passed.evidence.contains("smoothing"))
        let near = CertificateComparison(
            [Self.run(.crown, [0.05])],
            norm: .linf,
            attacks: [Self.attack([(10, 0.04)])]
        )
        let failed = try #require(try check(near))
        #expect(failed.status == .fail)
        #expect(failed.evidence.contains("sample 10") && failed.evidence.contains("crown"))
        #expect(try check(nil)?.status == .skipped)
        let other = CertificateComparison([Self.run(.smoothing, [1], norm: .l2)], norm: .l2, attacks: [])
        #expect(try check(other)?.status == .skipped)
    }
}
