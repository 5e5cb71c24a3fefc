import BulwarkTensors

/// Indices that are known only when the model runs, carried by floats.
///
/// An operator has no way to refuse while it runs. An index that lies outside its axis therefore gives NaN,
/// which is never mistaken for an answer, and which an executable refuses where integers are promised.
enum CarriedIndex {
    /// Stands for an index outside its axis.
    static let outside = -1

    /// The coordinate that an index means along an axis of `extent`, where negative ones count from the end.
    ///
    /// A fraction is cut off.
    ///
    /// - Returns: The coordinate, or `outside`.
    @inline(__always)
    static func resolve(_ index: Float, extent: Int) -> Int {
        // Written so that NaN fails, and so that what is converted fits.
        guard index.magnitude <= 0x1p24 else { return outside }
        let number = Int(index)
        let coordinate = number < 0 ? number + extent : number
        return coordinate >= 0 && coordinate < extent ? coordinate : outside
    }
}
