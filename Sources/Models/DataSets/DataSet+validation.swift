import BulwarkTensors

extension DataSet {
    /// Throws unless a model with these properties can be evaluated on the samples.
    ///
    /// Checked in this order, and reported for the first offending sample: the samples' shape, every label,
    /// that every input is a finite number, and that it lies inside the bounds.
    ///
    /// - Parameters:
    ///   - classCount: The number of classes of the model.
    ///   - bounds: The values the model's inputs may have.
    ///   - inputShape: The shape of one sample, as the model takes it.
    /// - Throws: `DataSetError` with the sample.
    public func validate(classCount: Int, bounds: Bounds, inputShape: Shape) throws(DataSetError) {
        guard sampleShape == inputShape else {
            throw DataSetError(.inputShape(found: sampleShape, expected: inputShape))
        }
        guard sampleCount > 0 else { throw DataSetError(.noSamples) }
        for (sample, label) in labels.enumerated() {
            guard label >= 0 else { throw DataSetError(.negativeLabel, at: .init(sample: sample)) }
            guard label < classCount else {
                throw DataSetError(.labelOutOfRange(label, classCount: classCount), at: .init(sample: sample))
            }
        }
        try requireFiniteInputs()
        try requireInputs(inside: bounds)
    }

    private func requireFiniteInputs() throws(DataSetError) {
        let size = max(sampleShape.count, 1)
        let elements = inputs.elements
        for position in 0..<elements.count where !elements[position].isFinite {
            throw DataSetError(.notFinite, at: .init(sample: position / size))
        }
    }

    private func requireInputs(inside bounds: Bounds) throws(DataSetError) {
        let size = sampleShape.count
        guard bounds.lower.count == 1 || bounds.lower.count == size else {
            throw DataSetError(.boundsCount(found: bounds.lower.count, elements: size))
        }
        for sample in 0..<sampleCount where !bounds.contains(row: sample, of: inputs) {
            let lowest = inputs.elements.min() ?? 0
            let highest = inputs.elements.max() ?? 0
            throw DataSetError(.outsideBounds(lowest: lowest, highest: highest), at: .init(sample: sample))
        }
    }
}
