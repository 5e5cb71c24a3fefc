import BulwarkDefenses
import BulwarkProvenance
import BulwarkTensors
import Foundation

/// What there is to say of a hardening, besides the model.
struct HardeningSummary: Codable {
    let method: String
    /// How the radius is measured; nil if the method is for no ball.
    let norm: String?
    /// The radius, or the deviation of noise.
    let epsilon: Float
    let bounds: BoxEnds
    let samples: Int
    let heldOut: Int
    let chosenEpoch: Int
    let before: Accuracies
    let after: Accuracies
    let epochs: [Epoch]

    /// Shares of the samples kept out of training that are classified correctly.
    struct Accuracies: Codable {
        let clean: Double
        /// As the method's examination makes the samples; no assessment.
        let robust: Double

        init(_ epoch: Hardening.Epoch) { (clean, robust) = (epoch.cleanAccuracy, epoch.robustAccuracy) }

        var areShares: Bool { (0...1).contains(clean) && (0...1).contains(robust) }
    }

    struct Epoch: Codable {
        let number: Int
        let loss: Double?
        let heldOut: Accuracies
    }

    init(_ hardened: HardeningJob.Hardened, method: String, norm: Norm?) {
        let outcome = hardened.outcome
        self.method = method
        self.norm = norm?.rawValue
        (epsilon, bounds) = (hardened.threat.epsilon, BoxEnds(hardened.threat.bounds))
        (samples, heldOut) = outcome.samples
        chosenEpoch = outcome.chosen.number
        before = Accuracies(outcome.epochs[0])
        after = Accuracies(outcome.chosen)
        epochs = outcome.epochs.map {
            Epoch(number: $0.number, loss: $0.loss, heldOut: Accuracies($0))
        }
    }
}

/// What a hardening came to, for people and for programs.
struct HardeningReport: Encodable {
    let model: String
    let sha256: String
    let hardening: HardeningSummary
    let isolation: IsolationResult?

    init(_ done: WorkDone<HardeningSummary>, model: String) {
        self.model = model
        sha256 = ContentDigest(of: done.output).hexadecimal
        hardening = done.summary
        isolation = done.isolation.map(IsolationResult.init)
    }

    /// Writes it to standard output.
    func show(json: Bool) throws {
        try json ? StandardOutput.write(json: self) : StandardOutput.write(text)
    }

    private var text: String {
        func share(_ value: Double) -> String { String(format: "%.1f %%", 100 * value) }
        let (before, after) = (hardening.before, hardening.after)
        return """
            \(model): sha256 \(sha256)
            \(hardening.method) on \(hardening.samples) samples, \(hardening.norm ?? "deviation") \
            \(hardening.epsilon); epoch \(hardening.chosenEpoch) of \(hardening.epochs.count - 1) was kept
            on \(hardening.heldOut) samples kept out of training, as they are and as the examination makes them:
              before  \(share(before.clean))  \(share(before.robust))
              after   \(share(after.clean))  \(share(after.robust))
            These chose the epoch. What the model withstands is for an assessment on other samples to say.
            """
    }
}
