import BulwarkTensors

/// An image sampled at another resolution (ONNX `Resize` with its target known at import).
///
/// Each axis is interpolated on its own, one after the other.
public struct Resize: Operator {
    /// How large the result is along each axis.
    public enum Target: Sendable, Equatable {
        /// The extent is the input's times a number, rounded down.
        case scales([Float])
        /// The extent itself, or a bound for it.
        case sizes([Int], AspectRatio)
    }

    /// What happens to the proportions of an image.
    public enum AspectRatio: String, Sendable {
        /// They become those of the target.
        case stretch = "stretch"
        /// They stay, and no extent is larger than the target's.
        case notLarger = "not_larger"
        /// They stay, and no extent is smaller than the target's.
        case notSmaller = "not_smaller"
    }

    /// Which place of the input a coordinate of the output stands for.
    public enum Coordinates: String, Sendable {
        /// Pixels are areas, and the borders of the images coincide.
        case halfPixel = "half_pixel"
        /// The same, with the fraction that rounding took away on both sides.
        case halfPixelSymmetric = "half_pixel_symmetric"
        /// The same as `halfPixel`, but a single output stands for the first input.
        case pytorchHalfPixel = "pytorch_half_pixel"
        /// The centres of the first and of the last pixels coincide.
        case alignCorners = "align_corners"
        /// The centres of the first pixels coincide.
        case asymmetric = "asymmetric"
        /// The corners of the output are those of a region of the input.
        case cropAndResize = "tf_crop_and_resize"
    }

    /// Which neighbour is the nearest.
    public enum Rounding: Sendable, Equatable {
        /// The closer one, and halfway between both the one named.
        case half(prefersCeiling: Bool)
        /// The one before.
        case floor
        /// The one after.
        case ceiling
    }

    /// How places between pixels get their values.
    public enum Interpolation: Sendable, Equatable {
        /// From one neighbour.
        case nearest(Rounding)
        /// From both neighbours along each axis, or from more of them where an image shrinks.
        case linear(antialiases: Bool = false)
        /// From four neighbours along each axis by Keys's kernel, or from more of them where an image
        /// shrinks.
        case cubic(coefficient: Float = -0.75, antialiases: Bool = false)
    }

    /// The axes that target and region speak of; nil for all of them.
    public let axes: [Int]?
    /// The extents of the result.
    public let target: Target
    /// Which place of the input a coordinate of the output stands for.
    public let coordinates: Coordinates
    /// How places between pixels get their values.
    public let interpolation: Interpolation
    /// Whether neighbours beyond the border count for nothing rather than as the border.
    public let excludesOutside: Bool
    /// For `cropAndResize` the first, then the last place of each axis, as fractions of it.
    public let region: [Float]
    /// For `cropAndResize` what stands at places outside the image.
    public let extrapolation: Float

    /// A change of resolution.
    public init(
        axes: [Int]? = nil,
        target: Target,
        coordinates: Coordinates = .halfPixel,
        interpolation: Interpolation,
        excludesOutside: Bool = false,
        region: [Float] = [],
        extrapolation: Float = 0
    ) {
        self.axes = axes
        self.target = target
        self.coordinates = coordinates
        self.interpolation = interpolation
        self.excludesOutside = excludesOutside
        self.region = region
        self.extrapolation = extrapolation
    }

    /// The input's shape with other extents along the axes.
    public func outputShape(for inputs: [SymbolicShape]) throws(OperatorError) -> SymbolicShape {
        try inputs.expectCount(1...1)
        var result = inputs[0].dimensions
        for row in try resizedAxes(inputs[0]) { result[row.axis] = Dimension(constant: row.count) }
        return SymbolicShape(result)
    }

    /// The image, sampled along one axis after the other.
    public func value(of inputs: [Tensor], shape: Shape) -> Tensor {
        samplings(inputs[0].shape).reduce(inputs[0]) { image, row in
            row.sampling.sampling(image, axis: row.axis, filler: extrapolation)
        }
    }

