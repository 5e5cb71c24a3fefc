import BulwarkModels
import BulwarkTensors
import TestSupport
import Testing

/// The tiny models are what attacks are judged by, so their gradients are compared with differences.
struct TinyModelsTests {
    private func worstError(_ model: some GradientAccess, _ loss: Loss, _ aim: Aim) throws -> Double {
        var random = SeededRandom(seed: 3, stream: "point")
        let size = model.inputShape.count
        let point = Tensor([1, size], generating: { _ in random.uniform() })
        let slope = try model.inputGradient(of: loss, at: point, aims: [aim]).gradient
        let width: Float = 2e-3
        return try (0..<size).map { column in
            func value(_ offset: Float) throws -> Double {
                var moved = point
                moved[column] += offset
                return Double(try model.inputGradient(of: loss, at: moved, aims: [aim]).losses[0])
            }
            let difference = try (value(width) - value(-width)) / Double(2 * width)
            return abs(difference - Double(slope[column]))
        }.max() ?? 0
    }

    @Test(arguments: Loss.allCases, [Aim.anythingBut(1), .exactly(2, not: 1)])
    func theGradientsAreThoseOfTheLosses(loss: Loss, aim: Aim) throws {
        let affine = AffineClassifier(randomClasses: 5, inputShape: [6], seed: 1)
        let layers = TwoLayerClassifier(classCount: 5, hidden: 7, inputShape: [6], seed: 1)
        #expect(try worstError(affine, loss, aim) < 2e-3)
        #expect(try worstError(layers, loss, aim) < 2e-3)
    }
}
