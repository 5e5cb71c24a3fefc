import BulwarkTensors

extension Resize {
    static func lower(_ node: ONNXNode, into lowering: inout ONNXLowering) throws -> [ImportedValue] {
        let input = try node.input(0)
        let shape = lowering.shape(of: input)
        if node.opset < 11 { return [try lowerEarly(node, input, shape, into: &lowering)] }
        let coordinates = try node.choice("coordinate_transformation_mode", default: Coordinates.halfPixel)
        let axes = try node.ints("axes")
        _ = try node.checked { () throws(OperatorError) in try Axes.resolve(axes ?? [], rank: shape.rank) }
        let named = axes?.map { Axes.index($0, rank: shape.rank) } ?? Array(0..<shape.rank)
        let region = coordinates == .cropAndResize ? try node.optionalFloats(1) ?? [] : []
        let (target, resized) = try target(node, shape, named, region, lowering.firstAxisGrows)
        let operation = Resize(
            axes: resized,
            target: target,
            coordinates: coordinates,
            interpolation: try interpolation(node),
            excludesOutside: try node.int("exclude_outside") ?? 0 != 0,
            region: region,
            extrapolation: try node.float("extrapolation_value") ?? 0
        )
        return [try lowering.apply(operation, input, of: node)]
    }

    /// `Upsample`, whose scales are an attribute in operator set 7 and an input in 9.
    static func lowerUpsample(_ node: ONNXNode, into lowering: inout ONNXLowering) throws -> [ImportedValue] {
        let input = try node.input(0)
        return [try lowerEarly(node, input, lowering.shape(of: input), into: &lowering)]
    }

    /// `Upsample` and the first `Resize`, which know one way to place coordinates.
    private static func lowerEarly(
        _ node: ONNXNode,
        _ input: ImportedValue,
        _ shape: SymbolicShape,
        into lowering: inout ONNXLowering
    ) throws -> ImportedValue {
        guard let scales = try node.floats("scales") ?? node.optionalFloats(1) else {
            throw node.error("its scales are missing")
        }
        let shrinks = scales.contains { $0 < 1 }
        guard !shrinks || !scales.contains(where: { $0 > 1 }) else {
            throw node.error(
                "grows along one axis and shrinks along another, which this operator set leaves open"
            )
        }
        let interpolation: Interpolation
        switch try node.string("mode") ?? "nearest" {
        case "nearest": interpolation = .nearest(shrinks ? .ceiling : .floor)
        case "linear": interpolation = .linear()
        default: throw node.error("attribute mode is neither nearest nor linear")
        }
        let operation = Resize(
            target: .scales(scales),
            coordinates: .asymmetric,
            interpolation: interpolation
        )
        return try lowering.apply(operation, input, of: node)
    }

    private static func interpolation(_ node: ONNXNode) throws -> Interpolation {
        let antialiases = try node.int("antialias") ?? 0 != 0
        switch try node.string("mode") ?? "nearest" {
        case "nearest":
            guard !antialiases else { throw node.error("antialias has no meaning for the nearest neighbour") }
            let written = try node.string("nearest_mode") ?? "round_prefer_floor"
            let all: [Rounding] = [
                .half(prefersCeiling: false), .half(prefersCeiling: true), .floor, .ceiling,
            ]
            guard let rounding = all.first(where: { $0.name == written }) else {
                throw node.error("attribute nearest_mode has the unknown value '\(written.prefix(40))'")
            }
            return .nearest(rounding)
        case "linear": return .linear(antialiases: antialiases)
        case "cubic":
            let coefficient = try node.float("cubic_coeff_a") ?? -0.75
            return .cubic(coefficient: coefficient, antialiases: antialiases)
        default: throw node.error("attribute mode is neither nearest, linear nor cubic")
        }
    }

    /// The target, and the axes it speaks of; nil for all of them.
    ///
    /// Scales are completed to all axes, which every operator set can say; sizes cannot, if one depends on
    /// the number of samples.
    private static func target(
        _ node: ONNXNode,
        _ shape: SymbolicShape,
        _ axes: [Int],
        _ region: [Float],
        _ firstAxisGrows: Bool
    ) throws -> (Target, axes: [Int]?) {
        if let scales = try node.optionalFloats(2), !scales.isEmpty {
            guard scales.count == axes.count else { throw node.error("it has \(scales.count) scales") }
            guard region.isEmpty else { return (.scales(scales), axes == Array(0..<shape.rank) ? nil : axes) }
            var all = [Float](repeating: 1, count: shape.rank)
            for (axis, scale) in zip(axes, scales) { all[axis] = scale }
            return (.scales(all), nil)
        }
        guard let sizes = try node.optionalIntegers(3), sizes.elements.count == axes.count else {
            throw node.error("it needs scales or sizes, one for each axis")
        }
        let ratio = try node.choice("keep_aspect_ratio_policy", default: AspectRatio.stretch)
        var (resized, extents): ([Int], [Int]) = ([], [])
        for (axis, size) in zip(axes, sizes.elements) {
            // An exporter that saw one sample wrote its count into the sizes.
            let isExample = axis == 0 && size == 1 && firstAxisGrows && shape[0] == .batch
            if size == shape[axis] || isExample, shape[axis].fixed == nil, ratio == .stretch, region.isEmpty {
                continue
            }
            guard let extent = size.fixed else {
                throw node.error("the size of axis \(axis) depends on the number of samples")
            }
            resized.append(axis)
            extents.append(extent)
        }
        if ratio == .stretch, region.isEmpty,
            let scales = exactScales(shape, Dictionary(uniqueKeysWithValues: zip(resized, extents)))
        {
            return (.scales(scales), nil)
        }
        return (.sizes(extents, ratio), resized == Array(0..<shape.rank) ? nil : resized)
    }

    /// The quotients of new and old extents, if floats hold them exactly.
    private static func exactScales(_ shape: SymbolicShape, _ extents: [Int: Int]) -> [Float]? {
        var scales: [Float] = []
        for axis in 0..<shape.rank {
            guard let extent = extents[axis] else {
                scales.append(1)
                continue
            }
            guard let own = shape[axis].fixed, own > 0 else { return nil }
            let scale = Float(extent) / Float(own)
            guard Double(scale) * Double(own) == Double(extent), Float(own) * scale == Float(extent) else {
                return nil
            }
            scales.append(scale)
        }
        return scales
    }
}

extension ONNXNode {
    /// Input `index` as floats known at import, or nil if it is left out.
    func optionalFloats(_ index: Int) throws(ONNXError) -> [Float]? {
        switch optionalInput(index) {
        case nil: return nil
        case .constant(let tensor): return Array(tensor.elements)
        case .integers(let array):
            if let numbers = array.fixed { return numbers.map { Float($0) } }
        case .value: break
        }
        throw error("input \(index) has to be numbers known before the model runs")
    }
}
