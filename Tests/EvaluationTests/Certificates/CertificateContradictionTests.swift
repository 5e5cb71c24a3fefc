import BulwarkEvaluation
import BulwarkTensors
import Testing

struct CertificateContradictionTests {
    @Test func namesSamplesBrokenInsideTheirRadius() {
        let found = CertificateContradiction.find(
            certifiedRadii: [0: 0.1, 1: 0.1, 2: 0.1, 5: 0.3],
            successes: [(5, 0.25), (0, 0.2), (1, 0.1), (2, 0.4), (2, 0.05), (7, 0)]
        )
        #expect(found.map(\.sample) == [2, 5])
        #expect(found.map(\.distance) == [0.05, 0.25])
        #expect(found.map(\.certifiedRadius) == [0.1, 0.3])
    }

    @Test func nothingContradictsNothing() {
        #expect(CertificateContradiction.find(certifiedRadii: [:], successes: [(0, 0)]).isEmpty)
        #expect(CertificateContradiction.find(certifiedRadii: [0: 1], successes: []).isEmpty)
        #expect(CertificateContradiction.find(certifiedRadii: [0: 0], successes: [(0, 0)]).isEmpty)
    }

    @Test func readsTheRecordsOfAttacks() {
        func record(_ sample: Int, isBroken: Bool, linf: Double, l2: Double) -> SampleRecord {
            SampleRecord(
                sample: sample,
                label: 0,
                cleanPrediction: 0,
                adversarialPrediction: isBroken ? 1 : 0,
                wasAttacked: true,
                isBroken: isBroken,
                distances: .init(linf: linf, l2: l2, l1: l2, l0: 1),
                queries: 1,
                gradients: 0,
                restart: 0,
                seed: 0,
                claimed: isBroken,
                violation: nil
            )
        }
        let records = [
            record(0, isBroken: false, linf: 0.01, l2: 0.01), record(1, isBroken: true, linf: 0.05, l2: 0.5),
        ]
        let radii = [0: 0.1, 1: 0.1]
        let linf = CertificateContradiction.find(certifiedRadii: radii, norm: .linf, records: records)
        let l2 = CertificateContradiction.find(certifiedRadii: radii, norm: .l2, records: records)
        #expect(linf.map(\.sample) == [1])
        #expect(l2.isEmpty)
    }
}
