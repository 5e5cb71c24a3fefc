import BulwarkTensors

/// Elements of one of two operands, as a condition says, with broadcasting (ONNX `Where`).
///
/// Inputs: the condition (0 is false, all else true), what is taken where it holds, what is taken elsewhere.
public struct Where: Operator {
    /// A choice.
    public init() {}

    /// The broadcast shape of all three.
    public func outputShape(for inputs: [SymbolicShape]) throws(OperatorError) -> SymbolicShape {
        try inputs.expectCount(3...3)
        return try Broadcasting.shape(inputs[0], Broadcasting.shape(inputs[1], inputs[2]))
    }

    /// `condition ? first : second`.
    public func value(of inputs: [Tensor], shape: Shape) -> Tensor {
        let condition = Broadcasting.stretch(inputs[0], to: shape).elements
        let first = Broadcasting.stretch(inputs[1], to: shape).elements
        let second = Broadcasting.stretch(inputs[2], to: shape).elements
        return Tensor(
            shape,
            generating: { condition[$0] != 0 ? first[$0] : second[$0] }
        )
    }

    /// The cotangent where the operand was taken, summed over stretched axes; zero for the condition.
    public func vjp(_ cotangent: Tensor, inputs: [Tensor], output: Tensor, needed: [Bool]) -> [Tensor?] {
        let condition = Broadcasting.stretch(inputs[0], to: output.shape).elements
        let gradient = cotangent.elements
        func part(_ isTaken: Bool, _ shape: Shape) -> Tensor {
            let chosen = Tensor(
                output.shape,
                generating: { (condition[$0] != 0) == isTaken ? gradient[$0] : 0 }
            )
            return Broadcasting.reduce(chosen, to: shape)
        }
        return [
            needed[0] ? Tensor(inputs[0].shape) : nil,
            needed[1] ? part(true, inputs[1].shape) : nil,
            needed[2] ? part(false, inputs[2].shape) : nil,
        ]
    }

    /// `Where`.
    public var onnx: ONNXForm { ONNXForm("Where", inputTypes: [0: .bool]) }

    static func lower(_ node: ONNXNode, into lowering: inout ONNXLowering) throws -> [ImportedValue] {
        let choices = try [node.input(1), node.input(2)]
        guard case .integers(let condition) = try node.input(0), let flags = condition.fixed else {
            return [try lowering.emit(Where(), node, inputs: [0, 1, 2])]
        }
        let shapes = try (0...2).map { try lowering.shape(of: node.input($0)) }
        let shape = try node.checked { () throws(OperatorError) in try Where().outputShape(for: shapes) }
        // A condition that holds everywhere, or nowhere, leaves nothing to do when the model runs.
        if let first = flags.first, flags.allSatisfy({ ($0 != 0) == (first != 0) }) {
            let index = first != 0 ? 0 : 1
            if shapes[index + 1] == shape { return [choices[index]] }
        }
        if case (.integers(let first), .integers(let second)) = (choices[0], choices[1]) {
            let mask = Tensor(condition.shape, flags.map { $0 == 0 ? 0 : 1 })
            return [
                try IntegerFolding.moving(Where(), node, [.known(mask), .moved(first), .moved(second)])
            ]
        }
        return [try lowering.emit(Where(), node, inputs: [0, 1, 2])]
    }
}
