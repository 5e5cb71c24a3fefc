import BulwarkAttacks
import BulwarkEvaluation
import Testing

/// What is certified without being asked for, and how much of it.
struct CertificationPlanTests {
    private func scope(
        _ available: Int,
        _ method: CertificateMethod,
        _ operations: Double,
        _ plan: CertificationPlan
    ) -> CertificationScope? {
        CertificationScope(available, method, operations: operations, plan)
    }

    @Test func cheapMethodsLookAtEverySampleUpToTheirLimit() {
        let plan = CertificationPlan.suited(to: .standard)
        #expect(scope(400, .ibp, 1e5, plan) == .init(samples: 400, findsRadii: true))
        #expect(scope(5000, .ibp, 1e5, plan) == .init(samples: 1000, findsRadii: true))
        #expect(scope(5000, .crown, 1e5, plan) == .init(samples: 100, findsRadii: true))
        #expect(scope(7, .crown, 1e5, plan) == .init(samples: 7, findsRadii: true))
    }

    /// First fewer samples, then no radii, then nothing.
    @Test func whatCostsMoreIsCutDown() {
        let plan = CertificationPlan(methods: [.crown], isAskedFor: false, operationBudget: 1e9)
        #expect(scope(500, .crown, 1e6, plan) == .init(samples: 100, findsRadii: true))
        #expect(scope(500, .crown, 2e6, plan) == .init(samples: 50, findsRadii: true))
        #expect(scope(500, .crown, 5e6, plan) == .init(samples: 20, findsRadii: true))
        #expect(scope(500, .crown, 6e6, plan) == .init(samples: 100, findsRadii: false))
        #expect(scope(500, .crown, 4e7, plan) == .init(samples: 25, findsRadii: false))
        #expect(scope(500, .crown, 6e7, plan) == nil)
        #expect(scope(5, .crown, 6e7, plan) == .init(samples: 5, findsRadii: false))
    }

    @Test func whatIsAskedForIsDoneWhateverItCosts() {
        var plan = CertificationPlan(methods: [.crown])
        #expect(scope(500, .crown, 1e15, plan) == .init(samples: 100, findsRadii: true))
        plan.maximumSamples = 3
        #expect(scope(500, .crown, 1e15, plan) == .init(samples: 3, findsRadii: true))
    }

    /// Neither a statement about another classifier nor an estimate comes without being asked for.
    @Test func suitesTakeProofsOnly() {
        for suite in AttackSuite.allCases {
            let plan = CertificationPlan.suited(to: suite)
            #expect(plan.methods.allSatisfy { $0.standing == .proof })
            #expect(!plan.isAskedFor || plan.methods.isEmpty)
            #expect(plan.methods.isEmpty == ![.standard, .thorough].contains(suite))
        }
    }
}
