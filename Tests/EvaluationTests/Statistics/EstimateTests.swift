import BulwarkEvaluation
import Foundation
import Testing

struct EstimateTests {
    @Test func anUndefinedEstimateHasNoValueAndTheWholeRange() {
        let estimate = Estimate.undefined()
        #expect(estimate.value == nil)
        #expect(estimate.interval == 0...1)
        #expect(estimate.samples == 0)
        #expect(Estimate.undefined(within: -1...1, samples: 3).interval == -1...1)
    }

    @Test func anUndefinedValueIsWrittenAsNull() throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        let text = String(decoding: try encoder.encode(Estimate.undefined()), as: UTF8.self)
        #expect(text == #"{"lower":0,"samples":0,"upper":1,"value":null}"#)
    }

    static let estimates: [Estimate] = [
        Estimate(value: 0.25, lower: 0.125, upper: 0.5, samples: 12),
        Estimate(value: -0.1, lower: -0.3, upper: 0.1, samples: 1),
        .undefined(samples: 4),
    ]

    @Test(arguments: estimates)
    func whatIsWrittenReadsBackTheSame(estimate: Estimate) throws {
        let data = try JSONEncoder().encode(estimate)
        #expect(try JSONDecoder().decode(Estimate.self, from: data) == estimate)
    }

    @Test func aMissingValueReadsAsUndefined() throws {
        let data = Data(#"{"lower":0,"upper":1,"samples":0}"#.utf8)
        #expect(try JSONDecoder().decode(Estimate.self, from: data) == .undefined())
    }

    static let unfitting: [String] = [
        #"{"value":0.5,"lower":0.6,"upper":0.7,"samples":3}"#,
        #"{"value":0.8,"lower":0.6,"upper":0.7,"samples":3}"#,
        #"{"value":null,"lower":0.9,"upper":0.7,"samples":3}"#,
        #"{"value":0.5,"lower":0,"upper":1,"samples":0}"#,
        #"{"value":null,"lower":0,"upper":1,"samples":-1}"#,
        #"{"value":0.5,"lower":0,"samples":1}"#,
    ]

    @Test(arguments: unfitting)
    func numbersThatDoNotFitTogetherAreRefused(json: String) {
        #expect(throws: DecodingError.self) {
            try JSONDecoder().decode(Estimate.self, from: Data(json.utf8))
        }
    }
}
