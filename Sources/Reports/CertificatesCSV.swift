import BulwarkEvaluation

/// The per-sample records of a method of certification as comma-separated values (RFC 4180).
public enum CertificatesCSV {
    /// The names of the columns, in order.
    public static let columns = [
        "sample", "label", "prediction", "certified", "radius", "norm", "counterexample", "estimate",
        "seconds", "remark",
    ]

    /// Writes a header and a line for each record, every line ending in CR LF.
    ///
    /// - Parameter run: The records, in the order of the lines.
    /// - Returns: The text. Radii are printed so that reading them back gives the same number. What is not
    ///   known is empty; estimates leave `certified` empty, because they certify nothing.
    public static func render(run: CertificateRun) -> String {
        var text = RecordsCSV.line(columns)
        for record in run.records { text += RecordsCSV.line(fields(of: record, in: run)) }
        return text
    }

    private static func fields(of record: CertificateRecord, in run: CertificateRun) -> [String] {
        func text(_ number: Double?) -> String { number.map { "\($0)" } ?? "" }
        let isEstimate = run.method.standing == .estimate
        return [
            "\(record.sample)", "\(record.label)", record.prediction.map { "\($0)" } ?? "",
            isEstimate ? "" : "\(record.isCertified)", text(record.radius), run.norm.rawValue,
            text(record.counterexample), text(record.estimate), text(record.seconds), record.remark ?? "",
        ]
    }
}
