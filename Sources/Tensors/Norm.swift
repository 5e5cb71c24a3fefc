import RealModule

/// How far two inputs are apart: the norm of their difference.
public enum Norm: String, Sendable, CaseIterable, Codable {
    /// The largest absolute difference of any element.
    case linf
    /// The Euclidean length of the difference.
    case l2
    /// The sum of the absolute differences.
    case l1
    /// The number of elements that differ.
    case l0

    /// The norm of each row of a tensor `[N, …]`, computed in double precision.
    ///
    /// NaN stays NaN.
    public func ofRows(_ tensor: Tensor) -> [Double] {
        let size = tensor.rowSize
        let elements = tensor.elements
        return (0..<tensor.rowCount).map { row in
            of(size) { Double(elements[row * size + $0]) }
        }
    }

    /// The distance between corresponding rows of two tensors `[N, …]`, computed in double precision from the
    /// floats.
    public func distances(_ left: Tensor, _ right: Tensor) -> [Double] {
        precondition(left.shape == right.shape, "\(left.shape) and \(right.shape) agree")
        let size = left.rowSize
        let (first, second) = (left.elements, right.elements)
        return (0..<left.rowCount).map { row in
            of(size) { Double(first[row * size + $0]) - Double(second[row * size + $0]) }
        }
    }

    /// The distance between two points of as many elements, computed in double precision from the floats.
    public func distance(_ left: [Float], _ right: [Float]) -> Double {
        precondition(left.count == right.count, "the points have as many elements")
        return of(left.count) { Double(left[$0]) - Double(right[$0]) }
    }

    private func of(_ count: Int, _ element: (Int) -> Double) -> Double {
        var result = 0.0
        switch self {
        case .linf:
            for index in 0..<count {
                let magnitude = abs(element(index))
                if magnitude.isNaN { return .nan }
                result = max(result, magnitude)
            }
        case .l2:
            for index in 0..<count { result += element(index) * element(index) }
            result = .sqrt(result)
        case .l1:
            for index in 0..<count { result += abs(element(index)) }
        case .l0:
            for index in 0..<count where element(index) != 0 { result += 1 }
        }
        return result
    }
}

extension Norm {
    /// The direction of unit length in this norm along which a function with each row's gradient rises most,
    /// `[N, …]`.
    ///
    /// Linf: the sign. L2: the normalised gradient. L1 and L0: the sign of the single largest component. Rows
    /// whose gradient is zero give zero; NaN components count as zero.
    public func steepestDirection(of gradient: Tensor) -> Tensor {
        let size = gradient.rowSize
        let source = gradient.elements
        return Tensor(gradient.shape) { target in
            for row in 0..<gradient.rowCount {
                let range = row * size..<(row + 1) * size
                switch self {
                case .linf:
                    for position in range { target[position] = source[position].signOrZero }
                case .l2:
                    var largest: Float = 0
                    for position in range { largest = max(largest, abs(source[position]).zeroIfNaN) }
                    guard largest > 0, largest.isFinite else { continue }
                    // Dividing by the largest component first keeps tiny gradients from vanishing when
                    // squared.
                    var squares = 0.0
                    for position in range {
                        let scaled = Double(source[position].zeroIfNaN / largest)
                        squares += scaled * scaled
                    }
                    let factor = Float(1 / Double.sqrt(squares))
                    for position in range { target[position] = source[position].zeroIfNaN / largest * factor }
                case .l1, .l0:
                    var best = range.lowerBound
                    for position in range where abs(source[position]).zeroIfNaN > abs(source[best]).zeroIfNaN
                    {
                        best = position
                    }
                    if !range.isEmpty { target[best] = source[best].signOrZero }
                }
            }
        }
    }
}

extension Float {
    fileprivate var zeroIfNaN: Float { isNaN ? 0 : self }
    fileprivate var signOrZero: Float { self > 0 ? 1 : self < 0 ? -1 : 0 }
}
