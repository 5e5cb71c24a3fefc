/// The configuration of a Keras model, wherever it is: `config.json` of a `.keras` file, an attribute of
/// HDF5.
///
/// Every object at any depth is looked at, because wrapper layers and initializers hold configurations of
/// their own (CVE-2024-3660, CVE-2025-1550, CVE-2025-8747, CVE-2025-9906).
enum KerasConfiguration {
    /// Modules whose classes are layers and the like; what lies below them is meant as well.
    private static let modules = [
        "layers", "initializers", "regularizers", "constraints", "optimizers", "losses", "metrics",
        "activations", "dtype_policies", "engine", "mixed_precision", "legacy", "random", "quantizers",
    ]
    private static let models: Set<String> = ["Sequential", "Functional", "Model"]

    static func check(_ value: JSONText, at path: String, in session: inout ScanSession) {
        guard let name = value["class_name"]?.string else { return }
        let place = path.isEmpty ? "" : "\(ScanText.shown(path)): "
        let last = name.split(separator: ">").last.map(String.init) ?? name
        if last == "Lambda" || last == "__lambda__" {
            session.report(.kerasLambda, .dangerous, "\(place)a layer or function of class \(last)")
        } else if name.contains(">") {
            session.report(
                .kerasCustom,
                .note,
                "\(place)the object \(ScanText.shown(name)) is not Keras' own"
            )
        } else if name.contains(".") {
            checkModule(name, "", place, in: &session)
        }
        guard let module = value["module"]?.string else { return }
        checkModule(module, name, place, in: &session)
    }

    private static func checkModule(
        _ module: String,
        _ name: String,
        _ place: String,
        in session: inout ScanSession
    ) {
        let shown = ScanText.shown(name.isEmpty ? module : "\(module).\(name)")
        let parts = module.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
        guard let root = parts.first else { return }
        if ["keras", "tf_keras", "keras_hub", "keras_nlp", "keras_cv"].contains(root)
            || parts.prefix(2) == ["tensorflow", "keras"]
        {
            let inner = parts.dropFirst(root == "tensorflow" ? 2 : 1).filter { $0 != "src" }
            guard let area = inner.first else {
                if models.contains(name) { return }
                session.report(.kerasModule, .dangerous, "\(place)\(shown) is no class of a model")
                return
            }
            if modules.contains(area) { return }
            if area == "models", models.contains(name) { return }
            if ["keras_hub", "keras_nlp", "keras_cv"].contains(root) || area == "ops" {
                session.report(.kerasModule, .suspicious, "\(place)\(shown) is not a known class of a model")
                return
            }
            session.report(.kerasModule, .dangerous, "\(place)\(shown) is no layer of the library")
            return
        }
        // A function of one's own is stored by its name, which the loading program has to supply.
        if root == "builtins", name == "function" {
            session.report(.kerasCustom, .note, "\(place)a function that the loading program supplies")
            return
        }
        switch GlobalPolicy.trust(module: module, name: name.isEmpty ? "x" : name) {
        case .allowed: break
        case .unknown:
            session.report(.kerasModule, .suspicious, "\(place)\(shown) is imported from outside Keras")
        case .dangerous(let reason):
            session.report(.kerasModule, .dangerous, "\(place)import of \(shown): \(reason)")
        }
    }

    /// Looks for a Lambda layer in text that could not be read as JSON.
    static func checkText(_ text: String, in session: inout ScanSession) {
        let compact = text.filter { !$0.isWhitespace }
        if compact.contains("\"class_name\":\"Lambda\"") || compact.contains("\"class_name\":\"__lambda__\"")
        {
            session.report(.kerasLambda, .dangerous, "a layer of class Lambda")
        }
    }
}
