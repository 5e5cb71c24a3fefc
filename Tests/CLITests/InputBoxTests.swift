import BulwarkTensors
import Foundation
import Testing

/// Tables whose features are of very different sizes, or of none.
struct InputBoxTests {
    private let bench: Workbench

    init() throws {
        bench = try Workbench()
        _ = try bench.model(named: "m.onnx")
    }

    /// The clusters, each feature times its factor.
    private func points(_ factors: [Float], from start: Float = 0) throws {
        var random = SeededRandom(seed: 1, stream: "points")
        let values = Tensor(
            [60, 2],
            generating: { factors[$0 % 2] * (start + (1 - start) * random.uniform()) }
        )
        _ = try bench.archive(values, (0..<60).map { $0 % 3 }, "d.npz")
    }

    private func run(_ verb: String, _ more: [String]) throws -> Bulwark.Outcome {
        try Bulwark.run([verb, "m.onnx", "--data", "d.npz"] + more, in: bench.folder)
    }

    private static let assessment = ["--suite", "quick", "--samples", "30", "--json"]
    private static let hardening = ["--epochs", "1", "--output", "h.onnx"]

    @Test func aFactorBeyondAnyIntegerIsText() throws {
        try points([1e-10, 1e10])
        let outcome = try run("assess", Self.assessment)
        #expect(outcome.status == 0, "\(outcome.errors)")
        #expect(outcome.output.contains(/differ in scale by a factor of [0-9.]+e\+(19|20):/))
        let hardened = try run("harden", Self.hardening)
        #expect(hardened.status == 0, "\(hardened.errors)")
    }

    @Test(arguments: [[], ["--epsilon", "1"]])
    func aBoxThatNoNumberSpansIsRefused(_ epsilon: [String]) throws {
        try points([1, 3e38], from: -1)
        let outcome = try run("assess", Self.assessment + epsilon)
        #expect(outcome.status == 65 && outcome.errors.contains("--bounds"), "\(outcome.errors)")
    }

    private static let radii: [(factors: [Float], options: [String])] = [
        ([1, 3e38], []), ([1, 1], ["--bounds=-3.4e38,3.4e38"]), ([1, 1], ["--epsilon", "3e38"]),
        ([0, 0], []), ([0, 0], ["--method", "gaussian-augmentation"]),
    ]

    @Test(arguments: radii)
    func aRadiusThatIsNoneIsRefused(_ factors: [Float], _ options: [String]) throws {
        try points(factors, from: -1)
        let outcome = try run("harden", Self.hardening + options)
        #expect(outcome.status == 65 && outcome.errors.contains("--epsilon"), "\(outcome.errors)")
        #expect(!bench.exists("h.onnx"))
    }
}
