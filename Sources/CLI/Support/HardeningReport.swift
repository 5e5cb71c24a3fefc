import BulwarkDefenses
import BulwarkProvenance
import Foundation

/// What a hardening came to, for people and for programs.
struct HardeningReport: Encodable {
    let model: String
    let sha256: String
    let method: String
    let norm: String
    let epsilon: Float
    let samples: Int
    let heldOut: Int
    let chosenEpoch: Int
    let before: Accuracies
    let after: Accuracies
    let epochs: [Epoch]

    /// Shares of the samples kept out of training that are classified correctly.
    struct Accuracies: Encodable {
        let clean: Double
        /// As the method's examination makes the samples; no assessment.
        let robust: Double

        init(_ epoch: Hardening.Epoch) { (clean, robust) = (epoch.cleanAccuracy, epoch.robustAccuracy) }
    }

    struct Epoch: Encodable {
        let number: Int
        let loss: Double?
        let heldOut: Accuracies
    }

    init(_ hardened: HardeningJob.Hardened, model: String, method: String) throws {
        let outcome = hardened.outcome
        self.model = model
        self.method = method
        sha256 = try ContentReference(file: model).sha256.hexadecimal
        (norm, epsilon) = (hardened.threat.norm.rawValue, hardened.threat.epsilon)
        (samples, heldOut) = outcome.samples
        chosenEpoch = outcome.chosen.number
        before = Accuracies(outcome.epochs[0])
        after = Accuracies(outcome.chosen)
        epochs = outcome.epochs.map {
            Epoch(number: $0.number, loss: $0.loss, heldOut: Accuracies($0))
        }
    }

    /// Writes it to standard output.
    func show(json: Bool) throws {
        if json {
            try StandardOutput.write(json: self)
            return
        }
        func share(_ value: Double) -> String { String(format: "%.1f %%", 100 * value) }
        print("\(model): sha256 \(sha256)")
        print(
            "\(method) on \(samples) samples, \(norm) \(epsilon); epoch \(chosenEpoch) of \(epochs.count - 1) was kept"
        )
        print(
            "on \(heldOut) samples kept out of training, as they are and as the training's own attack makes them:"
        )
        print("  before  \(share(before.clean))  \(share(before.robust))")
        print("  after   \(share(after.clean))  \(share(after.robust))")
        print(
            "These chose the epoch. What the model withstands is for an assessment on other samples to say."
        )
    }
}
