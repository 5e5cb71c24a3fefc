/// What is known of something that a pickle imports.
enum GlobalTrust: Equatable {
    /// On the list of harmless names.
    case allowed
    /// On no list.
    case unknown
    /// Able to do harm, and why.
    case dangerous(String)

    var isDangerous: Bool {
        if case .dangerous = self { true } else { false }
    }
}

/// Which imports are harmless: exact names only, and none that reaches through a dot.
///
/// What is on no list is *unknown* and makes a file suspicious; what belongs to Python's own library, to a
/// known gadget, or has a telling name is *dangerous*.
enum GlobalPolicy {
    /// Judges an import.
    static func trust(module: String, name: String) -> GlobalTrust {
        if isAllowed(module: module, name: name) { return .allowed }
        let modulePath = module.split(separator: ".", omittingEmptySubsequences: false)
        let namePath = name.split(separator: ".", omittingEmptySubsequences: false)
        // Python refuses to import these before it does anything.
        if module.isEmpty || module.hasPrefix(".") { return .unknown }
        guard let root = modulePath.first, !(modulePath + namePath).contains(where: \.isEmpty) else {
            return .dangerous("the name is not well formed")
        }
        for part in namePath where part.hasPrefix("__") && part.hasSuffix("__") {
            return .dangerous("the name reaches into the language")
        }
        if StandardLibrary.modules.contains(root) {
            return .dangerous("it is part of Python's library and not on the list of harmless names")
        }
        for part in namePath where telling.contains(part) || isHidden(part) {
            return .dangerous("the name is one of code that runs things, or of a module")
        }
        for part in modulePath.dropFirst() where isHidden(part) {
            return .dangerous("it reaches a module of Python through another module")
        }
        if isGadget(modulePath, namePath) { return .dangerous("it can be made to run code or read files") }
        if namePath.count > 1, !namePath.allSatisfy({ $0.first?.isUppercase == true }) {
            return .dangerous("the name reaches through a dot into something else")
        }
        return .unknown
    }

    /// Whether a name is on the list, itself or as Python 3 renames it.
    static func isAllowed(module: String, name: String) -> Bool {
        guard !name.contains(".") else { return false }
        let renamed = renamedModules[module] ?? module
        if let names = allowed[Substring(renamed)], names.contains(Substring(name)) { return true }
        return false
    }

    /// Modules that protocol 2 and earlier know by their old names (Python, `Lib/_compat_pickle.py`).
    private static let renamedModules = [
        "__builtin__": "builtins", "copy_reg": "copyreg", "exceptions": "builtins",
        "numpy.core.multiarray": "numpy._core.multiarray", "numpy.core.numeric": "numpy._core.numeric",
    ]

    /// Whether a part of a path is a module of Python under an alias, such as `_os`.
    private static func isHidden(_ part: Substring) -> Bool {
        hidden.contains(part) || hidden.contains(part.drop { $0 == "_" })
    }

    private static func isGadget(_ module: [Substring], _ name: [Substring]) -> Bool {
        var path = ""
        for part in module + name {
            path += path.isEmpty ? part : "." + part
            if gadgets.contains(Substring(path)) { return true }
        }
        return false
    }

    /// Splits a table of names that is written as text.
    static func words(_ text: String) -> Set<Substring> { Set(text.split(whereSeparator: \.isWhitespace)) }
}
