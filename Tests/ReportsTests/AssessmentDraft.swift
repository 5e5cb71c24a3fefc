import BulwarkEvaluation
import Foundation

/// The parts of an assessment, put together by way of JSON: only the assessor itself can make one otherwise.
///
/// The fields are the contract of `assessment.json`, so a field that is renamed breaks every test of the
/// reports.
struct AssessmentDraft: Encodable {
    var schema = "bulwark.assessment/1"
    var tool: Assessment.Tool
    var model: Assessment.Model
    var data: Assessment.Data
    var seed: UInt64
    var threat: Assessment.Threat
    var suite: String
    var cleanAccuracy: Estimate
    var attacks: [Assessment.AttackResult]
    var worstCase: Assessment.WorstCase
    var resilienceCurve: [Assessment.CurvePoint]
    var accuracyDrop: Estimate
    var inputGradients: Assessment.InputGradients
    var vulnerability: Assessment.Vulnerability
    var anomaly: [Assessment.AnomalyResult]
    var anomalyNotes: [String]
    var sanityChecks: [Assessment.SanityCheck]
    var verdict: Assessment.Verdict
    var verdictReasons: [String]
    var requiredRobustAccuracy: Double

    /// The assessment with these parts; NaN and infinity among them survive.
    var assessment: Assessment {
        get throws {
            let encoder = JSONEncoder()
            encoder.nonConformingFloatEncodingStrategy = .convertToString(
                positiveInfinity: "inf",
                negativeInfinity: "-inf",
                nan: "nan"
            )
            let decoder = JSONDecoder()
            decoder.nonConformingFloatDecodingStrategy = .convertFromString(
                positiveInfinity: "inf",
                negativeInfinity: "-inf",
                nan: "nan"
            )
            return try decoder.decode(Assessment.self, from: encoder.encode(self))
        }
    }
}
