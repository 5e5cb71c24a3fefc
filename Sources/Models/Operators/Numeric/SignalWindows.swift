import BulwarkTensors
import RealModule

/// Windows and filters whose size is known at import: constants of a model.
enum SignalWindows {
    /// `HannWindow`.
    static func lowerHann(_ node: ONNXNode, into lowering: inout ONNXLowering) throws -> [ImportedValue] {
        try window(node) { 0.5 - 0.5 * .cos($0) }
    }

    /// `HammingWindow`, with the factors 25/46 and 21/46.
    static func lowerHamming(_ node: ONNXNode, into lowering: inout ONNXLowering) throws -> [ImportedValue] {
        try window(node) { 25 / 46 - 21 / 46 * .cos($0) }
    }

    /// `BlackmanWindow`.
    static func lowerBlackman(_ node: ONNXNode, into lowering: inout ONNXLowering) throws -> [ImportedValue] {
        try window(node) { 0.42 - 0.5 * .cos($0) + 0.08 * .cos(2 * $0) }
    }

    /// A window as a function of an angle that goes from 0 to 2π, the end included unless it is periodic.
    private static func window(_ node: ONNXNode, _ function: (Double) -> Double) throws -> [ImportedValue] {
        guard let size = try node.optionalFixedIntegers(0), size.count == 1, size[0] >= 0,
            size[0] <= Constants.maximumElements
        else { throw node.error("its size is not one number of ordinary size") }
        let isPeriodic = try node.int("periodic") ?? 1 != 0
        let period = isPeriodic ? size[0] : size[0] - 1
        let type = try node.int("output_datatype") ?? 1
        guard ONNXElementType(rawValue: Int32(clamping: type))?.isFloat == true else {
            throw node.error("windows of element type \(type) are not supported")
        }
        let shape = Shape(trusted: [size[0]])
        guard period > 0 else { return [.constant(Tensor(shape, repeating: 1))] }
        return [
            .constant(Tensor(shape, generating: { Float(function(2 * .pi * Double($0) / Double(period))) }))
        ]
    }

    /// `MelWeightMatrix`: triangles over the bins of a spectrum whose corners are evenly spaced on the mel
    /// scale, `2595 · log₁₀(1 + f / 700)`.
    static func lowerMel(_ node: ONNXNode, into lowering: inout ONNXLowering) throws -> [ImportedValue] {
        let counts = try (0...2).map { index -> Int in
            guard let list = try node.optionalFixedIntegers(index), list.count == 1 else {
                throw node.error("input \(index) is not one number")
            }
            return list[0]
        }
        let (filters, length, rate) = (counts[0], counts[1], counts[2])
        guard let lowest = try node.optionalFloat(3), let highest = try node.optionalFloat(4),
            (1...1 << 16).contains(filters), (1...1 << 20).contains(length), rate > 0, lowest >= 0,
            highest >= lowest, highest <= Float(rate) / 2
        else { throw node.error("its numbers are out of range") }
        let bins = length / 2 + 1
        guard bins * filters <= Constants.maximumElements else { throw node.error("its result is too large") }
        func mel(_ frequency: Float) -> Double { 2595 * .log10(1 + Double(frequency) / 700) }
        let (low, high) = (mel(lowest), mel(highest))
        let corners = (0..<filters + 2).map { corner in
            let position = low + (high - low) / Double(filters + 2) * Double(corner)
            let frequency = 700 * (.exp10(position / 2595) - 1)
            return min(Int((Double(length + 1) * frequency / Double(rate)).rounded(.down)), bins - 1)
        }
        let matrix = Tensor(Shape(trusted: [bins, filters])) { target in
            for filter in 0..<filters {
                let (left, middle, right) = (corners[filter], corners[filter + 1], corners[filter + 2])
                if left == middle { target[middle * filters + filter] = 1 }
                for bin in left..<max(middle + 1, left) where left < middle {
                    target[bin * filters + filter] = Float(bin - left) / Float(middle - left)
                }
                for bin in middle..<max(right, middle) {
                    target[bin * filters + filter] = Float(right - bin) / Float(right - middle)
                }
            }
        }
        return [.constant(matrix)]
    }
}
