import BulwarkTensors

/// Regions of images sampled at a fixed resolution (ONNX `RoiAlign`).
///
/// Inputs: images `[N, C, H, W]`, regions `[R, 4]` as (x1, y1, x2, y2), and for each region the number of its
/// image `[R]`. He, Gkioxari, Dollár and Girshick, "Mask R-CNN" (arXiv 1703.06870), section 3.
public struct RoiAlign: HeavyOperator {
    /// What becomes of the samples in one cell.
    public enum Mode: String, Sendable {
        /// Their mean.
        case average = "avg"
        /// The largest weighted pixel around any of them.
        case maximum = "max"
    }

    /// The extents of the result.
    public let extents: [Int]
    /// The number of samples of a cell along each axis; 0 for one for each pixel it covers.
    public let samplingRatio: Int
    /// How many pixels one unit of the regions is.
    public let spatialScale: Float
    /// Whether regions speak of areas whose first pixel has its centre at a half.
    public let isHalfPixel: Bool
    /// What becomes of the samples in one cell.
    public let mode: Mode

    /// A sampling of regions to `extents`, height and width.
    public init(
        extents: [Int],
        samplingRatio: Int = 0,
        spatialScale: Float = 1,
        isHalfPixel: Bool = true,
        mode: Mode = .average
    ) {
        self.extents = extents
        self.samplingRatio = samplingRatio
        self.spatialScale = spatialScale
        self.isHalfPixel = isHalfPixel
        self.mode = mode
    }

    /// `[R, C, height, width]`.
    public func outputShape(for inputs: [SymbolicShape]) throws(OperatorError) -> SymbolicShape {
        try inputs.expectCount(3...3)
        guard inputs[0].rank == 4, inputs[1].rank == 2, inputs[1][1] == 4, inputs[2] == [inputs[1][0]] else {
            throw .shapes("it takes images [N, C, H, W], regions [R, 4] and their images [R]", inputs)
        }
        guard try !SlidingWindow.spatialExtents(inputs[0]).contains(0) else {
            throw .shapes("the images are empty", inputs)
        }
        guard extents.count == 2, extents.allSatisfy({ (1...GraphBuilder.maximumElements).contains($0) })
        else {
            throw .attribute(name: "output_height", problem: "or output_width is not a positive extent")
        }
        guard (0...RegionAxis.maximumSamples).contains(samplingRatio) else {
            throw .attribute(name: "sampling_ratio", problem: "\(samplingRatio) is out of range")
        }
        return SymbolicShape([inputs[1][0], inputs[0][1]] + extents.map { Dimension(constant: $0) })
    }

    /// The samples of each cell; NaN for a region that no image has, or with corners out of all proportion.
    public func value(of inputs: [Tensor], shape: Shape) -> Tensor {
        let source = inputs[0].elements
        let (channels, image) = (inputs[0].shape[1], inputs[0].shape)
        let plane = image[2] * image[3]
        return Tensor(shape) { target in
            for region in 0..<shape[0] {
                let first = region * channels * extents[0] * extents[1]
                guard let (sample, rows, columns) = axes(region, inputs) else {
                    for offset in 0..<channels * extents[0] * extents[1] { target[first + offset] = .nan }
                    continue
                }
                for channel in 0..<channels {
                    let start = (sample * channels + channel) * plane
                    var output = first + channel * extents[0] * extents[1]
                    for row in 0..<extents[0] {
                        for column in 0..<extents[1] {
                            var (sum, largest) = (0.0, -Float.infinity)
                            forEachTap(rows, columns, row, column, width: image[3]) { tap in
                                let part = tap.weight * source[start + tap.position]
                                sum += Double(part)
                                largest = max(largest, part)
                            }
                            let count = rows.samples * columns.samples
                            switch mode {
                            case .average: target[output] = Float(sum / Double(max(count, 1)))
                            case .maximum: target[output] = count == 0 ? 0 : largest
                            }
                            output += 1
                        }
                    }
                }
            }
        }
    }

