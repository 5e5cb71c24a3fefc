import BulwarkTensors
import RealModule

/// A box seen from free variables: xᵢ = middleᵢ + halfᵢ·tanh(wᵢ), which no value of w leaves.
///
/// Carlini and Wagner, "Towards evaluating the robustness of neural networks" (S&P 2017), section V-B, with
/// an interval of its own for each element. The border itself would be at infinity; as in the authors' code a
/// point begins at most 0.999999 of the way there.
struct TanhBox {
    private static let reach: Float = 0.999999

    private let box: Box
    private let middles: [Float]
    private let halves: [Float]

    /// Whether all intervals are finite, as the change of variables asks.
    static func isDefined(for bounds: Bounds) -> Bool { (bounds.lower + bounds.upper).allSatisfy(\.isFinite) }

    /// The change of variables for a box, which has to be finite.
    init(_ box: Box) {
        self.box = box
        middles = zip(box.lower, box.upper).map { $0 / 2 + $1 / 2 }
        halves = zip(box.lower, box.upper).map { $1 / 2 - $0 / 2 }
    }

    /// The variables of a point inside.
    func variables(of point: [Float]) -> [Float] {
        point.indices.map { index in
            guard halves[index] > 0 else { return 0 }
            let share = (point[index] - middles[index]) / halves[index]
            return .atanh(min(max(share, -Self.reach), Self.reach))
        }
    }

    /// The point of some variables, and how fast each of its elements moves with its variable.
    func point(of variables: [Float]) -> (point: [Float], speeds: [Float]) {
        var (point, speeds) = (variables, variables)
        for index in variables.indices {
            let share = Float.tanh(variables[index])
            let value = middles[index] + halves[index] * share
            point[index] = min(max(box.lower[index], value), box.upper[index])
            speeds[index] = halves[index] * (1 - share) * (1 + share)
        }
        return (point, speeds)
    }
}
