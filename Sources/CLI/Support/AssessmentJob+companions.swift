import BulwarkAttacks
import BulwarkEvaluation
import BulwarkModels
import BulwarkTensors

extension AssessmentJob {
    /// The model without its defense, with gradients.
    ///
    /// - Parameters:
    ///   - path: An ONNX file.
    ///   - classifier: The model that is assessed.
    ///   - samples: Some clean samples.
    /// - Returns: A classifier of the same inputs and classes.
    /// - Throws: `CommandFailure` that names the file.
    func twin(_ path: String, of classifier: any LabelAccess, samples: Tensor) throws -> GraphClassifier {
        let file = try ModelFile(path)
        guard file.classifier.inputShape == classifier.inputShape,
            file.classifier.classCount == classifier.classCount
        else {
            throw CommandFailure(
                .badInput,
                "\(path): takes inputs of shape \(file.classifier.inputShape) and tells \(file.classifier.classCount) classes apart, "
                    + "but the model that is assessed takes \(classifier.inputShape) and tells \(classifier.classCount)",
                hint: "--undefended-twin is the same model without its defense"
            )
        }
        guard case .gradients(let twin) = try file.access(lookingAt: samples, engine: engine).classifier
        else {
            throw CommandFailure(.badInput, "\(path): the undefended twin gives no gradients to attack")
        }
        return twin
    }
}

extension Assessment {
    /// Ends the command with the exit code of a mistake of ours if an attack broke what a certificate says
    /// nothing can; reports are written by then.
    ///
    /// - Throws: `CommandFailure`.
    package func requireConsistency() throws {
        guard let first = certificates?.contradictions.first else { return }
        throw CommandFailure(
            .bug,
            "\(first.attack) broke sample \(first.sample) at a distance of \(first.distance), within the radius "
                + "\(first.certifiedRadius) that \(first.method) certifies: one of the two is wrong",
            hint: "nothing of this assessment can be relied on; please report it with the model and the data"
        )
    }
}
