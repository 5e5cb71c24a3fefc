/// SavedModels of TensorFlow: operators that call Python, or read and write files.
enum SavedModelScan {
    private static let dangerous: [String] = ["PyFunc", "PyFuncStateless", "EagerPyFunc"]
    private static let suspicious: [String] = [
        "ReadFile", "WriteFile", "MatchingFiles", "PrintV2", "ImmutableConst", "LoadLibrary",
        "MergeV2Checkpoints",
    ]

    /// An operator's name is a text of exactly its length somewhere in the graph.
    static func scan(_ bytes: ScanBytes, in session: inout ScanSession) {
        for name in dangerous + suspicious {
            let pattern = [UInt8(name.utf8.count)] + Array(name.utf8)
            guard let place = bytes.range(of: pattern) else { continue }
            let severity = dangerous.contains(name) ? ScanSeverity.dangerous : .suspicious
            session.report(.tensorFlowOperator, severity, at: place.lowerBound, "the operator \(name)")
        }
        // A Lambda layer of Keras lies in the file as text.
        if let place = bytes.range(of: Array("\"class_name\": \"Lambda\"".utf8)) {
            session.report(.kerasLambda, .dangerous, at: place.lowerBound, "a layer of class Lambda")
        }
    }
}
