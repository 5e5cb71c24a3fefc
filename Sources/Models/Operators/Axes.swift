import BulwarkTensors

/// Axis numbers as ONNX writes them: negative ones count from the last axis.
enum Axes {
    /// The axis as a number from 0 up.
    ///
    /// - Throws: `OperatorError.attribute` if a value with `rank` axes has no such axis.
    static func resolve(_ axis: Int, rank: Int) throws(OperatorError) -> Int {
        guard axis >= -rank, axis < rank else {
            throw .attribute(name: "axis", problem: "\(axis) is not an axis of a value with \(rank) axes")
        }
        return index(axis, rank: rank)
    }

    /// The axes as ascending numbers from 0 up.
    ///
    /// - Throws: `OperatorError.attribute` if one does not exist or occurs twice.
    static func resolve(_ axes: [Int], rank: Int) throws(OperatorError) -> [Int] {
        var found: Set<Int> = []
        for axis in axes where !found.insert(try resolve(axis, rank: rank)).inserted {
            throw .attribute(name: "axes", problem: "axis \(axis) occurs twice")
        }
        return found.sorted()
    }

    /// The axis as a number from 0 up, for an axis that a shape rule has checked.
    static func index(_ axis: Int, rank: Int) -> Int { axis < 0 ? axis + rank : axis }
}

/// A row-major array seen from one of its axes: `outer` blocks of `length` runs of `inner` neighbours.
struct AxisBlocks {
    /// The number of elements before the axis.
    let outer: Int
    /// The extent of the axis.
    let length: Int
    /// The number of elements after the axis, which is also the distance between neighbours along it.
    let inner: Int

    init(_ shape: Shape, axis: Int) {
        let axis = Axes.index(axis, rank: shape.rank)
        outer = shape.dimensions[..<axis].reduce(1, *)
        length = shape[axis]
        inner = shape.dimensions[(axis + 1)...].reduce(1, *)
    }

    /// Visits the first position of every line along the axis; the next element of a line is `inner` further
    /// on.
    func forEachLine(_ body: (_ start: Int) -> Void) {
        for block in 0..<outer {
            for run in 0..<inner { body(block * length * inner + run) }
        }
    }
}

extension ONNXNode {
    /// Runs a check of an operator's; its complaint becomes one that names this node.
    func checked<Result>(_ check: () throws(OperatorError) -> Result) throws(ONNXError) -> Result {
        do {
            return try check()
        } catch {
            throw self.error(error.description)
        }
    }
}
