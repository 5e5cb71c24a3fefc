import BulwarkModels
import BulwarkTensors

/// An operator with shapes it accepts: one row of the table that the laws of operators run over.
public struct OperatorCase: Sendable, CustomStringConvertible {
    /// Where the elements of inputs come from, so that no derivative is asked for where there is none.
    public indirect enum Elements: Sendable {
        /// Numbers between two bounds, none of them close to one of the kinks.
        case uniform(ClosedRange<Float>, kinks: [Float] = [])
        /// Numbers between two bounds, no two of them close to each other.
        case distinct(ClosedRange<Float>)
        /// Integers between two bounds, such as indices; there is no derivative with respect to these.
        case integers(ClosedRange<Int>)
        /// Something else for each input.
        case each([Elements])
    }

    /// What is tested, unique in the table.
    public let name: String
    /// The operator.
    public let operation: any Operator
    /// The shapes of its inputs.
    ///
    /// Those that do not depend on the batch are what a model would keep as weights.
    public let inputs: [SymbolicShape]
    /// What its inputs hold.
    public let elements: Elements
    /// Whether each sample's part of the output depends on no other sample.
    public let isSampleWise: Bool

    /// A row of the table.
    public init(
        _ name: String,
        _ operation: any Operator,
        _ inputs: [SymbolicShape],
        elements: Elements = .uniform(-2...2),
        isSampleWise: Bool = true
    ) {
        self.name = name
        self.operation = operation
        self.inputs = inputs
        self.elements = elements
        self.isSampleWise = isSampleWise
    }

    /// The name.
    public var description: String { name }

    /// The shapes of the inputs for a number of samples.
    public func shapes(batchSize: Int) throws -> [Shape] {
        try inputs.map { try $0.resolved(batchSize: batchSize) }
    }

    /// Inputs for a number of samples.
    ///
    /// Weights come out the same whatever that number is.
    public func tensors(batchSize: Int, seed: UInt64 = 1) throws -> [Tensor] {
        try shapes(batchSize: batchSize).enumerated().map { index, shape in
            var random = SeededRandom(seed: seed, stream: name, sample: index)
            return tensor(shape, elements(ofInput: index), &random)
        }
    }

    /// What one of the inputs holds.
    public func elements(ofInput index: Int) -> Elements {
        if case .each(let all) = elements { all[index] } else { elements }
    }

    /// A graph of this operator alone: inputs that grow with the batch are its inputs, the others trainable
    /// parameters.
    ///
    /// A case without any input that grows has all of them as inputs.
    public func graph(_ tensors: [Tensor]) throws -> Graph {
        let grows = inputs.contains { $0.fixed == nil }
        var builder = GraphBuilder()
        var ids: [ValueID] = []
        for (index, shape) in inputs.enumerated() {
            let isParameter = grows && shape.fixed != nil
            ids.append(
                isParameter
                    ? try builder.parameter("weight\(index)", tensors[index], isTrainable: true)
                    : try builder.input("input\(index)", shape)
            )
        }
        let output = try builder.apply(operation, to: ids)
        return builder.graph(outputs: [output])
    }

    /// The tensors that `graph` takes as inputs, in its order.
    public func graphInputs(_ tensors: [Tensor]) -> [Tensor] {
        let grows = inputs.contains { $0.fixed == nil }
        return inputs.indices.filter { !grows || inputs[$0].fixed == nil }.map { tensors[$0] }
    }

    private func tensor(_ shape: Shape, _ elements: Elements, _ random: inout SeededRandom) -> Tensor {
        switch elements {
        case .each: preconditionFailure("what is for each input is not itself for each input")
        case .integers(let range):
            return Tensor(
                shape,
                (0..<shape.count).map { _ in
                    Float(range.lowerBound) + (random.uniform() * Float(range.count)).rounded(.down)
                }
            )
        case .uniform(let range, let kinks):
            let numbers = (0..<shape.count).map { _ in
                let number = onGrid(random.uniform(range.lowerBound, range.upperBound))
                guard let kink = kinks.first(where: { abs(number - $0) < Self.margin }) else { return number }
                return number < kink ? kink - Self.margin : kink + Self.margin
            }
            return Tensor(shape, numbers)
        case .distinct(let range):
            let width = range.upperBound - range.lowerBound
            let order = random.permutation(of: shape.count)
            return Tensor(
                shape,
                generating: {
                    onGrid(range.lowerBound + width * (Float(order[$0]) + 0.5) / Float(shape.count))
                }
            )
        }
    }

    private static let margin: Float = 0x1p-5

    /// Points of a grid stay exact when they are moved by `FiniteDifferences.step`.
    private func onGrid(_ number: Float) -> Float { (number * 0x1p12).rounded() * 0x1p-12 }
}
