import BulwarkTensors

/// A window that slides over the spatial axes of an image: what convolutions and pools have in common.
///
/// Along each axis tap `t` of output `o` reads the input at `o · stride - padBegin + t · dilation`.
struct SlidingWindow: Sendable, Equatable {
    /// Attributes beyond this have no use, and below it no product of two of them overflows.
    static let maximumAttribute = Int(Int32.max)

    /// The number of taps along each axis.
    let kernel: [Int]
    let strides: [Int]
    let dilations: [Int]
    let padsBegin: [Int]
    let padsEnd: [Int]

    /// How far the first and the last tap are apart along an axis, counting both.
    func span(_ axis: Int) -> Int { (kernel[axis] - 1) * dilations[axis] + 1 }

    /// The extents of the output for an input `[N, C, …]`.
    ///
    /// With `ceiling` a last window that reaches beyond the padded input counts, unless it begins in the
    /// padding.
    ///
    /// - Throws: `OperatorError` if attributes are out of range or the window does not fit.
    func outputExtents(_ input: SymbolicShape, ceiling: Bool = false) throws(OperatorError) -> [Int] {
        try validate()
        let extents = try Self.spatialExtents(input)
        guard extents.count == kernel.count else {
            throw .shapes("the window has \(kernel.count) axes, the input \(extents.count)", [input])
        }
        var result: [Int] = []
        for axis in kernel.indices {
            let room = extents[axis] + padsBegin[axis] + padsEnd[axis] - span(axis)
            guard room >= 0 else { throw .shapes("the window is larger than the padded input", [input]) }
            var count = room / strides[axis] + 1
            if ceiling, room % strides[axis] != 0, count * strides[axis] < extents[axis] + padsBegin[axis] {
                count += 1
            }
            guard count <= GraphBuilder.maximumElements else {
                throw .shapes("the output would have \(count) elements along an axis", [input])
            }
            result.append(count)
        }
        return result
    }

    /// The spatial extents of `[N, C, …]`.
    ///
    /// - Throws: `OperatorError.shapes` unless there are one to three and none depends on the batch.
    static func spatialExtents(_ input: SymbolicShape) throws(OperatorError) -> [Int] {
        guard (3...5).contains(input.rank) else {
            throw .shapes("an image has one to three spatial axes", [input])
        }
        let extents = input.dimensions.dropFirst(2).compactMap(\.fixed)
        guard extents.count == input.rank - 2, extents.allSatisfy({ $0 <= maximumAttribute }) else {
            throw .shapes("the spatial extents are numbers of ordinary size", [input])
        }
        return extents
    }

    /// - Throws: `OperatorError.attribute` unless each list has an entry in range for each axis.
    func validate() throws(OperatorError) {
        let rows: [(String, [Int], Int)] = [
            ("kernel_shape", kernel, 1), ("strides", strides, 1), ("dilations", dilations, 1),
            ("pads", padsBegin, 0), ("pads", padsEnd, 0),
        ]
        for (name, values, least) in rows {
            guard values.count == kernel.count else {
                throw .attribute(name: name, problem: "has \(values.count) entries for \(kernel.count) axes")
            }
            for value in values where value < least || value > Self.maximumAttribute {
                throw .attribute(
                    name: name,
                    problem: "\(value) lies outside \(least)…\(Self.maximumAttribute)"
                )
            }
        }
    }

    /// The window that a node describes for an input, with `auto_pad` turned into numbers.
    ///
    /// With `ignoringAutomatic` the values of `auto_pad` that ask for padding mean none.
    static func reading(
        _ node: ONNXNode,
        kernel: [Int],
        input: SymbolicShape,
        ignoringAutomatic: Bool = false
    ) throws(ONNXError) -> SlidingWindow {
        let ones = [Int](repeating: 1, count: kernel.count)
        let zeros = [Int](repeating: 0, count: kernel.count)
        let strides = try node.ints("strides") ?? ones
        let dilations = try node.ints("dilations") ?? ones
        func window(_ begin: [Int], _ end: [Int]) -> SlidingWindow {
            SlidingWindow(
                kernel: kernel,
                strides: strides,
                dilations: dilations,
                padsBegin: begin,
                padsEnd: end
            )
        }
        let mode = try node.string("auto_pad") ?? "NOTSET"
        switch mode {
        case "NOTSET":
            let pads = try node.ints("pads") ?? zeros + zeros
            guard pads.count == 2 * kernel.count else {
                throw node.error("attribute pads has \(pads.count) entries for \(kernel.count) axes")
            }
            return window(Array(pads[..<kernel.count]), Array(pads[kernel.count...]))
        case "VALID":
            return window(zeros, zeros)
        case "SAME_UPPER" where ignoringAutomatic, "SAME_LOWER" where ignoringAutomatic:
            return window(zeros, zeros)
        case "SAME_UPPER", "SAME_LOWER":
            let bare = window(zeros, zeros)
            let totals = try node.checked { () throws(OperatorError) in try bare.samePadding(input) }
            let halves = totals.map { $0 / 2 }
            let rest = totals.map { $0 - $0 / 2 }
            return mode == "SAME_UPPER" ? window(halves, rest) : window(rest, halves)
        default:
            throw node.error("attribute auto_pad has the unknown value '\(mode.prefix(40))'")
        }
    }

    /// How much padding along each axis gives `⌈extent / stride⌉` outputs.
    private func samePadding(_ input: SymbolicShape) throws(OperatorError) -> [Int] {
        try validate()
        let extents = try Self.spatialExtents(input)
        guard extents.count == kernel.count else {
            throw .shapes("the window has \(kernel.count) axes, the input \(extents.count)", [input])
        }
        return extents.indices.map { axis in
            let count = (extents[axis] + strides[axis] - 1) / strides[axis]
            return max(0, (count - 1) * strides[axis] + span(axis) - extents[axis])
        }
    }
}
