import BulwarkDefenses
import BulwarkTensors
import Testing

/// What holds for every detector.
struct AnomalyDetectorTests {
    static let detectors: [any AnomalyDetector.Type] = [
        ZScoreDetector.self, RobustZScoreDetector.self, MahalanobisDetector.self,
    ]

    @Test(arguments: detectors)
    func whatIsFarFromTheCleanRowsScoresHigher(_ detector: any AnomalyDetector.Type) throws {
        let fitted = try detector.init(fittedTo: SampleRows.normal(300, size: 6, seed: 1))
        #expect(fitted.featureCount == 6)
        let clean = fitted.scores(for: SampleRows.normal(100, size: 6, seed: 2))
        let far = fitted.scores(for: SampleRows.normal(100, size: 6, seed: 3).map { $0 + 6 })
        #expect((clean.max() ?? .infinity) < (far.min() ?? 0))
    }

    @Test(arguments: detectors)
    func imagesCountAsRowsOfTheirElements(_ detector: any AnomalyDetector.Type) throws {
        let rows = SampleRows.normal(40, size: 12, seed: 4)
        let flat = try detector.init(fittedTo: rows).scores(for: rows)
        let images = rows.reshaped(to: [40, 1, 3, 4])
        #expect(try detector.init(fittedTo: images).scores(for: images) == flat)
    }

    @Test(arguments: detectors)
    func rowsThatSayNothingAreRefused(_ detector: any AnomalyDetector.Type) {
        func error(_ rows: Tensor) -> DetectorError? {
            do throws(DetectorError) {
                _ = try detector.init(fittedTo: rows)
                return nil
            } catch {
                return error
            }
        }
        #expect(error(Tensor([0, 2])) == .tooFewRows(count: 0, minimum: 2))
        #expect(error(Tensor([1, 2], [1, 2])) == .tooFewRows(count: 1, minimum: 2))
        #expect(error(Tensor([3, 0])) == .noFeatures)
        #expect(error(Tensor([3, 2], [0, 1, 2, .nan, 4, 5])) == .notFinite(row: 1, feature: 1))
        #expect(error(Tensor([3, 2], [0, 1, 2, 3, .infinity, 5])) == .notFinite(row: 2, feature: 0))
        #expect(error(Tensor([3, 2], [0.1, 0.7, 0.1, 0.7, 0.1, 0.7])) == .noSpread)
    }

    @Test func everyNameOccursOnce() {
        #expect(Set(Self.detectors.map { $0.name }).count == Self.detectors.count)
    }
}
