import BulwarkTensors

/// What a `Resize` does along one axis.
struct ResizedAxis {
    let axis: Int
    /// The extent of the result.
    let count: Int
    /// How much larger it is, before rounding.
    let scale: Double
    /// The first and the last place of the region, as fractions of the axis.
    let start: Float
    let end: Float
}

extension Resize {
    /// The axes that do not stay as they are.
    ///
    /// - Throws: `OperatorError` if the attributes do not fit the input, or an axis that changes depends on
    ///   the number of samples.
    func resizedAxes(_ input: SymbolicShape) throws(OperatorError) -> [ResizedAxis] {
        let axes = axes ?? Array(0..<input.rank)
        _ = try Axes.resolve(axes, rank: input.rank)
        let cropsRegion = coordinates == .cropAndResize
        guard !cropsRegion || region.count == 2 * axes.count, region.allSatisfy(\.isFinite) else {
            throw .attribute(name: "roi", problem: "is not a finite start and end for each axis")
        }
        let extents = try targetExtents(input, axes)
        var result: [ResizedAxis] = []
        for (index, axis) in axes.enumerated() {
            let axis = Axes.index(axis, rank: input.rank)
            let (start, end) = cropsRegion ? (region[index], region[axes.count + index]) : (0, 1)
            guard let extent = extents[index] else {
                guard start == 0, end == 1 else {
                    throw .shapes("axis \(axis) depends on the number of samples", [input])
                }
                continue
            }
            guard let own = input[axis].fixed, own > 0,
                (1...GraphBuilder.maximumElements).contains(extent.count)
            else {
                throw .shapes("axis \(axis) cannot have the extent \(extent.count)", [input])
            }
            if own == extent.count, extent.scale == 1, start == 0, end == 1 { continue }
            if cropsRegion, case .scales = target, start != 0 || end != 1 {
                throw .attribute(name: "scales", problem: "and a region leave the extent ambiguous")
            }
            let row = ResizedAxis(
                axis: axis,
                count: extent.count,
                scale: extent.scale,
                start: start,
                end: end
            )
            result.append(row)
        }
        return result
    }

    /// The extent and the scale along each axis; nil where the input's own stays, which may depend on the
    /// batch.
    private func targetExtents(
        _ input: SymbolicShape,
        _ axes: [Int]
    ) throws(OperatorError) -> [(count: Int, scale: Double)?] {
        switch target {
        case .scales(let scales):
            guard scales.count == axes.count, scales.allSatisfy({ $0.isFinite && $0 > 0 }) else {
                throw .attribute(name: "scales", problem: "are not a positive number for each axis")
            }
            var result: [(count: Int, scale: Double)?] = []
            for (axis, scale) in zip(axes, scales) {
                guard let extent = input[Axes.index(axis, rank: input.rank)].fixed else {
                    guard scale == 1 else {
                        throw .shapes("axis \(axis) depends on the number of samples", [input])
                    }
                    result.append(nil)
                    continue
                }
                let size = (Float(extent) * scale).rounded(.down)
                guard size <= Float(GraphBuilder.maximumElements) else {
                    throw .attribute(name: "scales", problem: "make an axis of \(size) elements")
                }
                result.append((Int(size), Double(scale)))
            }
            return result
        case .sizes(let sizes, let ratio):
            guard sizes.count == axes.count,
                sizes.allSatisfy({ (1...GraphBuilder.maximumElements).contains($0) })
            else {
                throw .attribute(name: "sizes", problem: "are not a positive extent for each axis")
            }
            var extents: [Int] = []
            for axis in axes {
                guard let extent = input[Axes.index(axis, rank: input.rank)].fixed, extent > 0 else {
                    throw .shapes("axis \(axis) depends on the number of samples, or is empty", [input])
                }
                extents.append(extent)
            }
            let scales = zip(sizes, extents).map { Double($0) / Double($1) }
            if ratio == .stretch { return zip(sizes, scales).map { ($0, $1) } }
            let common = (ratio == .notLarger ? scales.min() : scales.max()) ?? 1
            return extents.map { extent in
                let size = (common * Double(extent) + 0.5).rounded(.down)
                return (size <= Double(GraphBuilder.maximumElements) ? Int(size) : .max, common)
            }
        }
    }
}
