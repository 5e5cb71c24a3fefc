import BulwarkModels
import BulwarkTensors
import Foundation

/// Turns the scores of a server into logits.
///
/// Logits mean the same whatever is added to all of a sample, and everything below uses that: the largest
/// becomes zero before doubles become floats, so that no two that differ fall together at the top.
struct ScoreReading: Sendable {
    /// The output's name, for messages.
    var tensor: String
    /// What the scores are.
    var form: OutputForm
    /// Whether the server holds them as FP64.
    var isDouble: Bool
    /// The number of scores for a sample.
    var width: Int
    /// Whether that they are probabilities was seen and not told; then it is checked every time.
    var isFormSeen: Bool

    /// The number of classes: a single score is one of two.
    var classCount: Int { max(width, 2) }

    /// Logits `[rows, classCount]`.
    ///
    /// - Throws: `RemoteAnswerError.notFinite`, `.notProbabilities`.
    func logits(_ values: [Double], rows: Int) throws(RemoteAnswerError) -> [Float] {
        var result: [Float] = []
        result.reserveCapacity(rows * classCount)
        for row in 0..<rows {
            let scores = values[row * width..<(row + 1) * width]
            guard scores.allSatisfy({ Float($0).isFinite || (isDouble && $0.isFinite) }) else {
                throw .notFinite(tensor: tensor, sample: row)
            }
            switch form {
            case .singleLogit: result += scores.flatMap { [-$0 / 2, $0 / 2] }.map(float)
            case .singleSigmoid: result += try logarithms(scores.flatMap { [1 - $0, $0] }, row: row)
            case .probabilities: result += try logarithms(Array(scores), row: row)
            default:
                let largest = isDouble ? scores.max() ?? 0 : 0
                result += scores.map { float($0 - largest) }
            }
        }
        return result
    }

    /// The logarithms of probabilities, divided by the largest of them.
    ///
    /// A probability that the server rounded to 0 counts as the smallest number above 0 that it could hold.
    private func logarithms(_ probabilities: [Double], row: Int) throws(RemoteAnswerError) -> [Float] {
        let sum = probabilities.reduce(0, +)
        guard let largest = probabilities.max(), largest > 0,
            probabilities.allSatisfy({ $0 >= -0.001 && $0 <= 1.001 }),
            !isFormSeen || abs(sum - 1) <= 0.01
        else { throw .notProbabilities(tensor: tensor, sample: row) }
        let smallest = isDouble ? Double.leastNonzeroMagnitude : Double(Float.leastNonzeroMagnitude)
        return probabilities.map { float(log(max($0, smallest)) - log(largest)) }
    }

    private func float(_ value: Double) -> Float {
        Float(min(max(value, -Double(Float.greatestFiniteMagnitude)), Double(Float.greatestFiniteMagnitude)))
    }

    /// Whether rows of scores are all probabilities: between 0 and 1, with the sum 1.
    static func areProbabilities(_ values: [Double], width: Int) -> Bool {
        !values.isEmpty
            && stride(from: 0, to: values.count, by: width).allSatisfy { start in
                let row = values[start..<start + width]
                return row.allSatisfy { $0 >= 0 && $0 <= 1 } && abs(row.reduce(0, +) - 1) < 1e-3
            }
    }
}
