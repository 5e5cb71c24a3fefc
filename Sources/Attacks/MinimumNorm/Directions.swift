import BulwarkTensors

extension Norm {
    /// By how much a function with this gradient rises, to first order, over the best step of length 1 in
    /// this norm: the dual norm of the gradient.
    ///
    /// For L0 a step of length 1 is a change of one element by one unit, as for L1.
    func dualLength(of gradient: [Float]) -> Double {
        switch self {
        case .linf: gradient.sumOfMagnitudes
        case .l2: gradient.length
        case .l1, .l0: Double(gradient.largestMagnitude)
        }
    }
}

extension [Float] {
    /// The elements with zero in place of what is infinite or no number.
    ///
    /// A model that overflows at one element of its gradient is followed along the others.
    var zeroingNonFinite: [Float] { allSatisfy(\.isFinite) ? self : map { $0.isFinite ? $0 : 0 } }

    /// The vector of Euclidean length 1 in the same direction; a random one for a vector of zeros, so that an
    /// attack leaves a plateau.
    func unit(orFrom random: inout SeededRandom) -> [Float] {
        let vector = length > 0 ? self : .normal(count, &random)
        return vector.scaled(by: 1 / vector.length)
    }

    /// Every element multiplied by a number that a `Float` may be too small to hold.
    func scaled(by factor: Double) -> [Float] { map { $0 == 0 ? 0 : Float(Double($0) * factor) } }
}

extension Box {
    /// The corner that is farthest from a point inside.
    func farthestCorner(from point: [Float]) -> [Float] {
        point.indices.map {
            upper[$0] - point[$0] > point[$0] - lower[$0] ? upper[$0] : lower[$0]
        }
    }
}
