/// Class probabilities from those of each pair of classes.
///
/// Minimises Σ (r_ji p_i − r_ij p_j)² over probabilities p, where r_ij is the probability of class i if it is
/// i or j: T.-F. Wu, C.-J. Lin and R. C. Weng, "Probability estimates for multi-class classification by
/// pairwise coupling" (JMLR 5, 2004), algorithm 2. The sweeps end as LIBSVM's and ONNX Runtime's do, after
/// 100 or once the error is below 0.005 divided by the number of classes; so probabilities are theirs, a
/// little off the minimum.
struct PairwiseCoupling {
    /// The number of classes.
    private let count: Int
    /// r_ij, row by row.
    private let r: [Float]
    /// The matrix of the quadratic form.
    private let q: [Float]
    /// What holds before each step of the sweeps, in order.
    private var steps: [State] = []
    /// The probabilities at the beginning of each sweep.
    private var sweeps: [[Float]] = []
    /// The probabilities of the classes.
    private(set) var probabilities: [Float]

    private struct State {
        let p: [Float]
        let qp: [Float]
        let pqp: Float
    }

    private static let maximumSweeps = 100

    /// - Parameters:
    ///   - pairs: r_ij for 0 against 1, 0 against 2, …
    ///   - count: The number of classes.
    ///   - isRecording: Whether `gradient` will be asked for.
    init(_ pairs: [Float], count: Int, isRecording: Bool) {
        var r = [Float](repeating: 0, count: count * count)
        var pair = 0
        for first in 0..<count {
            for second in first + 1..<count {
                r[first * count + second] = pairs[pair]
                r[second * count + first] = 1 - pairs[pair]
                pair += 1
            }
        }
        var q = [Float](repeating: 0, count: count * count)
        for row in 0..<count {
            for column in 0..<count where column != row {
                let opposite = r[column * count + row]
                q[row * count + row] += opposite * opposite
                q[row * count + column] = -opposite * r[row * count + column]
            }
        }
        (self.count, self.r, self.q) = (count, r, q)
        probabilities = [Float](repeating: 1 / Float(count), count: count)
        sweep(isRecording: isRecording)
    }

    private mutating func sweep(isRecording: Bool) {
        var p = probabilities
        var qp = [Float](repeating: 0, count: count)
        for _ in 0..<Self.maximumSweeps {
            var pqp: Float = 0
            for row in 0..<count {
                qp[row] = 0
                for column in 0..<count { qp[row] += q[row * count + column] * p[column] }
                pqp += p[row] * qp[row]
            }
            let error = qp.reduce(Float(0)) { max($0, abs($1 - pqp)) }
            // A NaN ends the sweeps as well.
            guard error >= 0.005 / Float(count) else { break }
            if isRecording { sweeps.append(p) }
            for row in 0..<count {
                if isRecording { steps.append(State(p: p, qp: qp, pqp: pqp)) }
                let diagonal = q[row * count + row]
                let change = (pqp - qp[row]) / diagonal
                p[row] += change
                pqp = (pqp + change * (change * diagonal + 2 * qp[row])) / (1 + change) / (1 + change)
                for column in 0..<count {
                    qp[column] = (qp[column] + change * q[row * count + column]) / (1 + change)
                    p[column] /= 1 + change
                }
            }
        }
        probabilities = p
    }

    /// The gradient of the sum of `cotangent · probabilities` with respect to the probabilities of the pairs.
    ///
    /// Of what was computed, sweep by sweep, and not of the minimum that it comes close to.
    func gradient(_ cotangent: [Double]) -> [Double] {
        var ofP = cotangent
        var ofQ = [Double](repeating: 0, count: count * count)
        for (sweep, start) in sweeps.enumerated().reversed() {
            var ofQP = [Double](repeating: 0, count: count)
            var ofPQP = 0.0
            for row in (0..<count).reversed() {
                undo(steps[sweep * count + row], row, &ofP, &ofQP, &ofPQP, &ofQ)
            }
            // Qp = Q · p and pQp = p · Qp.
            let qp = (0..<count).map { row in
                (0..<count).reduce(0.0) { $0 + Double(q[row * count + $1]) * Double(start[$1]) }
            }
            for row in 0..<count {
                ofQP[row] += ofPQP * Double(start[row])
                ofP[row] += ofPQP * qp[row]
            }
            for row in 0..<count {
                for column in 0..<count {
                    ofP[column] += Double(q[row * count + column]) * ofQP[row]
                    ofQ[row * count + column] += ofQP[row] * Double(start[column])
                }
            }
        }
        return gradientOfPairs(ofQ)
    }

    /// One step of a sweep backwards.
    private func undo(
        _ state: State,
        _ row: Int,
        _ ofP: inout [Double],
        _ ofQP: inout [Double],
        _ ofPQP: inout Double,
        _ ofQ: inout [Double]
    ) {
        let diagonal = Double(q[row * count + row])
        let (pqp, qpRow) = (Double(state.pqp), Double(state.qp[row]))
        let change = (pqp - qpRow) / diagonal
        let divisor = 1 + change
        let newPQP = (pqp + change * (change * diagonal + 2 * qpRow)) / (divisor * divisor)
        let share = ofPQP / (divisor * divisor)
        // Through the divisor, and directly.
        var ofDivisor = -2 * ofPQP * newPQP / divisor
        var ofChange = share * (2 * change * diagonal + 2 * qpRow) + ofP[row] / divisor
        ofQ[row * count + row] += share * change * change
        for column in 0..<count {
            let weight = Double(q[row * count + column])
            let newP = (Double(state.p[column]) + (column == row ? change : 0)) / divisor
            let newQP = (Double(state.qp[column]) + change * weight) / divisor
            ofDivisor -= (ofP[column] * newP + ofQP[column] * newQP) / divisor
            ofChange += ofQP[column] * weight / divisor
            ofQ[row * count + column] += ofQP[column] * change / divisor
            ofP[column] /= divisor
            ofQP[column] /= divisor
        }
        ofChange += ofDivisor
        ofQP[row] += 2 * share * change - ofChange / diagonal
        ofPQP = share + ofChange / diagonal
        ofQ[row * count + row] -= ofChange * change / diagonal
    }

    private func gradientOfPairs(_ ofQ: [Double]) -> [Double] {
        var ofR = [Double](repeating: 0, count: count * count)
        for row in 0..<count {
            for column in 0..<count where column != row {
                let (opposite, own) = (Double(r[column * count + row]), Double(r[row * count + column]))
                ofR[column * count + row] += 2 * opposite * ofQ[row * count + row]
                ofR[column * count + row] -= ofQ[row * count + column] * own
                ofR[row * count + column] -= ofQ[row * count + column] * opposite
            }
        }
        var result: [Double] = []
        for first in 0..<count {
            for second in first + 1..<count {
                result.append(ofR[first * count + second] - ofR[second * count + first])
            }
        }
        return result
    }
}
