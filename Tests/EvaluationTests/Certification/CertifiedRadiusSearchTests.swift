import BulwarkEvaluation
import Testing

/// Margins with a known root.
struct CertifiedRadiusSearchTests {
    /// How a margin falls with the radius, and where it is zero.
    struct Fall: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let root: Double
        let margin: @Sendable (Double) -> Double
    }

    static let falls = [
        Fall(testDescription: "evenly", root: 0.03) { 2 * (1 - $0 / 0.03) },
        Fall(testDescription: "as a square", root: 0.03) { 2 * (1 - $0 * $0 / 0.0009) },
        Fall(testDescription: "faster and faster", root: 0.03) {
            0.5 - 4 * $0 - 0.38 * ($0 / 0.03) * ($0 / 0.03) * ($0 / 0.03) * ($0 / 0.03)
        },
        Fall(testDescription: "at once", root: 0.03) { $0 < 0.03 ? 1 : -.infinity },
        Fall(testDescription: "at once, by a little", root: 0.03) { $0 < 0.03 ? 1 : -1e-9 },
    ]

    @Test(arguments: falls, [0.0001, 0.029, 0.031, 0.3, 5])
    func theRadiusIsProvedAndNearlyTheLargest(fall: Fall, first: Double) {
        var tried: [Double] = []
        let search = CertifiedRadiusSearch(maximum: 1, precision: 0.01)
        let found = search(startingAt: first) { radius in
            tried.append(radius)
            return fall.margin(radius)
        }
        let radius = found.radius ?? 0
        #expect(radius <= fall.root && radius >= 0.99 * fall.root)
        #expect(tried.contains(radius), "what is returned was proved")
        #expect(found.isFirstProved == (first < fall.root))
        #expect(tried.count <= 25 && tried.allSatisfy { $0 <= 1 })
    }

    /// What falls evenly is found by one straight line.
    @Test func fewBoundsAreEnoughForAffineModels() {
        var count = 0
        let found = CertifiedRadiusSearch(maximum: 1, precision: 0.01)(startingAt: 0.2) { radius in
            count += 1
            return 1 - radius / 0.07
        }
        let radius = found.radius ?? 0
        #expect(radius > 0.0693 && radius <= 0.07)
        #expect(count <= 5)
    }

    @Test func aWrongLabelHasNoRadius() {
        let search = CertifiedRadiusSearch(maximum: 1, precision: 0.01)
        #expect(search(startingAt: 0.1) { _ in 0 } == .init(isFirstProved: false, radius: nil))
        #expect(search(startingAt: 0) { _ in -1 } == .init(isFirstProved: false, radius: nil))
    }

    @Test func endsAtTheMaximumAndAtNothing() {
        let search = CertifiedRadiusSearch(maximum: 2, precision: 0.01)
        #expect(search(startingAt: 0.1) { _ in 1 } == .init(isFirstProved: true, radius: 2))
        #expect(search(startingAt: 2) { _ in 1 } == .init(isFirstProved: true, radius: 2))
        #expect(search(startingAt: 0.1) { $0 == 0 ? 1 : -1 } == .init(isFirstProved: false, radius: 0))
        #expect(search(startingAt: 0) { $0 == 0 ? 1 : -.infinity } == .init(isFirstProved: true, radius: 0))
    }
}
