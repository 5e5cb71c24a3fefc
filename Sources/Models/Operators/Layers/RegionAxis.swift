/// Where the samples of one region lie along one axis of an image.
struct RegionAxis {
    /// The most samples a cell may have along an axis.
    static let maximumSamples = 1024

    /// One sample: the pixels before and after it, with their weights.
    struct Place {
        let pixels: [Int]
        let weights: [Float]
        /// False far outside the image, where the sample is 0.
        let isInside: Bool
        /// How far the sample moves with the region's start and with its end; 0 at the image's border.
        let motion: (start: Float, end: Float)

        /// How the weight of the pixel before or after grows with the region's corners, times a factor.
        func slope(_ side: Int, times factor: Float) -> (start: Float, end: Float) {
            guard isInside else { return (0, 0) }
            let sign: Float = side == 0 ? -factor : factor
            return (sign * motion.start, sign * motion.end)
        }
    }

    /// The number of samples of a cell.
    let samples: Int
    /// The samples of each cell.
    let places: [[Place]]

    /// The samples between `start` and `end` of a region, or nil if these are out of all proportion.
    init?(_ operation: RoiAlign, count: Int, extent: Int, start: Float, end: Float) {
        let scale = operation.spatialScale
        let offset: Float = operation.isHalfPixel ? 0.5 : 0
        let (first, last) = (start * scale - offset, end * scale - offset)
        // Without the half pixel a region is at least one pixel wide.
        let isStretched = !operation.isHalfPixel && last - first < 1
        let size = isStretched ? 1 : last - first
        guard first.isFinite, last.isFinite, size.isFinite else { return nil }
        let perCell = size / Float(count)
        let samples: Float =
            operation.samplingRatio > 0 ? Float(operation.samplingRatio) : perCell.rounded(.up)
        guard samples <= Float(Self.maximumSamples) else { return nil }
        self.samples = max(Int(samples), 0)
        let total = self.samples
        places = (0..<count).map { cell in
            (0..<total).map { index in
                let within = (Float(index) + 0.5) / Float(total)
                let fraction = (Float(cell) + within) / Float(count)
                let motion = (
                    start: scale * (isStretched ? 1 : 1 - fraction), end: scale * (isStretched ? 0 : fraction)
                )
                let position = first + Float(cell) * perCell + within * perCell
                return Self.place(position, extent, motion)
            }
        }
    }

    private static func place(_ position: Float, _ extent: Int, _ motion: (start: Float, end: Float)) -> Place
    {
        guard position >= -1, position <= Float(extent) else {
            return Place(pixels: [0, 0], weights: [0, 0], isInside: false, motion: (0, 0))
        }
        let inside = max(position, 0)
        let before = Int(inside)
        guard before < extent - 1 else {
            return Place(pixels: [extent - 1, extent - 1], weights: [1, 0], isInside: true, motion: (0, 0))
        }
        let rest = inside - Float(before)
        return Place(
            pixels: [before, before + 1],
            weights: [1 - rest, rest],
            isInside: true,
            motion: position > 0 ? motion : (0, 0)
        )
    }
}
