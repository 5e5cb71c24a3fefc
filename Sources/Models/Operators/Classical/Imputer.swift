import BulwarkTensors

/// Missing features replaced by others (`Imputer` in `ai.onnx.ml`).
public struct Imputer: Operator {
    /// What counts as missing; NaN for NaN.
    public let missing: Float
    /// What takes its place: one number, or one for each feature.
    public let replacements: [Float]

    /// A replacement.
    public init(missing: Float, replacements: [Float]) {
        self.missing = missing
        self.replacements = replacements
    }

    /// The shape of the one input, whose last axis are the features.
    public func outputShape(for inputs: [SymbolicShape]) throws(OperatorError) -> SymbolicShape {
        try inputs.expectCount(1...1)
        guard replacements.count == 1 || inputs[0].dimensions.last?.fixed == replacements.count else {
            throw .shapes("there are \(replacements.count) replacements", inputs)
        }
        return inputs[0]
    }

    /// The features, with what is missing replaced.
    public func value(of inputs: [Tensor], shape: Shape) -> Tensor {
        let source = inputs[0].elements
        return Tensor(
            shape,
            generating: {
                isMissing(source[$0]) ? replacements[$0 % replacements.count] : source[$0]
            }
        )
    }

    /// The cotangent where nothing is missing, else zero.
    public func vjp(_ cotangent: Tensor, inputs: [Tensor], output: Tensor, needed: [Bool]) -> [Tensor?] {
        guard needed[0] else { return [nil] }
        let (source, gradient) = (inputs[0].elements, cotangent.elements)
        return [Tensor(output.shape, generating: { isMissing(source[$0]) ? 0 : gradient[$0] })]
    }

    private func isMissing(_ x: Float) -> Bool { missing.isNaN ? x.isNaN : x == missing }

    /// `Imputer`.
    public var onnx: ONNXForm {
        .classical(
            "Imputer",
            ["imputed_value_floats": .floats(replacements), "replaced_value_float": .float(missing)]
        )
    }

    static func lower(_ node: ONNXNode, into lowering: inout ONNXLowering) throws -> [ImportedValue] {
        let floats = try node.finiteFloats("imputed_value_floats") ?? []
        let integers = try node.ints("imputed_value_int64s") ?? []
        let imputer: Imputer
        if node.inputType(0).isFloat {
            imputer = Imputer(missing: try node.anyFloat("replaced_value_float") ?? 0, replacements: floats)
        } else {
            let missing = try node.int("replaced_value_int64") ?? 0
            guard integers.allSatisfy(ExactIntegers.contains), ExactIntegers.contains(missing) else {
                throw node.error("replaces integers beyond what floats carry exactly")
            }
            imputer = Imputer(missing: Float(missing), replacements: integers.map { Float($0) })
        }
        guard !imputer.replacements.isEmpty else { throw node.error("has no replacements") }
        return [try lowering.emit(imputer, node, inputs: [0])]
    }
}
