import BulwarkModels
import BulwarkTensors

/// What is true of every operator, whatever it computes.
///
/// Each law returns its breaches in words; none is what one wants.
public enum OperatorLaws {
    /// The shape rule says what `value` returns, at every batch size.
    public static func shapeRuleTellsTheShape(_ row: OperatorCase) throws -> [String] {
        let symbolic = try row.operation.outputShape(for: row.inputs)
        return try [1, 2, 5].compactMap { batchSize in
            let inputs = try row.tensors(batchSize: batchSize)
            let expected = try symbolic.resolved(batchSize: batchSize)
            let found = row.operation.value(of: inputs, shape: expected).shape
            return found == expected
                ? nil : "batch \(batchSize): \(symbolic) says \(expected), the value has \(found)"
        }
    }

    /// The vector–Jacobian product agrees with central differences along random directions, for each input.
    ///
    /// The tolerance is a thousandth of the gradient's length, plus 10⁻⁴ for rounding: the differences of
    /// float results carry an error of some 10⁻⁵, and a single wrong component of a few hundred stands out
    /// more than that.
    ///
    /// Of a straight-through estimate, and of inputs that are integers, only the shapes are checked; what
    /// moves in steps gives zeros.
    public static func vjpAgreesWithDifferences(_ row: OperatorCase) throws -> [String] {
        let inputs = try row.tensors(batchSize: 3)
        let shape = try row.operation.outputShape(for: row.inputs).resolved(batchSize: 3)
        var random = SeededRandom(seed: 2, stream: row.name)
        let cotangent = Tensor(shape, (0..<shape.count).map { _ in random.uniform(-1, 1) })
        let output = row.operation.value(of: inputs, shape: shape)
        let all = inputs.map { _ in true }
        let gradients = row.operation.vjp(cotangent, inputs: inputs, output: output, needed: all)
        var breaches: [String] = []
        for index in inputs.indices {
            guard gradients.count == inputs.count, let gradient = gradients[index],
                gradient.shape == inputs[index].shape
            else {
                breaches.append("input \(index): no gradient of the input's shape")
                continue
            }
            // An estimate that passes steps by does not agree with them, and integers cannot be moved a
            // little.
            if row.operation.sensitivity == .straightThrough { continue }
            if row.operation.sensitivity == .piecewiseConstant {
                if gradient.elements.contains(where: { $0 != 0 }) {
                    breaches.append("input \(index): moves in steps, but has a slope")
                }
                continue
            }
            if case .integers = row.elements(ofInput: index) { continue }
            let length = gradient.elements.reduce(0.0) { $0 + Double($1) * Double($1) }.squareRoot()
            for _ in 0..<4 {
                let direction = FiniteDifferences.direction(gradient.shape, &random)
                let measured = FiniteDifferences.derivative(
                    of: { moved in
                        var point = inputs
                        point[index] = moved
                        return dot(cotangent, row.operation.value(of: point, shape: shape))
                    },
                    at: inputs[index],
                    along: direction
                )
                let claimed = dot(gradient, direction)
                if !(abs(measured - claimed) <= 1e-3 * length + 1e-4) {
                    breaches.append("input \(index): slope \(measured), the product says \(claimed)")
                }
            }
        }
        return breaches
    }

    /// What says that it gives integers gives them.
    public static func integersAreIntegers(_ row: OperatorCase) throws -> [String] {
        guard row.operation.givesIntegers else { return [] }
        let inputs = try row.tensors(batchSize: 3)
        let shape = try row.operation.outputShape(for: row.inputs).resolved(batchSize: 3)
        let output = row.operation.value(of: inputs, shape: shape)
        return output.elements.filter { $0.rounded() != $0 }.prefix(3).map { "\($0) is no integer" }
    }

    /// A gradient that was not asked for is nil, and asking for one alone gives the same as asking for all.
    public static func vjpGivesWhatIsNeeded(_ row: OperatorCase) throws -> [String] {
        let inputs = try row.tensors(batchSize: 2)
        let shape = try row.operation.outputShape(for: row.inputs).resolved(batchSize: 2)
        let output = row.operation.value(of: inputs, shape: shape)
        let cotangent = output.map { 1 - $0 }
        func gradients(_ needed: [Bool]) -> [Tensor?] {
            row.operation.vjp(cotangent, inputs: inputs, output: output, needed: needed)
        }
        let all = gradients(inputs.map { _ in true })
        return inputs.indices.compactMap { index in
            let alone = gradients(inputs.indices.map { $0 == index })
            guard let expected = all[index], alone[index]?.isBitwiseEqual(to: expected) == true else {
                return "the gradient of input \(index) alone differs"
            }
            let others = inputs.indices.filter { $0 != index && alone[$0] != nil }
            return others.isEmpty ? nil : "gradients \(others) came unasked beside \(index)"
        }
    }

    /// What comes out for a sample has the same bits whoever shares its batch.
    public static func samplesDoNotMeet(_ row: OperatorCase) throws -> [String] {
        guard row.isSampleWise else { return [] }
        let batchSize = 4
        let inputs = try row.tensors(batchSize: batchSize)
        let symbolic = try row.operation.outputShape(for: row.inputs)
        let together = row.operation.value(of: inputs, shape: try symbolic.resolved(batchSize: batchSize))
        let shape = try symbolic.resolved(batchSize: 1)
        return (0..<batchSize).compactMap { sample in
            let own = inputs.indices.map { index in
                row.inputs[index].fixed == nil ? inputs[index].rows(sample..<sample + 1) : inputs[index]
            }
            let alone = row.operation.value(of: own, shape: shape)
            let part = (0..<shape.count).map { together[sample * shape.count + $0] }
            return Tensor(shape, part).isBitwiseEqual(to: alone) ? nil : "sample \(sample) differs alone"
        }
    }

    private static func dot(_ left: Tensor, _ right: Tensor) -> Double {
        zip(left.elements, right.elements).reduce(0) { $0 + Double($1.0) * Double($1.1) }
    }
}
