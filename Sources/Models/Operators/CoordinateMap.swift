import BulwarkTensors

/// A rearrangement that treats each axis on its own: where each coordinate of the output comes from.
///
/// Slices, gathers and padding are all of this kind.
struct CoordinateMap {
    /// Marks a coordinate that comes from nowhere.
    static let outside = -1

    /// For each axis and coordinate of the output the coordinate in the input, or `outside`.
    let sources: [[Int]]

    /// The shape of the output.
    var shape: Shape { Shape(trusted: sources.map(\.count)) }

    /// The elements of a tensor at their new places, and `filler` where none comes from the input.
    func rearranging(_ tensor: Tensor, filler: Float = 0) -> Tensor {
        let source = tensor.elements
        return Tensor(shape) { target in
            forEachElement(of: tensor.shape) { position, origin in
                target[position] = origin < 0 ? filler : source[origin]
            }
        }
    }

    /// The elements of a tensor added up at the places in `shape` that `rearranging` took them from.
    func scattering(_ tensor: Tensor, to shape: Shape) -> Tensor {
        let source = tensor.elements
        return Tensor(shape) { target in
            forEachElement(of: shape) { position, origin in
                if origin >= 0 { target[origin] += source[position] }
            }
        }
    }

    /// Visits the output in row-major order with the position in the input, or `outside`.
    func forEachElement(of input: Shape, _ body: (_ position: Int, _ origin: Int) -> Void) {
        guard let columns = sources.last else { return body(0, 0) }
        guard sources.allSatisfy({ !$0.isEmpty }) else { return }
        let strides = input.strides
        let outerAxes = sources.count - 1
        var counter = [Int](repeating: 0, count: outerAxes)
        var position = 0
        while true {
            var base = 0
            for axis in 0..<outerAxes {
                let coordinate = sources[axis][counter[axis]]
                if coordinate < 0 {
                    base = Self.outside
                    break
                }
                base += coordinate * strides[axis]
            }
            for column in columns {
                body(position, base < 0 || column < 0 ? Self.outside : base + column)
                position += 1
            }
            var axis = outerAxes - 1
            while axis >= 0 {
                counter[axis] += 1
                if counter[axis] < sources[axis].count { break }
                counter[axis] = 0
                axis -= 1
            }
            if axis < 0 { return }
        }
    }
}
