import BulwarkTensors

/// Every n-th element of a range along some axes (ONNX `Slice` with bounds known at import).
public struct Slice: Operator {
    /// What stays of one axis.
    public struct Part: Sendable, Equatable {
        /// The axis, from 0.
        public let axis: Int
        /// The first coordinate that stays.
        public let start: Int
        /// How many coordinates stay.
        public let count: Int
        /// How far they are apart; negative for a reversed order.
        public let step: Int

        /// The coordinates `start`, `start + step`, … of an axis.
        public init(axis: Int, start: Int, count: Int, step: Int = 1) {
            self.axis = axis
            self.start = start
            self.count = count
            self.step = step
        }

        /// The coordinate after the last, as ONNX writes it: below 0 there is no number but a very small one.
        fileprivate var end: Int {
            let end = start + count * step
            return end < 0 ? Int(Int32.min) : end
        }
    }

    /// What stays of the axes that do not stay whole.
    public let parts: [Part]

    /// A slice; no axis occurs twice.
    public init(_ parts: [Part]) { self.parts = parts }

    /// The input's shape with the counts of the parts.
    public func outputShape(for inputs: [SymbolicShape]) throws(OperatorError) -> SymbolicShape {
        try inputs.expectCount(1...1)
        var result = inputs[0].dimensions
        _ = try Axes.resolve(parts.map(\.axis), rank: result.count)
        for part in parts {
            guard part.axis >= 0, let extent = result[part.axis].fixed else {
                throw .shapes(
                    "axis \(part.axis) depends on the number of samples and cannot be sliced",
                    inputs
                )
            }
            guard part.fits(extent) else {
                throw .shapes("the slice of axis \(part.axis) reaches outside it", inputs)
            }
            result[part.axis] = Dimension(constant: part.count)
        }
        return SymbolicShape(result)
    }

    /// The elements of the slice.
    public func value(of inputs: [Tensor], shape: Shape) -> Tensor {
        coordinates(inputs[0].shape).rearranging(inputs[0])
    }

    /// The cotangent at the places of the slice, and zero elsewhere.
    public func vjp(_ cotangent: Tensor, inputs: [Tensor], output: Tensor, needed: [Bool]) -> [Tensor?] {
        [needed[0] ? coordinates(inputs[0].shape).scattering(cotangent, to: inputs[0].shape) : nil]
    }

    /// Where each coordinate of the output comes from.
    func coordinates(_ input: Shape) -> CoordinateMap {
        var sources = input.dimensions.map { Array(0..<$0) }
        for part in parts { sources[part.axis] = (0..<part.count).map { part.start + $0 * part.step } }
        return CoordinateMap(sources: sources)
    }

    /// `Slice` with its bounds as constants.
    public var onnx: ONNXForm {
        ONNXForm(
            "Slice",
            trailing: [
                .ints(parts.map(\.start)), .ints(parts.map(\.end)), .ints(parts.map(\.axis)),
                .ints(parts.map(\.step)),
            ]
        )
    }
}

extension Slice.Part {
    /// Whether all coordinates lie inside an axis.
    fileprivate func fits(_ extent: Int) -> Bool {
        guard count > 0 else { return count == 0 && step != 0 && (0...extent).contains(start) }
        let (distance, first) = (count - 1).multipliedReportingOverflow(by: step)
        let (last, second) = start.addingReportingOverflow(distance)
        return !first && !second && step != 0 && (0..<extent).contains(start) && (0..<extent).contains(last)
    }

    /// What ONNX's start, end and step mean for an axis: negative bounds count from the end, and all are cut
    /// off at it.
    init(axis: Int, start: Int, end: Int, step: Int, extent: Int) {
        func bounded(_ bound: Int, _ range: ClosedRange<Int>) -> Int {
            min(max(bound < 0 ? bound + extent : bound, range.lowerBound), range.upperBound)
        }
        let range = step > 0 ? 0...extent : -1...max(extent - 1, -1)
        let (first, last) = (bounded(start, range), bounded(end, range))
        let distance = step > 0 ? last - first : first - last
        let magnitude = Int(clamping: step.magnitude)
        let count = distance > 0 ? (distance - 1) / magnitude + 1 : 0
        // The step between fewer than two coordinates has no meaning, and may be enormous.
        self.init(axis: axis, start: max(first, 0), count: count, step: count > 1 ? step : 1)
    }
}
