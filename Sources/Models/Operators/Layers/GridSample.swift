import BulwarkTensors

/// Images sampled at places that are inputs, too (ONNX `GridSample`).
///
/// Inputs: images `[N, C, …]` with one to three spatial axes, and places `[N, …, axes]`, each the coordinates
/// of the last axis first, from -1 to 1 across the image. Jaderberg, Simonyan, Zisserman and Kavukcuoglu,
/// "Spatial transformer networks" (arXiv 1506.02025), section 3.3.
public struct GridSample: Operator {
    /// How places between pixels get their values.
    public enum Interpolation: String, Sendable {
        /// From one neighbour; of two that are equally far from the one with the even coordinate.
        case nearest = "nearest"
        /// From both neighbours along each axis.
        case linear = "bilinear"
        /// From four neighbours along each axis, by Keys's kernel with the coefficient -0.75.
        case cubic = "bicubic"
    }

    /// What lies beyond an image.
    public enum Padding: String, Sendable {
        /// Zeros.
        case zeros = "zeros"
        /// The nearest pixel.
        case border = "border"
        /// The image, mirrored.
        case reflection = "reflection"
    }

    /// How places between pixels get their values.
    public let interpolation: Interpolation
    /// What lies beyond an image.
    public let padding: Padding
    /// Whether -1 and 1 are the centres of the outermost pixels rather than their outer borders.
    public let alignsCorners: Bool
    /// The number of spatial axes.
    public let axes: Int

    /// A sampling.
    public init(
        interpolation: Interpolation = .linear,
        padding: Padding = .zeros,
        alignsCorners: Bool = false,
        axes: Int = 2
    ) {
        self.axes = axes
        self.interpolation = interpolation
        self.padding = padding
        self.alignsCorners = alignsCorners
    }

    /// `[N, C]` with the extents of the places.
    public func outputShape(for inputs: [SymbolicShape]) throws(OperatorError) -> SymbolicShape {
        try inputs.expectCount(2...2)
        let (images, places) = (inputs[0], inputs[1])
        guard places.rank == images.rank, images[0] == places[0] else {
            throw .shapes("images and places have the same rank and number", inputs)
        }
        let extents = try SlidingWindow.spatialExtents(images)
        guard extents.count == axes, !extents.contains(0), places[places.rank - 1].fixed == extents.count
        else {
            throw .shapes("a place has one coordinate for each of the images' axes, none empty", inputs)
        }
        return SymbolicShape(Array(images.dimensions[..<2]) + Array(places.dimensions[1..<places.rank - 1]))
    }

    /// The pixels around each place, weighted.
    public func value(of inputs: [Tensor], shape: Shape) -> Tensor {
        let source = inputs[0].elements
        let (channels, plane) = (shape[1], imageSize(inputs[0]))
        let count = placeCount(inputs[1])
        return Tensor(shape) { target in
            forEachPlace(inputs) { sample, place, taps, _ in
                for channel in 0..<channels {
                    let start = (sample * channels + channel) * plane
                    var sum: Float = 0
                    for tap in taps { sum += tap.weight * source[start + tap.position] }
                    target[(sample * channels + channel) * count + place] = sum
                }
            }
        }
    }

    /// The cotangent at the pixels around each place, weighted; and for each place how the weights change
    /// with it.
    public func vjp(_ cotangent: Tensor, inputs: [Tensor], output: Tensor, needed: [Bool]) -> [Tensor?] {
        let (source, gradient) = (inputs[0].elements, cotangent.elements)
        let (channels, plane) = (output.shape[1], imageSize(inputs[0]))
        let count = placeCount(inputs[1])
        var ofImages: Tensor? = needed[0] ? Tensor(inputs[0].shape) : nil
        var ofPlaces: Tensor? = needed[1] ? Tensor(inputs[1].shape) : nil
        forEachPlace(inputs) { sample, place, taps, slopes in
            for channel in 0..<channels {
                let start = (sample * channels + channel) * plane
                let step = gradient[(sample * channels + channel) * count + place]
                ofImages?.mutate { target in
                    for tap in taps { target[start + tap.position] += tap.weight * step }
                }
                ofPlaces?.mutate { target in
                    for axis in 0..<axes {
                        var sum: Float = 0
                        for (index, tap) in taps.enumerated() {
                            sum += slopes[axis][index] * source[start + tap.position]
                        }
                        // The last axis comes first.
                        target[(sample * count + place) * axes + axes - 1 - axis] += sum * step
                    }
                }
            }
        }
        return [ofImages, ofPlaces]
    }

