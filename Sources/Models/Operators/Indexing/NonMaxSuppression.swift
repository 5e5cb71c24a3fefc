import BulwarkTensors

/// The best boxes of each class that overlap with no better one, for boxes known at import (ONNX
/// `NonMaxSuppression`).
///
/// How many there are depends on the data, so that boxes which a model computes are refused.
enum NonMaxSuppression {
    /// The most comparisons of two boxes: a second or so.
    private static let maximumComparisons = 1 << 27

    static func lower(_ node: ONNXNode, into lowering: inout ONNXLowering) throws -> [ImportedValue] {
        guard case .constant(let boxes) = try node.input(0), case .constant(let scores) = try node.input(1)
        else { throw node.error("has as many results as its boxes decide when the model runs") }
        let shape = scores.shape
        guard shape.rank == 3, boxes.shape.dimensions == [shape[0], shape[2], 4] else {
            throw node.error("boxes of shape \(boxes.shape) and scores of shape \(shape) do not fit")
        }
        let counts = try node.optionalFixedIntegers(2) ?? [0]
        let overlap = try node.optionalFloat(3) ?? 0
        let threshold = try node.optionalFloat(4) ?? -.infinity
        guard counts.count == 1, overlap >= 0, overlap <= 1 else {
            throw node.error("its limits are out of range")
        }
        let limit = min(max(counts[0], 0), shape[2])
        let (pairs, overflow) = shape.count.multipliedReportingOverflow(by: limit)
        guard !overflow, pairs <= maximumComparisons else { throw node.error("compares too many boxes") }
        let isCentered = try node.int("center_point_box") ?? 0 != 0
        let (numbers, values) = (boxes.elements, scores.elements)
        var result: [Int] = []
        for image in 0..<shape[0] {
            let rectangles = (0..<shape[2]).map { box in
                let start = (image * shape[2] + box) * 4
                return Rectangle((0..<4).map { numbers[start + $0] }, isCentered: isCentered)
            }
            for group in 0..<shape[1] {
                let start = (image * shape[1] + group) * shape[2]
                var kept: [Int] = []
                // Of equal scores the first box comes first.
                let order = (0..<shape[2]).filter { values[start + $0] > threshold }
                    .sorted { (values[start + $0], $1) > (values[start + $1], $0) }
                for box in order where kept.count < limit {
                    let isFree = kept.allSatisfy { rectangles[$0].overlap(with: rectangles[box]) <= overlap }
                    if isFree { kept.append(box) }
                }
                result += kept.flatMap { [image, group, $0] }
            }
        }
        guard result.count <= IntegerFolding.maximumElements else {
            throw node.error("its result is too large")
        }
        let elements = result.map { Dimension(constant: $0) }
        return [.integers(IntegerArray(shape: Shape(trusted: [result.count / 3, 3]), elements: elements))]
    }
}

/// A box with its sides along the axes.
private struct Rectangle {
    let (top, left, bottom, right): (Float, Float, Float, Float)

    /// Two opposite corners `y, x, y, x`, or else the middle and the extents `x, y, width, height`.
    init(_ numbers: [Float], isCentered: Bool) {
        if isCentered {
            (top, bottom) = (numbers[1] - numbers[3] / 2, numbers[1] + numbers[3] / 2)
            (left, right) = (numbers[0] - numbers[2] / 2, numbers[0] + numbers[2] / 2)
        } else {
            (top, bottom) = (min(numbers[0], numbers[2]), max(numbers[0], numbers[2]))
            (left, right) = (min(numbers[1], numbers[3]), max(numbers[1], numbers[3]))
        }
    }

    private var area: Float { (bottom - top) * (right - left) }

    /// The intersection's part of the union.
    func overlap(with other: Rectangle) -> Float {
        let height = min(bottom, other.bottom) - max(top, other.top)
        let width = min(right, other.right) - max(left, other.left)
        guard height > 0, width > 0 else { return 0 }
        let common = height * width
        return common / (area + other.area - common)
    }
}
