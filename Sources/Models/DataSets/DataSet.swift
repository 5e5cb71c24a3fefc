import BulwarkTensors

/// Labelled samples, all in memory.
public struct DataSet: Sendable, Equatable {
    /// The samples, `[N, …]`; images are `[N, C, H, W]`.
    public let inputs: Tensor
    /// The class of each sample, from 0.
    public let labels: [Int]
    /// The name of each class, where the data name them; `labels` are positions in it.
    public let classNames: [String]?
    /// The name of each column of a table, without the label's.
    public let featureNames: [String]?
    /// What reading did to the numbers, in words for a report: "unsigned 8-bit pixels divided by 255".
    public let notes: [String]

    /// What the samples are, told by their rank.
    public enum Kind: String, Sendable {
        /// `[N, C, H, W]`.
        case image
        /// `[N, features]`.
        case tabular
        /// Anything else.
        case other
    }

    /// Samples with their labels; inputs `[N, H, W]` become one-channel images, `[N, 1, H, W]`.
    ///
    /// - Throws: `DataSetError` if there are more or fewer labels than samples, or a label is negative.
    public init(
        inputs: Tensor,
        labels: [Int],
        classNames: [String]? = nil,
        featureNames: [String]? = nil,
        notes: [String] = []
    ) throws(DataSetError) {
        guard inputs.shape.rank > 0 else { throw DataSetError(.noSamples) }
        guard inputs.rowCount == labels.count else {
            throw DataSetError(.labelCount(found: labels.count, samples: inputs.rowCount))
        }
        if let sample = labels.firstIndex(where: { $0 < 0 }) {
            throw DataSetError(.negativeLabel, at: .init(sample: sample))
        }
        if inputs.shape.rank == 3 {
            let (count, height, width) = (inputs.shape[0], inputs.shape[1], inputs.shape[2])
            self.inputs = inputs.reshaped(to: [count, 1, height, width])
        } else {
            self.inputs = inputs
        }
        self.labels = labels
        self.classNames = classNames
        self.featureNames = featureNames
        self.notes = notes
    }

    private init(_ other: DataSet, inputs: Tensor, labels: [Int], notes: [String]) {
        self.inputs = inputs
        self.labels = labels
        classNames = other.classNames
        featureNames = other.featureNames
        self.notes = notes
    }

    /// The number of samples.
    public var sampleCount: Int { labels.count }

    /// The shape of one sample.
    public var sampleShape: Shape { inputs.shape.dropFirst }

    /// What the samples are.
    public var kind: Kind {
        switch inputs.shape.rank {
        case 2: .tabular
        case 4: .image
        default: .other
        }
    }

    /// The samples at the given positions, in that order; traps if one does not exist.
    public func subset(_ indices: some Collection<Int>) -> DataSet {
        DataSet(self, inputs: inputs.gatheringRows(indices), labels: indices.map { labels[$0] }, notes: notes)
    }

    /// A range of the samples; traps if it does not exist.
    public func subset(_ range: Range<Int>) -> DataSet {
        DataSet(self, inputs: inputs.rows(range), labels: Array(labels[range]), notes: notes)
    }

    /// The same samples in the shape a model takes, where that is only another way to write them.
    ///
    /// Axes of extent 1 may come and go (`[1, 28, 28]` is `[28, 28, 1]`), and samples may be flattened to one
    /// axis or unflattened from one. Axes are never moved: `[32, 32, 3]` does not become `[3, 32, 32]`.
    ///
    /// - Throws: `DataSetError` if the samples would have to be rearranged.
    public func reshaped(toSamples shape: Shape) throws(DataSetError) -> DataSet {
        if shape == sampleShape { return self }
        let sameAxes = shape.dimensions.filter { $0 != 1 } == sampleShape.dimensions.filter { $0 != 1 }
        let isFlattening = shape.rank == 1 || sampleShape.rank == 1
        guard shape.count == sampleShape.count, sameAxes || isFlattening else {
            throw DataSetError(.inputShape(found: sampleShape, expected: shape))
        }
        return DataSet(
            self,
            inputs: inputs.reshaped(to: shape.batched(sampleCount)),
            labels: labels,
            notes: notes + ["samples of shape \(sampleShape) written as \(shape)"]
        )
    }
}

extension DataSet {
    /// The same samples with classes numbered in the order of a model's names for them; nil if a label is not
    /// among these.
    ///
    /// Labels that are numbers are looked up as text: a model may call its classes 1, 2 and 3.
    public func numbered(byNames names: [String]) throws(DataSetError) -> DataSet? {
        if classNames == nil, names == names.indices.map({ "\($0)" }) { return self }
        let positions = Dictionary(zip(names, names.indices), uniquingKeysWith: { first, _ in first })
        var numbers: [Int] = []
        for label in labels {
            let name = classNames.map { $0[label] } ?? "\(label)"
            guard let position = positions[name] else { return nil }
            numbers.append(position)
        }
        let remark =
            "labels are numbered in the model's order of classes: \(names.prefix(20).joined(separator: ", "))"
        return try DataSet(
            inputs: inputs,
            labels: numbers,
            classNames: names,
            featureNames: featureNames,
            notes: notes + [remark]
        )
    }
}