    /// The cotangent of each output at the inputs it was made of, with their weights.
    public func vjp(_ cotangent: Tensor, inputs: [Tensor], output: Tensor, needed: [Bool]) -> [Tensor?] {
        guard needed[0] else { return [nil] }
        let shape = inputs[0].shape
        return [
            samplings(shape).reversed().reduce(cotangent) { gradient, row in
                row.sampling.scattering(gradient, axis: row.axis, extent: shape[row.axis])
            }
        ]
    }

    private func samplings(_ shape: Shape) -> [(axis: Int, sampling: AxisSampling)] {
        let rows = (try? resizedAxes(SymbolicShape(shape))) ?? []
        // What shrinks comes first, so that no image on the way is larger than both ends.
        let order = rows.sorted { $0.count * shape[$1.axis] < $1.count * shape[$0.axis] }
        return order.map { row in
            let sampling = AxisSampling(
                extent: shape[row.axis],
                count: row.count,
                scale: row.scale,
                interpolation: interpolation,
                excludesOutside: excludesOutside,
                refusesOutside: coordinates == .cropAndResize,
                position: { place(of: $0, row, extent: shape[row.axis]) }
            )
            return (row.axis, sampling)
        }
    }

    private func place(of coordinate: Int, _ row: ResizedAxis, extent: Int) -> Double {
        let (x, last) = (Double(coordinate), Double(extent - 1))
        let width = row.scale * Double(extent)
        switch coordinates {
        case .halfPixel: return (x + 0.5) / row.scale - 0.5
        case .halfPixelSymmetric:
            let offset = Double(extent) / 2 * (1 - Double(row.count) / width)
            return offset + (x + 0.5) / row.scale - 0.5
        case .pytorchHalfPixel: return row.count > 1 ? (x + 0.5) / row.scale - 0.5 : 0
        case .alignCorners: return row.count > 1 ? x * last / (width - 1) : 0
        case .asymmetric: return x / row.scale
        case .cropAndResize:
            let (start, end) = (Double(row.start) * last, Double(row.end) * last)
            return row.count > 1 ? start + x * (end - start) / (width - 1) : (start + end) / 2
        }
    }

    /// `Resize`, of operator set 18 or 19 if it needs what these brought.
    public var onnx: ONNXForm {
        var attributes: [String: ONNXForm.Attribute] = [
            "coordinate_transformation_mode": .string(coordinates.rawValue),
            "exclude_outside": .int(excludesOutside ? 1 : 0),
        ]
        if let axes { attributes["axes"] = .ints(axes) }
        if coordinates == .cropAndResize { attributes["extrapolation_value"] = .float(extrapolation) }
        switch interpolation {
        case .nearest(let rounding):
            attributes["mode"] = .string("nearest")
            attributes["nearest_mode"] = .string(rounding.name)
        case .linear(let antialiases):
            attributes["mode"] = .string("linear")
            if antialiases { attributes["antialias"] = .int(1) }
        case .cubic(let coefficient, let antialiases):
            attributes["mode"] = .string("cubic")
            attributes["cubic_coeff_a"] = .float(coefficient)
            if antialiases { attributes["antialias"] = .int(1) }
        }
        if case .sizes(_, let ratio) = target, ratio != .stretch {
            attributes["keep_aspect_ratio_policy"] = .string(ratio.rawValue)
        }
        let isLater = ["axes", "antialias", "keep_aspect_ratio_policy"].contains { attributes[$0] != nil }
        let opset = coordinates == .halfPixelSymmetric ? 19 : isLater ? 18 : 17
        let roi = region.isEmpty ? ONNXForm.Constant.absent : .floats(region)
        switch target {
        case .scales(let scales):
            return ONNXForm("Resize", attributes, trailing: [roi, .floats(scales)], opset: opset)
        case .sizes(let sizes, _):
            return ONNXForm("Resize", attributes, trailing: [roi, .absent, .ints(sizes)], opset: opset)
        }
    }
}

extension Resize.Rounding {
    /// What ONNX calls it.
    var name: String {
        switch self {
        case .half(let prefersCeiling): prefersCeiling ? "round_prefer_ceil" : "round_prefer_floor"
        case .floor: "floor"
        case .ceiling: "ceil"
        }
    }
}
