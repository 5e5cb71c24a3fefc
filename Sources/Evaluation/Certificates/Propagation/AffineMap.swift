/// A layer that is a matrix times its inputs plus an offset.
struct AffineMap: Sendable {
    /// What is summed from one of the inputs.
    struct Part: Sendable {
        /// The number of the value.
        let input: Int
        let rows: AffineRows
    }

    let parts: [Part]
    /// What is added to each feature.
    let offset: [Double]
    /// The sum of the magnitudes that went into each feature's offset.
    let offsetMagnitude: [Double]
    /// How many roundings a feature goes through at most.
    let roundings: Int
    /// Set if a backend may compute the layer by tiles.
    let tiles: TiledConvolution?

    /// - Parameters:
    ///   - parts: What is summed.
    ///   - offset: What is added; nothing if nil.
    ///   - offsetMagnitude: The magnitudes behind the offset; its own if nil.
    ///   - featureCount: The number of features of the output.
    ///   - tiles: How tiles round.
    init(
        _ parts: [Part],
        offset: [Double]? = nil,
        offsetMagnitude: [Double]? = nil,
        featureCount: Int,
        tiles: TiledConvolution? = nil
    ) {
        self.parts = parts
        self.offset = offset ?? Array(repeating: 0, count: featureCount)
        self.offsetMagnitude = offsetMagnitude ?? self.offset.map(\.magnitude)
        // Beside the terms: the offset, a factor, and weights that are rounded themselves.
        roundings = parts.reduce(0) { $0 + $1.rows.mostTerms } + 6
        self.tiles = tiles
    }

    /// For each feature the sum of the magnitudes of its terms.
    func magnitudes(of inputs: [[Double]]) -> [Double] {
        var result = offsetMagnitude
        for part in parts { part.rows.addMagnitudes(of: inputs[part.input], to: &result) }
        return result
    }

    /// How far each feature may be off when it is computed in floats, and functions of it with it.
    ///
    /// - Parameters:
    ///   - magnitudes: What `magnitudes(of:)` gave.
    ///   - inputs: The largest magnitude of each feature of each value.
    ///   - earlier: How many roundings the inputs have behind them since the last layer that is not affine:
    ///     backends compute neighbouring layers in one.
    ///   - substitutions: How many terms a coefficient of an input is summed from when functions of the
    ///     output are written as functions of the input.
    /// - Returns: For each feature of the output how far rounding may move it.
    func allowances(
        _ magnitudes: [Double],
        inputs: [[Double]],
        earlier: Int,
        substitutions: Int
    ) -> [Double] {
        let share = Rounding.relativeError(of: earlier + roundings + substitutions)
        // A sum that may overflow may be anything.
        let largest = Double(Float.greatestFiniteMagnitude)
        let direct = magnitudes.map { $0 < largest ? share * $0 : .infinity }
        guard let tiles, let input = parts.first?.input else { return direct }
        let tiled = Rounding.relativeError(of: earlier + tiles.roundings)
        let rest = Rounding.relativeError(of: substitutions + 2)
        let channels = tiles.magnitudes(of: inputs[input])
        let plane = max(magnitudes.count / max(channels.count, 1), 1)
        return magnitudes.indices.map { feature in
            let size = channels[feature / plane] + offsetMagnitude[feature]
            return max(direct[feature], tiled * size + rest * magnitudes[feature])
        }
    }
}
