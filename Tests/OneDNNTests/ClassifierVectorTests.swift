import BulwarkOneDNN
import TestSupport
import Testing

struct ClassifierVectorTests {
    @Test(arguments: ClassifierVectors.names)
    func logitsAndGradientsAgreeWithTheFrameworks(name: String) throws {
        let found = try ClassifierVectors.differences(name, backend: OneDNNBackend())
        #expect(found.scores < 1e-4)
        #expect(found.losses < 1e-4)
        #expect(found.gradient < 1e-3)
    }
}
