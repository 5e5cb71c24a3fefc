import BulwarkModels
import BulwarkTensors

extension BulwarkBench {
    /// The logits of all samples, batch by batch.
    static func inference(_ workload: Workload) throws -> () throws -> Outcome {
        let classifier = try workload.classifier(workload.graph())
        let batches = workload.batches.map { workload.inputs.rows($0) }
        return {
            let logits = try batches.map { try classifier.logits(for: $0) }
            return .array(.concatenatingRows(logits, rowShape: [classifier.classCount]))
        }
    }
}
