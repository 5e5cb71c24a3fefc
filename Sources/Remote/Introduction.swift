import BulwarkModels
import BulwarkTensors

/// The first questions to a model, which find out what it answers with.
struct Introduction {
    let model: ServedModel
    let choice: TensorChoice
    let samples: Tensor?

    private var options: RemoteOptions { choice.options }
    private var censor: Censor { model.client.censor }

    func access() throws -> RemoteAccess {
        var outputs = choice.metadata.outputs ?? []
        var look: Look?
        if outputs.isEmpty {
            // The metadata do not list outputs, but an answer does.
            let first = try ask(output: nil)
            outputs = first.answer.outputs.map(\.metadata)
            look = first
        }
        guard let scores = try choice.scores(among: outputs) else {
            return .labels(try labels(among: outputs))
        }
        return .scores(try classifier(scores, look, outputCount: outputs.count))
    }

    // MARK: Labels

    private func labels(among outputs: [TensorMetadata]) throws -> RemoteLabels {
        let output = try choice.labels(among: outputs)
        let name = censor.clean(output.name)
        guard let count = options.labelCount ?? (output.datatype == Datatype.bool.rawValue ? 2 : nil) else {
            throw RemoteAnswerError.classCountUnknown(tensor: name)
        }
        guard count >= 2 else { throw RemoteAnswerError.classCount(tensor: name, count, told: nil) }
        return RemoteLabels(
            model,
            output: output,
            classCount: count,
            classNames: options.classNames ?? [],
            notes: notes + ["labels are all that attacks see; they come from output '\(name)'"]
        )
    }

    // MARK: Scores

    private func classifier(
        _ output: TensorMetadata,
        _ look: Look?,
        outputCount: Int
    ) throws -> RemoteClassifier {
        let name = censor.clean(output.name)
        var look = look
        var width = look == nil ? output.width : nil
        var datatype = output.datatype
        var values: [Double] = []
        if width == nil || options.scores == .automatic {
            let seen = try look ?? ask(output: output.name)
            look = seen
            let tensor = try seen.answer.output(output.name, censor: censor)
            try tensor.check(rows: seen.rows, width: width, censor: censor)
            width = tensor.count / seen.rows
            datatype = tensor.datatype
            if case .numbers(let numbers) = tensor.elements { values = numbers }
            if let row = values.firstIndex(where: { !$0.isFinite }).map({ $0 / max(width ?? 1, 1) }) {
                throw RemoteAnswerError.notFinite(tensor: name, sample: row)
            }
        }
        guard let width, width >= 1 else {
            throw RemoteAnswerError.classCount(tensor: name, width ?? 0, told: nil)
        }
        let classCount = max(width, 2)
        if let told = options.labelCount, told != classCount {
            throw RemoteAnswerError.classCount(tensor: name, classCount, told: told)
        }
        let reading = ScoreReading(
            tensor: name,
            form: try form(name, values, width: width),
            isDouble: datatype == Datatype.float64.rawValue,
            width: width,
            isFormSeen: options.scores == .automatic
        )
        return RemoteClassifier(
            model,
            output: output.name,
            reading,
            notes: notes + remarks(on: reading, outputCount: outputCount)
        )
    }

    private func form(_ name: String, _ values: [Double], width: Int) throws -> OutputForm {
        switch (options.scores, width) {
        case (.logits, 1): return .singleLogit
        case (.logits, _): return .logits
        case (.probabilities, 1): return .singleSigmoid
        case (.probabilities, _): return .probabilities
        case (.automatic, 1):
            let (lowest, highest) = (values.min() ?? 0, values.max() ?? 0)
            guard lowest < 0 || highest > 1 else {
                throw RemoteAnswerError.ambiguousSingleScore(tensor: name, lowest: lowest, highest: highest)
            }
            return .singleLogit
        case (.automatic, _):
            return ScoreReading.areProbabilities(values, width: width) ? .probabilities : .logits
        }
    }

    // MARK: Asking

    /// An answer about some samples, and how many rows it has to have.
    private struct Look {
        var answer: InferenceAnswer
        var rows: Int
    }

    private func ask(output: String?) throws -> Look {
        let probes = samples.flatMap { $0.shape.rank > 0 && $0.rowCount > 0 ? $0 : nil }
        let tensor = probes ?? Tensor(model.input.sampleShape.batched(1))
        let most = model.input.fixedBatch ?? model.client.rules.maximumBatch
        let rows = 0..<min(tensor.rowCount, RemoteAccess.maximumProbes, most)
        try model.check(tensor.rows(rows))
        let size = model.input.fixedBatch ?? rows.count
        return Look(answer: try model.ask(tensor, rows, filledTo: size, output: output), rows: size)
    }

    // MARK: Remarks

    private var notes: [String] {
        var notes = ["the model is served at \(model.address)"]
        if let platform = model.platform { notes[0] += " with \(platform)" }
        if let batch = model.input.fixedBatch, batch > 1 {
            notes.append(
                "the model takes exactly \(batch) samples at a time; shorter batches are filled up with copies"
            )
        }
        return notes
    }

    private func remarks(on reading: ScoreReading, outputCount: Int) -> [String] {
        var remarks: [String] = []
        if outputCount > 1, options.output == nil {
            remarks.append(
                "the model has \(outputCount) outputs; '\(reading.tensor)' is used unless another one is named"
            )
        }
        switch reading.form {
        case .probabilities, .singleSigmoid:
            remarks.append(
                "'\(reading.tensor)' holds probabilities; attacks see their logarithms, and cannot see beyond what "
                    + "the server rounds to 0 or 1"
            )
        default: break
        }
        return remarks
    }
}