    /// The cotangent at the pixels, weighted; for the regions how the weights change with their corners; zero
    /// for the numbers of images.
    public func vjp(_ cotangent: Tensor, inputs: [Tensor], output: Tensor, needed: [Bool]) -> [Tensor?] {
        let (source, gradient) = (inputs[0].elements, cotangent.elements)
        let (channels, image) = (inputs[0].shape[1], inputs[0].shape)
        let plane = image[2] * image[3]
        var ofImages: Tensor? = needed[0] ? Tensor(image) : nil
        // (x1, y1, x2, y2) of each region.
        var corners = [Double](repeating: 0, count: inputs[1].count)
        for region in 0..<output.shape[0] {
            guard let (sample, rows, columns) = axes(region, inputs) else { continue }
            for channel in 0..<channels {
                let start = (sample * channels + channel) * plane
                var position = (region * channels + channel) * extents[0] * extents[1]
                for row in 0..<extents[0] {
                    for column in 0..<extents[1] {
                        let share =
                            gradient[position]
                            / (mode == .average ? Float(max(rows.samples * columns.samples, 1)) : 1)
                        position += 1
                        func pass(_ tap: RegionTap) {
                            ofImages?.mutate { $0[start + tap.position] += tap.weight * share }
                            let pixel = Double(source[start + tap.position] * share)
                            corners[4 * region] += pixel * Double(tap.slopes.x.start)
                            corners[4 * region + 1] += pixel * Double(tap.slopes.y.start)
                            corners[4 * region + 2] += pixel * Double(tap.slopes.x.end)
                            corners[4 * region + 3] += pixel * Double(tap.slopes.y.end)
                        }
                        switch mode {
                        case .average: forEachTap(rows, columns, row, column, width: image[3], pass)
                        case .maximum:
                            var (largest, best) = (-Float.infinity, RegionTap?.none)
                            forEachTap(rows, columns, row, column, width: image[3]) { tap in
                                let part = tap.weight * source[start + tap.position]
                                if part > largest || best == nil { (largest, best) = (part, tap) }
                            }
                            if let best { pass(best) }
                        }
                    }
                }
            }
        }
        return [
            ofImages, needed[1] ? Tensor(inputs[1].shape, generating: { Float(corners[$0]) }) : nil,
            needed[2] ? Tensor(inputs[2].shape) : nil,
        ]
    }

    /// The image of a region and where its samples lie, or nil if there is no such image.
    private func axes(
        _ region: Int,
        _ inputs: [Tensor]
    ) -> (sample: Int, rows: RegionAxis, columns: RegionAxis)? {
        guard let sample = Int(exactly: inputs[2][region]), (0..<inputs[0].shape[0]).contains(sample) else {
            return nil
        }
        func axis(_ number: Int) -> RegionAxis? {
            let start = inputs[1][4 * region + 1 - number]
            let end = inputs[1][4 * region + 3 - number]
            return RegionAxis(
                self,
                count: extents[number],
                extent: inputs[0].shape[2 + number],
                start: start,
                end: end
            )
        }
        guard let rows = axis(0), let columns = axis(1) else { return nil }
        return (sample, rows, columns)
    }

    /// Visits the four pixels around each sample of a cell.
    private func forEachTap(
        _ rows: RegionAxis,
        _ columns: RegionAxis,
        _ row: Int,
        _ column: Int,
        width: Int,
        _ body: (RegionTap) -> Void
    ) {
        for y in rows.places[row] {
            for x in columns.places[column] {
                for (top, left) in [(0, 0), (0, 1), (1, 0), (1, 1)] {
                    let tap = RegionTap(
                        position: y.pixels[top] * width + x.pixels[left],
                        weight: y.isInside && x.isInside ? y.weights[top] * x.weights[left] : 0,
                        slopes: (
                            y.slope(top, times: x.isInside ? x.weights[left] : 0),
                            x.slope(left, times: y.isInside ? y.weights[top] : 0)
                        )
                    )
                    body(tap)
                }
            }
        }
    }

    func stepsPerElement(_ inputs: [Tensor]) -> Int {
        let samples = samplingRatio > 0 ? samplingRatio : RegionAxis.maximumSamples
        return 4 * samples * samples
    }

    /// `RoiAlign` of operator set 16.
    public var onnx: ONNXForm {
        ONNXForm(
            "RoiAlign",
            [
                "output_height": .int(extents.first ?? 1), "output_width": .int(extents.last ?? 1),
                "sampling_ratio": .int(samplingRatio), "spatial_scale": .float(spatialScale),
                "coordinate_transformation_mode": .string(isHalfPixel ? "half_pixel" : "output_half_pixel"),
                "mode": .string(mode.rawValue),
            ],
            inputTypes: [2: .int64]
        )
    }

    static func lower(_ node: ONNXNode, into lowering: inout ONNXLowering) throws -> [ImportedValue] {
        let standard = node.opset < 16 ? "output_half_pixel" : "half_pixel"
        let coordinates = try node.string("coordinate_transformation_mode") ?? standard
        guard ["half_pixel", "output_half_pixel"].contains(coordinates) else {
            throw node.error("attribute coordinate_transformation_mode has an unknown value")
        }
        let operation = RoiAlign(
            extents: [try node.int("output_height") ?? 1, try node.int("output_width") ?? 1],
            samplingRatio: try node.int("sampling_ratio") ?? 0,
            spatialScale: try node.float("spatial_scale") ?? 1,
            isHalfPixel: coordinates == "half_pixel",
            mode: try node.choice("mode", default: .average)
        )
        return [try lowering.emit(operation, node, inputs: [0, 1, 2])]
    }
}

/// A pixel's part in one sample of a region.
private struct RegionTap {
    let position: Int
    let weight: Float
    /// How the weight changes with the region's first and last row, and with its first and last column.
    let slopes: (y: (start: Float, end: Float), x: (start: Float, end: Float))
}
