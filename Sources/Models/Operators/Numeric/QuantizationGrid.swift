import BulwarkTensors

/// For each element the scale and the zero point that are meant: one for all, one for each coordinate of an
/// axis, or one for each block along it.
struct QuantizationGrid: Sendable, Hashable {
    /// The axis of the coordinates or blocks; negative from the end.
    let axis: Int
    /// How many neighbours along the axis share a parameter, or 0 if there are no blocks.
    let blockSize: Int

    /// - Throws: `OperatorError` unless every element has a parameter.
    func check(_ data: SymbolicShape, _ parameter: SymbolicShape) throws(OperatorError) {
        func misfit() -> OperatorError { .shapes("scales or zero points do not fit", [data, parameter]) }
        if parameter.rank == 0 || blockSize == 0 && parameter == [1] { return }
        let axis = try Axes.resolve(axis, rank: data.rank)
        if blockSize == 0 {
            guard parameter == [data[axis]] else { throw misfit() }
            return
        }
        guard blockSize > 0, parameter.rank == data.rank, let extent = data[axis].fixed,
            let blocks = parameter[axis].fixed, blocks == (extent - 1) / blockSize + 1, extent > 0,
            (0..<data.rank).allSatisfy({ $0 == axis || parameter[$0] == data[$0] })
        else { throw misfit() }
    }

    /// The parameter of each element of `shape`.
    func spread(_ parameter: Tensor, over shape: Shape) -> Tensor {
        if parameter.count == 1 { return Tensor(shape, repeating: parameter[0]) }
        if blockSize == 0 { return Broadcasting.stretch(parameter.reshaped(to: line(shape)), to: shape) }
        return blocks(shape).rearranging(parameter)
    }

    /// The gradients of each element added up for each parameter.
    func collect(_ gradient: Tensor, to parameter: Shape) -> Tensor {
        if parameter.count == 1 {
            return Tensor(parameter, repeating: Float(gradient.elements.reduce(0.0) { $0 + Double($1) }))
        }
        if blockSize == 0 {
            return Broadcasting.reduce(gradient, to: line(gradient.shape)).reshaped(to: parameter)
        }
        return blocks(gradient.shape).scattering(gradient, to: parameter)
    }

    /// A shape that has an extent along the axis only.
    private func line(_ shape: Shape) -> Shape {
        let axis = Axes.index(axis, rank: shape.rank)
        return Shape(trusted: shape.dimensions.enumerated().map { $0 == axis ? $1 : 1 })
    }

    private func blocks(_ shape: Shape) -> CoordinateMap {
        let axis = Axes.index(axis, rank: shape.rank)
        return CoordinateMap(
            sources: shape.dimensions.enumerated().map { index, extent in
                (0..<extent).map { index == axis ? $0 / blockSize : $0 }
            }
        )
    }

    /// The attributes of a node, whose axis is 1 unless it says otherwise.
    static func reading(_ node: ONNXNode) throws -> QuantizationGrid {
        QuantizationGrid(axis: try node.int("axis") ?? 1, blockSize: try node.int("block_size") ?? 0)
    }
}
