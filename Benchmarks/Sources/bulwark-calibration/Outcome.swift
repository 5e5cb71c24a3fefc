import BulwarkEvaluation
import Foundation

/// What one suite said of one model: the content of a file of results.
struct Outcome: Codable {
    /// What has to be the same for a result to be of the same experiment.
    struct Settings: Codable, Equatable {
        var data: String
        var samples: Int
        var norm: String
        var epsilon: Float
        var required: Double
    }

    /// What one check said.
    struct Check: Codable {
        var id: String
        var status: Assessment.SanityCheck.Status
        var evidence: String

        /// Whether it withholds the verdict *robust*.
        var fired: Bool { status == .fail || status == .warn }
    }

    var settings: Settings
    var subject: String
    var group: Subject.Group
    var seed: UInt64
    var suite: String
    var cleanAccuracy: Double
    /// Robust accuracy under PGD on the cross-entropy, as a paper would have reported it.
    var plainAccuracy: Double
    /// Robust accuracy under an attack made for the defense.
    var adaptiveAccuracy: Double
    /// Robust accuracy under the worst attack of the suite on each sample.
    var worstCase: Double
    var verdict: Assessment.Verdict
    var checks: [Check]
    /// Robust accuracy under each attack of the suite alone, where it was tried.
    var attacks: [String: Double]
    var seconds: Double

    /// The names of the checks that did not pass, in their order.
    var fired: [String] { checks.filter(\.fired).map(\.id) }
}

/// A folder with a file for each suite, model and seed.
struct Results {
    let folder: URL

    init(_ path: String) throws {
        folder = URL(fileURLWithPath: path)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    }

    /// What an earlier run with the same settings found.
    func outcome(of subject: String, seed: UInt64, suite: String, settings: Outcome.Settings) -> Outcome? {
        guard let bytes = try? Data(contentsOf: url(subject, seed, suite)),
            let outcome = try? JSONDecoder().decode(Outcome.self, from: bytes),
            outcome.settings == settings
        else { return nil }
        return outcome
    }

    func write(_ outcome: Outcome) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        let file = url(outcome.subject, outcome.seed, outcome.suite)
        try encoder.encode(outcome).write(to: file, options: .atomic)
    }

    private func url(_ subject: String, _ seed: UInt64, _ suite: String) -> URL {
        folder.appendingPathComponent("\(subject)-\(seed)-\(suite).json")
    }
}
