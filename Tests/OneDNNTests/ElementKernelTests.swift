import BulwarkModels
import BulwarkOneDNN
import BulwarkTensors
import Testing

/// Functions and products of single elements, alone and behind a convolution, whose layout they keep.
struct ElementKernelTests {
    static let functions: [any Operator] = [
        Gelu(), Gelu(isApproximate: true), Swish(), Swish(alpha: 1.7), Elu(), Elu(alpha: 0.3), Sigmoid(),
        Tanh(),
        LeakyRelu(slope: 0.2),
    ]

    @Test(arguments: functions.indices)
    func functionsAgreeWithTheReference(_ index: Int) throws {
        var random = SeededRandom(seed: 21, stream: "elements")
        let function = Self.functions[index]
        for shape: Shape in [[1], [3, 5], [2, 17, 3, 4], [0, 3]] {
            let values = Tensor.random(shape, &random).map { 6 * $0 }
            try NodeComparison.expectAgreement(function, [values])
        }
        try expectAgreement("\(function)") { builder, value in try builder.apply(function, to: [value]) }
    }

    @Test func functionsHaveFastForms() throws {
        for function in Self.functions {
            #expect(try NodeComparison.isFast(function, [[2, 17, 3, 4]]), "\(function)")
        }
        #expect(try NodeComparison.isFast(Mul(), [[2, 3], [2, 3]]))
    }

    @Test func productsAgreeWithTheReference() throws {
        try expectAgreement("square") { builder, value in try builder.apply(Mul(), to: [value, value]) }
        try expectAgreement("product of two branches") { builder, value in
            let left = try builder.apply(Tanh(), to: [value])
            return try builder.apply(Mul(), to: [left, builder.apply(Gelu(), to: [value])])
        }
    }

    /// What is exported for the sigmoid linear unit, with the factors in either order, and look-alikes of it.
    @Test func gatedElementsAgreeWithTheReference() throws {
        for isSwapped in [false, true] {
            try expectAgreement("swish, \(isSwapped)") { builder, value in
                let gate = try builder.apply(Sigmoid(), to: [value])
                return try builder.apply(Mul(), to: isSwapped ? [gate, value] : [value, gate])
            }
        }
        try expectAgreement("a gate of something else") { builder, value in
            let gate = try builder.apply(Sigmoid(), to: [value])
            return try builder.apply(Mul(), to: [gate, builder.apply(Tanh(), to: [value])])
        }
        try expectAgreement("a gate that two products read") { builder, value in
            let gate = try builder.apply(Sigmoid(), to: [value])
            let one = try builder.apply(Mul(), to: [value, gate])
            return try builder.apply(Mul(), to: [one, gate])
        }
        try expectAgreement("a gate squared") { builder, value in
            let gate = try builder.apply(Sigmoid(), to: [value])
            return try builder.apply(Mul(), to: [gate, gate])
        }
    }

    /// The orders in which exporters write the Gaussian error linear unit, and look-alikes of it.
    @Test func errorFunctionUnitsAgreeWithTheReference() throws {
        for order in 0..<6 {
            try expectAgreement("order \(order)") { builder, value in
                let root = try builder.parameter(
                    "root",
                    Tensor(scalar: order % 2 == 0 ? 1.4142135 : 0.70710677)
                )
                let (one, half) = (
                    try builder.parameter("one", Tensor(scalar: 1)),
                    try builder.parameter("half", Tensor(scalar: order == 5 ? 0.25 : 0.5))
                )
                let early = order > 3 ? nil : try builder.apply(Mul(), to: [value, half])
                let operation: any Operator = order % 2 == 0 ? Div() : Mul()
                let scaled = try builder.apply(operation, to: [value, root])
                let sum = try builder.apply(Add(), to: [builder.apply(Erf(), to: [scaled]), one])
                switch order {
                case 0, 1:
                    let product = try builder.apply(Mul(), to: [value, sum])
                    return try builder.apply(Mul(), to: [product, half])
                case 2:
                    let product = try builder.apply(Mul(), to: [half, sum])
                    return try builder.apply(Mul(), to: [product, value])
                case 3: return try builder.apply(Mul(), to: [try #require(early), sum])
                default:
                    let product = try builder.apply(Mul(), to: [value, sum])
                    return try builder.apply(Mul(), to: [product, half])
                }
            }
        }
    }

    /// Compares what `body` makes of the output of a convolution, between 20 channels and the end.
    private func expectAgreement(
        _ label: String,
        _ body: (inout GraphBuilder, ValueID) throws -> ValueID
    ) throws {
        var random = SeededRandom(seed: 22, stream: "elements")
        var builder = GraphBuilder()
        let input = try builder.input("x", [.batch, 3, 6, 5])
        let weights = try builder.parameter("w", .random([20, 3, 3, 3], &random), isTrainable: true)
        let convolution = Conv(strides: [1, 1], dilations: [1, 1], padsBegin: [1, 1], padsEnd: [1, 1])
        let value = try builder.apply(convolution, to: [input, weights])
        let output = try body(&builder, value)
        let images = Tensor.random([4, 3, 6, 5], &random)
        try NodeComparison.expectAgreement(builder.graph(outputs: [output]), [images], batchSize: 4, label)
    }
}
