import BulwarkAttacks
import BulwarkModels
import BulwarkTensors

/// The values that inputs may have: what the user said, 0 to 1 for images, the range of each feature for
/// tables.
struct InputBox {
    let bounds: Bounds
    /// What a reader of results is to know about it.
    let notes: [String]

    /// - Parameters:
    ///   - data: Samples of the model's input shape.
    ///   - path: Where they come from, for messages.
    ///   - given: What the user said.
    ///   - constraints: What is known about the columns of a table.
    /// - Throws: `CommandFailure` if images have values outside 0 to 1 and the user said nothing.
    init(for data: DataSet, path: String, given: Bounds?, constraints: FeatureConstraints? = nil) throws {
        if let given {
            (bounds, notes) = (given, [])
            return
        }
        guard data.inputs.isFinite else {
            // Leave the finding of the place to the validation that follows.
            (bounds, notes) = (Bounds(-Float.greatestFiniteMagnitude, .greatestFiniteMagnitude), [])
            return
        }
        guard data.kind == .tabular else {
            try Self.requirePixels(data.inputs.elements, path: path)
            (bounds, notes) = (Bounds(0, 1), [])
            return
        }
        let seen = Self.ranges(of: data)
        bounds = constraints?.box(besides: seen) ?? seen
        let origin =
            constraints == nil
            ? "the box of each feature is the range it has in the data"
            : "the box of each feature has the ends that the constraints state, or else those of the data"
        notes = [origin] + Self.remarks(on: bounds)
    }

    private static func requirePixels(_ elements: Elements, path: String) throws {
        let (lowest, highest) = (elements.min() ?? 0, elements.max() ?? 0)
        guard lowest >= 0, highest <= 1 else {
            throw CommandFailure(
                .badInput,
                "\(path): inputs range from \(lowest) to \(highest), outside the box 0 to 1 of images",
                hint:
                    "say which values inputs may have, as in --bounds \(lowest.rounded(.down)),\(highest.rounded(.up))"
            )
        }
    }

    /// The range that each feature has.
    private static func ranges(of data: DataSet) -> Bounds {
        let size = max(data.sampleShape.count, 1)
        let elements = data.inputs.elements
        var lower = Array(elements.prefix(size))
        var upper = lower
        for position in 0..<elements.count {
            lower[position % size] = min(lower[position % size], elements[position])
            upper[position % size] = max(upper[position % size], elements[position])
        }
        return Bounds(lower: lower, upper: upper)
    }

    private static func remarks(on bounds: Bounds) -> [String] {
        let widths = zip(bounds.lower, bounds.upper).map { $1 - $0 }.filter { $0 > 0 }
        guard let narrow = widths.min(), let wide = widths.max(), wide > 100 * narrow else { return [] }
        return [
            "features differ in scale by a factor of \(Int((wide / narrow).rounded())): one radius in input units is large "
                + "for some and small for others; standardise the data, for a model that takes standardised features"
        ]
    }
}

extension Norm {
    /// The radius that is taken where the user names none, in input units.
    func usualRadius(for shape: Shape, in bounds: Bounds) -> Float {
        switch self {
        case .linf: shape.rank == 3 && shape[0] == 3 ? 8 / 255 * bounds.extent : 0.1 * bounds.extent
        case .l2: 0.5 * bounds.extent
        case .l1: 10 * bounds.extent
        case .l0: max(1, (0.01 * Float(shape.count)).rounded())
        }
    }
}
