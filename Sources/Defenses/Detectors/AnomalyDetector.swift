import BulwarkTensors

/// A rule, fitted on clean inputs, that says of an input how unlike them it is.
///
/// A detector has no threshold: what score is too high depends on how many false alarms somebody can bear.
/// Whether its scores tell attacks from clean inputs at all is for Evaluation to say.
public protocol AnomalyDetector: Sendable {
    /// The name in reports, as in `mahalanobis`.
    static var name: String { get }

    /// Learns what clean inputs look like.
    ///
    /// - Parameter rows: Clean inputs `[N, …]`, finite; everything after the first axis counts as features.
    /// - Throws: `DetectorError` if the rows cannot say what is normal.
    init(fittedTo rows: Tensor) throws(DetectorError)

    /// The number of elements of an input.
    var featureCount: Int { get }

    /// The score of each row.
    ///
    /// - Parameter rows: Inputs `[N, …]` with as many features as those the detector was fitted on.
    /// - Returns: A score a row; higher is more anomalous. A row that holds NaN scores infinity.
    func scores(for rows: Tensor) -> [Double]
}

/// Why a detector cannot be fitted.
public enum DetectorError: Error, Equatable, CustomStringConvertible {
    /// There are fewer rows than it takes to know a spread.
    case tooFewRows(count: Int, minimum: Int)
    /// The rows have no elements.
    case noFeatures
    /// An element is NaN or infinite.
    case notFinite(row: Int, feature: Int)
    /// All rows are the same, so that nothing says how much a difference means.
    case noSpread
    /// The features depend on each other so closely that distances between rows cannot be weighed.
    case singularCovariance(feature: Int)

    /// The fault in words.
    public var description: String {
        switch self {
        case .tooFewRows(let count, let minimum):
            "a detector is fitted on \(minimum) rows or more, not on \(count)"
        case .noFeatures: "a detector is fitted on rows with elements, and these have none"
        case .notFinite(let row, let feature): "element \(feature) of row \(row) is not a finite number"
        case .noSpread: "all rows are the same, so they do not say how much a difference means"
        case .singularCovariance(let feature):
            "feature \(feature) follows from the ones before it, so the covariance has no inverse; more rows may help"
        }
    }
}

extension Tensor {
    /// Checks that rows can be fitted.
    func requireFittable(minimumRows: Int) throws(DetectorError) {
        guard rowCount >= minimumRows else { throw .tooFewRows(count: rowCount, minimum: minimumRows) }
        guard rowSize > 0 else { throw .noFeatures }
        if let position = elements.firstIndex(where: { !$0.isFinite }) {
            throw .notFinite(row: position / rowSize, feature: position % rowSize)
        }
    }
}
