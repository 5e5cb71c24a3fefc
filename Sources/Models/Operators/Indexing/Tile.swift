import BulwarkTensors

/// A tensor repeated along its axes (ONNX `Tile` with counts known at import).
public struct Tile: Operator {
    /// How many times the tensor stands along each axis.
    public let repeats: [Int]

    /// A repetition, with one count for each axis.
    public init(repeats: [Int]) { self.repeats = repeats }

    /// The input's extents times the counts.
    public func outputShape(for inputs: [SymbolicShape]) throws(OperatorError) -> SymbolicShape {
        try inputs.expectCount(1...1)
        guard repeats.count == inputs[0].rank, repeats.allSatisfy({ $0 >= 0 }) else {
            throw .attribute(name: "repeats", problem: "is not one count for each of \(inputs[0].rank) axes")
        }
        var result: [Dimension] = []
        for (extent, count) in zip(inputs[0].dimensions, repeats) {
            guard let product = extent.multiplied(by: Dimension(constant: count)) else {
                throw .shapes("the extents overflow", inputs)
            }
            result.append(product)
        }
        return SymbolicShape(result)
    }

    /// The elements, over and over.
    public func value(of inputs: [Tensor], shape: Shape) -> Tensor {
        coordinates(inputs[0].shape).rearranging(inputs[0])
    }

    /// The sum of the cotangents of all copies.
    public func vjp(_ cotangent: Tensor, inputs: [Tensor], output: Tensor, needed: [Bool]) -> [Tensor?] {
        let shape = inputs[0].shape
        return [needed[0] ? coordinates(shape).scattering(cotangent, to: shape) : nil]
    }

    private func coordinates(_ input: Shape) -> CoordinateMap {
        CoordinateMap(
            sources: zip(input.dimensions, repeats).map { extent, count in
                (0..<extent * count).map { $0 % extent }
            }
        )
    }

    /// `Tile` with its counts as a constant.
    public var onnx: ONNXForm { ONNXForm("Tile", trailing: [.ints(repeats)]) }

    static func lower(_ node: ONNXNode, into lowering: inout ONNXLowering) throws -> [ImportedValue] {
        let input = try node.input(0)
        let shape = lowering.shape(of: input)
        let tile = Tile(repeats: try counts(node, rank: shape.rank))
        let result = try node.checked { () throws(OperatorError) in try tile.outputShape(for: [shape]) }
        if result == shape { return [input] }
        if case .integers(let array) = input {
            return [try IntegerFolding.moving(tile, node, [.moved(array)])]
        }
        return [try lowering.emit(tile, node, inputs: [0])]
    }

    /// One count for each axis; before operator set 6 a number of copies and a single axis.
    private static func counts(_ node: ONNXNode, rank: Int) throws -> [Int] {
        guard let repeats = try node.optionalFixedIntegers(1) else { throw node.error("input 1 is missing") }
        guard node.opset < 6 else { return repeats }
        guard let axes = try node.optionalFixedIntegers(2), axes.count == 1, repeats.count == 1 else {
            throw node.error("its number of copies and its axis are not one number each")
        }
        let axis = try node.checked { () throws(OperatorError) in try Axes.resolve(axes[0], rank: rank) }
        return (0..<rank).map { $0 == axis ? repeats[0] : 1 }
    }
}