    private func imageSize(_ images: Tensor) -> Int { images.shape.dimensions.dropFirst(2).reduce(1, *) }

    private func placeCount(_ places: Tensor) -> Int {
        places.shape.dimensions.dropFirst().dropLast().reduce(1, *)
    }

    /// Visits every place with the pixels around it, and for each axis how their weights change with the
    /// coordinate.
    private func forEachPlace(
        _ inputs: [Tensor],
        _ body: (_ sample: Int, _ place: Int, _ taps: [PixelTap], _ slopes: [[Float]]) -> Void
    ) {
        let extents = Array(inputs[0].shape.dimensions.dropFirst(2))
        let coordinates = inputs[1].elements
        let count = placeCount(inputs[1])
        let axes = extents.map { GridAxis(extent: $0, sampling: self) }
        for sample in 0..<inputs[1].shape[0] {
            for place in 0..<count {
                let start = (sample * count + place) * axes.count
                var taps = [PixelTap(position: 0, weight: 1)]
                var slopes: [[Float]] = []
                for (axis, row) in axes.enumerated() {
                    let own = row.taps(coordinates[start + axes.count - 1 - axis])
                    slopes = slopes.map { list in
                        list.flatMap { slope in own.map { slope * $0.weight } }
                    }
                    slopes.append(taps.flatMap { tap in own.map { tap.weight * $0.slope } })
                    taps = taps.flatMap { tap in
                        own.map {
                            PixelTap(
                                position: tap.position * row.extent + $0.coordinate,
                                weight: tap.weight * $0.weight
                            )
                        }
                    }
                }
                body(sample, place, taps, slopes)
            }
        }
    }

    /// `GridSample`, of operator set 16 for two spatial axes, else 20, which names its modes differently.
    public var onnx: ONNXForm {
        let mode = axes == 2 ? interpolation.rawValue : interpolation.laterName
        return ONNXForm(
            "GridSample",
            [
                "mode": .string(mode), "padding_mode": .string(padding.rawValue),
                "align_corners": .int(alignsCorners ? 1 : 0),
            ],
            opset: axes == 2 ? 17 : 20
        )
    }

    static func lower(_ node: ONNXNode, into lowering: inout ONNXLowering) throws -> [ImportedValue] {
        let mode = try node.string("mode") ?? "linear"
        let all: [Interpolation] = [.nearest, .linear, .cubic]
        guard let interpolation = all.first(where: { $0.rawValue == mode || $0.laterName == mode }) else {
            throw node.error("attribute mode is neither nearest, linear nor cubic")
        }
        let rank = try lowering.shape(of: node.input(0)).rank
        let operation = GridSample(
            interpolation: interpolation,
            padding: try node.choice("padding_mode", default: .zeros),
            alignsCorners: try node.int("align_corners") ?? 0 != 0,
            axes: rank - 2
        )
        return [try lowering.emit(operation, node, inputs: [0, 1])]
    }
}

extension GridSample.Interpolation {
    /// What operator sets since 20 call it.
    fileprivate var laterName: String {
        switch self {
        case .nearest: "nearest"
        case .linear: "linear"
        case .cubic: "cubic"
        }
    }
}

/// A pixel that takes part in a sample.
struct PixelTap {
    /// Its position in the image.
    let position: Int
    let weight: Float
}
