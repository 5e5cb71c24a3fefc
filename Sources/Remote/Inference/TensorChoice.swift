import BulwarkTensors

/// Picks the input and the output of a classifier from a model's metadata.
struct TensorChoice {
    let metadata: ModelMetadata
    let options: RemoteOptions
    let censor: Censor

    /// The most elements of a fixed batch, which is written out whole however few samples are asked about.
    private static let maximumElements = 1 << 24

    /// The input that samples go to.
    ///
    /// - Throws: `RemoteAnswerError`.
    func input() throws(RemoteAnswerError) -> InputTensor {
        let inputs = metadata.inputs ?? []
        if inputs.isEmpty, let name = options.input, let shape = options.sampleShape {
            // Some servers say nothing of tensors; then the user does.
            return InputTensor(name: name, isDouble: false, sampleShape: shape)
        }
        let tensor: TensorMetadata
        if let name = options.input {
            tensor = try named(name, of: inputs)
        } else {
            guard inputs.count == 1 else { throw .inputs(names(inputs)) }
            tensor = inputs[0]
        }
        let type = Datatype(rawValue: tensor.datatype)
        guard type == .float32 || type == .float64 else { throw datatype(tensor) }
        guard tensor.shape.count >= 2, let batch = tensor.shape.first, batch != 0 else {
            throw .noSampleAxis(tensor: censor.clean(tensor.name), tensor.shape)
        }
        let shape = try sampleShape(tensor)
        if batch > 0 {
            let (count, isTooLarge) = batch.multipliedReportingOverflow(by: shape.count)
            guard !isTooLarge, count <= Self.maximumElements else {
                throw .batchTooLarge(tensor: censor.clean(tensor.name), batch)
            }
        }
        return InputTensor(
            name: tensor.name,
            isDouble: type == .float64,
            sampleShape: shape,
            fixedBatch: batch > 0 ? batch : nil
        )
    }

    private func sampleShape(_ tensor: TensorMetadata) throws(RemoteAnswerError) -> Shape {
        let extents = Array(tensor.shape.dropFirst())
        let name = censor.clean(tensor.name)
        if let given = options.sampleShape {
            guard given.rank == extents.count,
                zip(given.dimensions, extents).allSatisfy({ $1 < 0 || $0 == $1 })
            else { throw .sampleShape(tensor: name, tensor.shape, given: given) }
            return given
        }
        guard extents.allSatisfy({ $0 > 0 }), let shape = try? Shape(extents) else {
            throw .openShape(tensor: name, tensor.shape)
        }
        return shape
    }

    /// The output that holds scores: the one that was named, or the first with a score for each class, or the
    /// first with a single one; nil if there is none and none was named.
    ///
    /// - Throws: `RemoteAnswerError` if the one that was named holds no scores.
    func scores(among outputs: [TensorMetadata]) throws(RemoteAnswerError) -> TensorMetadata? {
        if let name = options.output {
            let tensor = try named(name, of: outputs)
            guard let type = Datatype(rawValue: tensor.datatype) else { throw datatype(tensor) }
            return type.role == .score ? tensor : nil
        }
        let scores = outputs.filter { Datatype(rawValue: $0.datatype)?.role == .score && !$0.shape.isEmpty }
        return scores.first { $0.width != 1 } ?? scores.first
    }

    /// The output that holds labels: the one that was named, or the first with one integer or text a sample.
    ///
    /// - Throws: `RemoteAnswerError` if there is none.
    func labels(among outputs: [TensorMetadata]) throws(RemoteAnswerError) -> TensorMetadata {
        let tensor: TensorMetadata
        if let name = options.output {
            tensor = try named(name, of: outputs)
        } else {
            let first = outputs.first {
                Datatype(rawValue: $0.datatype)?.role == .label && !$0.shape.isEmpty && $0.width == 1
            }
            guard let first else { throw .noOutput(wanted: "one label a sample", available: names(outputs)) }
            tensor = first
        }
        guard let type = Datatype(rawValue: tensor.datatype), type.role == .label,
            type != .bytes || options.classNames != nil
        else { throw datatype(tensor) }
        guard tensor.width == 1, !tensor.shape.isEmpty else {
            throw .shape(tensor: censor.clean(tensor.name), expected: "[-1]", found: tensor.shape)
        }
        return tensor
    }

    private func named(
        _ name: String,
        of tensors: [TensorMetadata]
    ) throws(RemoteAnswerError) -> TensorMetadata {
        guard let tensor = tensors.first(where: { $0.name == name }) else {
            throw .unknownTensor(censor.clean(name), available: names(tensors))
        }
        return tensor
    }

    private func datatype(_ tensor: TensorMetadata) -> RemoteAnswerError {
        .datatype(tensor: censor.clean(tensor.name), censor.clean(tensor.datatype))
    }

    /// The names, with what they hold.
    private func names(_ tensors: [TensorMetadata]) -> [String] {
        tensors.prefix(20).map { censor.clean("\($0.name) (\($0.datatype) \($0.shape))") }
    }
}
