import BulwarkTensors

/// Operators that make a tensor out of numbers known at import.
enum Generators {
    /// `Range`: the numbers from a start to a limit, which is left out.
    static func lowerRange(_ node: ONNXNode, into lowering: inout ONNXLowering) throws -> [ImportedValue] {
        if let counted = try Counting.lower(node, into: &lowering) { return counted }
        if case .integers = try node.input(0), case .integers = try node.input(1),
            case .integers = try node.input(2)
        {
            return [try integerRange(node)]
        }
        let (start, limit, step) = try (number(node, 0), number(node, 1), number(node, 2))
        let steps = ((Double(limit) - Double(start)) / Double(step)).rounded(.up)
        guard step != 0, steps.isFinite, steps <= Double(Constants.maximumElements) else {
            throw node.error("its result is too large")
        }
        let count = Int(max(steps, 0))
        return [.constant(Tensor(Shape(trusted: [count]), generating: { start + Float($0) * step }))]
    }

    private static func number(_ node: ONNXNode, _ index: Int) throws -> Float {
        guard let number = try node.optionalFloat(index), number.isFinite else {
            throw node.error("input \(index) is not a finite number")
        }
        return number
    }

    private static func integerRange(_ node: ONNXNode) throws -> ImportedValue {
        let numbers = try (0...2).map { index -> Int in
            guard let list = try node.optionalFixedIntegers(index), list.count == 1 else {
                throw node.error("input \(index) is not one number that is the same for every batch size")
            }
            return list[0]
        }
        let (start, limit, step) = (numbers[0], numbers[1], numbers[2])
        guard step != 0 else { throw node.error("its step is 0") }
        let (distance, overflow) = limit.subtractingReportingOverflow(start)
        guard !overflow, distance != .min, step != .min else { throw node.error("its range is too large") }
        guard distance != 0, distance.signum() == step.signum() else {
            return .integers(IntegerArray([]))
        }
        let count = (abs(distance) - 1) / abs(step) + 1
        guard count <= IntegerFolding.maximumElements else { throw node.error("its result is too large") }
        return .integers(IntegerArray((0..<count).map { Dimension(constant: start + $0 * step) }))
    }

    /// `EyeLike`: ones on a diagonal of a matrix shaped like the input.
    static func lowerEyeLike(_ node: ONNXNode, into lowering: inout ONNXLowering) throws -> [ImportedValue] {
        guard let shape = try lowering.shape(of: node.input(0)).fixed, shape.rank == 2 else {
            throw node.error("its input is not a matrix of fixed extents")
        }
        let diagonal = try node.int("k") ?? 0
        let isOn = { (row: Int, column: Int) in column - row == diagonal }
        guard node.outputType.isFloat else {
            guard shape.fits(IntegerFolding.maximumElements) else {
                throw node.error("its result is too large")
            }
            let elements = (0..<shape.count).map { position in
                Dimension(constant: isOn(position / shape[1], position % shape[1]) ? 1 : 0)
            }
            return [.integers(IntegerArray(shape: shape, elements: elements))]
        }
        guard shape.fits(Constants.maximumElements) else { throw node.error("its result is too large") }
        return [
            .constant(Tensor(shape, generating: { isOn($0 / shape[1], $0 % shape[1]) ? 1 : 0 }))
        ]
    }

    /// `Size`: how many elements its input has.
    static func lowerSize(_ node: ONNXNode, into lowering: inout ONNXLowering) throws -> [ImportedValue] {
        let shape = try lowering.shape(of: node.input(0))
        guard let count = shape.count else {
            throw node.error("the number of elements of \(shape) does not grow evenly with the batch")
        }
        return [.integers(IntegerArray(shape: [], elements: [count]))]
    }
}
