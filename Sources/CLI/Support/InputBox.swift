import BulwarkAttacks
import BulwarkModels
import BulwarkTensors
import Foundation

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
        // A width may be beyond what a float holds, and a ratio beyond what an integer does.
        let widths = zip(bounds.lower, bounds.upper).map { Double($1) - Double($0) }.filter { $0 > 0 }
        guard let narrow = widths.min(), let wide = widths.max(), wide > 100 * narrow else { return [] }
        let factor = String(format: "%.3g", wide / narrow)
        return [
            "features differ in scale by a factor of \(factor): one radius in input units is large "
                + "for some and small for others; standardise the data, for a model that takes standardised features"
        ]
    }
}

/// The ends of a box, for reports and claims.
struct BoxEnds: Codable, Equatable, CustomStringConvertible {
    /// The smallest value that any element may have.
    let lower: Float
    /// The largest.
    let upper: Float
    /// Whether each element has ends of its own, within these.
    let isByFeature: Bool

    init(_ bounds: Bounds) {
        (lower, upper) = (bounds.lower.min() ?? 0, bounds.upper.max() ?? 0)
        isByFeature = bounds.lower.count > 1
    }

    /// As in `0,1`, or `by feature, from -1.5 to 20`.
    var description: String {
        func text(_ value: Float) -> String { Int(exactly: value).map { "\($0)" } ?? "\(value)" }
        return isByFeature
            ? "by feature, from \(text(lower)) to \(text(upper))" : "\(text(lower)),\(text(upper))"
    }
}

extension Bounds {
    /// Refuses a box so wide that a step across all of it is no number any more.
    ///
    /// - Throws: `CommandFailure` that names the file of the inputs.
    func requireReach(for shape: Shape, path: String) throws {
        guard (8 * extent * Float(max(shape.count, 1))).isFinite else {
            throw CommandFailure(
                .badInput,
                "\(path): the box of inputs (\(BoxEnds(self))) is too wide to compute in",
                hint: "say which values inputs may have with --bounds"
            )
        }
    }
}

extension Norm {
    /// The radius in input units: the one that the user named, or a share of the box.
    ///
    /// - Throws: `CommandFailure` that names the file of the inputs if steps of some radii are no numbers any more.
    func radius(_ given: Float?, for shape: Shape, in bounds: Bounds, path: String) throws -> Float {
        let radius = given ?? usualRadius(for: shape, in: bounds)
        guard (8 * radius).isFinite else {
            throw CommandFailure(
                .badInput,
                "\(path): a radius of \(radius) in a box of \(BoxEnds(bounds)) is too large to compute with",
                hint: "give a radius with --epsilon, or a narrower box with --bounds"
            )
        }
        return radius
    }

    private func usualRadius(for shape: Shape, in bounds: Bounds) -> Float {
        switch self {
        case .linf: shape.rank == 3 && shape[0] == 3 ? 8 / 255 * bounds.extent : 0.1 * bounds.extent
        case .l2: 0.5 * bounds.extent
        case .l1: 10 * bounds.extent
        case .l0: max(1, (0.01 * Float(shape.count)).rounded())
        }
    }
}
