import BulwarkTensors

/// What computing with constants at import may still cost, in memory and in time.
///
/// A few bytes of a file can ask for an enormous constant (`ConstantOfShape`, `Expand`), for hundreds of
/// them, or for the product of two. What the file itself holds raises the limits, so that weights of any size
/// may be cast, transposed and padded.
struct FoldingBudget {
    /// The floats that results may still take: 2²⁶, a quarter of a gibibyte, and what the file adds.
    private(set) var elements = 1 << 26
    /// The elements that may still be read or multiplied: 2²⁷, a second or two, and what the file adds.
    private(set) var steps = 1 << 27

    /// How many times each element of the file may be in a result, and may be read.
    private static let (resultsPerElement, stepsPerElement) = (4, 1024)

    /// Raises the limits for a constant that the file holds.
    mutating func add(_ value: ImportedValue) {
        elements += Self.resultsPerElement * Self.size(of: value)
        steps += Self.stepsPerElement * Self.size(of: value)
    }

    /// Whether an operator may be computed for constants; if so, its time is taken from the budget.
    mutating func affords(_ operation: any Operator, _ inputs: [Tensor], _ result: Shape) -> Bool {
        if operation is any ReshapingOperator { return true }
        let needed = Self.steps(operation, inputs, result)
        guard result.count <= elements, needed <= steps else { return false }
        steps -= needed
        return true
    }

    /// Takes the memory of a node's results from the budget; false if it is more than is left.
    mutating func keeps(_ results: [ImportedValue], of inputs: [ImportedValue?]) -> Bool {
        results.allSatisfy { Self.isShared($0, inputs) || take(Self.size(of: $0)) }
    }

    /// Takes so many floats of memory from the budget; false if it is more than is left.
    mutating func take(_ count: Int) -> Bool {
        guard count <= elements else { return false }
        elements -= count
        return true
    }

    /// The memory of a constant in floats.
    private static func size(of value: ImportedValue) -> Int {
        switch value {
        case .value: 0
        case .constant(let tensor): tensor.count
        case .integers(let array):
            array.elements.count * MemoryLayout<Dimension>.stride / MemoryLayout<Float>.stride
        }
    }

    /// Whether a result is one of the inputs under another shape, in the same memory.
    private static func isShared(_ result: ImportedValue, _ inputs: [ImportedValue?]) -> Bool {
        guard case .constant(let tensor) = result else { return false }
        return inputs.contains { input in
            if case .constant(let other)? = input { tensor.sharesStorage(with: other) } else { false }
        }
    }

    /// How many elements an operator reads or multiplies, roughly.
    private static func steps(_ operation: any Operator, _ inputs: [Tensor], _ result: Shape) -> Int {
        let once = inputs.reduce(result.count) { $0 + $1.count }
        let (products, overflow) = result.count.multipliedReportingOverflow(by: reach(operation, inputs))
        return overflow ? .max : max(once, products)
    }

    /// How many elements of the first input go into one of the result, for operators where these are many.
    private static func reach(_ operation: any Operator, _ inputs: [Tensor]) -> Int {
        switch operation {
        case let heavy as any HeavyOperator: heavy.stepsPerElement(inputs)
        case is MatMul: inputs[0].shape.dimensions.last ?? 1
        case let gemm as Gemm: inputs[0].shape[gemm.transposesLeft ? 0 : 1]
        case is Conv: inputs[1].count / max(inputs[1].shape[0], 1)
        case let pool as MaxPool: window(pool.kernel, inputs[0])
        case let pool as AveragePool: window(pool.kernel, inputs[0])
        default: 1
        }
    }

    private static func window(_ kernel: [Int], _ input: Tensor) -> Int {
        zip(kernel, input.shape.dimensions.dropFirst(2)).reduce(1) { $0 * min($1.0, $1.1) }
    }
}

/// An operator that reads or multiplies many elements for one of its result.
protocol HeavyOperator: Operator {
    /// How many, roughly.
    func stepsPerElement(_ inputs: [Tensor]) -> Int
}
