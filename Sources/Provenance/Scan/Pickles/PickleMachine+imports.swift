extension PickleMachine {
    /// The instructions that import something.
    mutating func importing(
        _ instruction: PickleInstruction,
        _ session: inout ScanSession
    ) throws(PickleFault) {
        let offset = instruction.start
        switch (instruction.code, instruction.argument) {
        case (.global, .names(let module, let name)):
            push(judged(module, name, at: offset, &session))
        case (.inst, .names(let module, let name)):
            let items = try popMark()
            let callee = judged(module, name, at: offset, &session)
            try call(callee, with: Array(items.prefix(PickleHeap.maximumItems)), at: offset, &session)
        case (.stackGlobal, _):
            let name = try pop()
            let module = try pop()
            guard case .text(let moduleText) = module, case .text(let nameText) = name else {
                let what = "an import takes its name from \(module.kind) and \(name.kind)"
                session.report(.pickleComputedName, .dangerous, at: offset, what)
                hasCalled = true
                if isSpelled(module) || isSpelled(name) { spelledNames.insert(offset) }
                return push(.unknown)
            }
            push(judged(moduleText, nameText, at: offset, &session))
        case (_, .integer(let code)):
            let what = "the import is number \(code ?? 0) of the registry of extensions"
            session.report(.pickleExtension, .dangerous, at: offset, what)
            hasCalled = true
            push(.unknown)
        default: throw .badArgument("an import has no name")
        }
    }

    /// Whether a value is text that a call has made.
    private func isSpelled(_ value: PickleValue) -> Bool {
        guard case .instance(let index) = value else { return false }
        return ["builtins", "__builtin__", "_codecs"].contains(imports[calls[index].callee].module)
    }

    private mutating func judged(
        _ module: String,
        _ name: String,
        at offset: Int,
        _ session: inout ScanSession
    ) -> PickleValue {
        let found = PickleImport(
            module: module,
            name: name,
            trust: GlobalPolicy.trust(module: module, name: name)
        )
        let shown = ScanText.shown(found.fullName)
        switch found.trust {
        case .allowed: break
        case .unknown: session.report(.pickleUnknownImport, .suspicious, at: offset, "import of \(shown)")
        case .dangerous(let reason):
            session.report(.pickleDangerousImport, .dangerous, at: offset, "import of \(shown): \(reason)")
        }
        imports.append(found)
        importOffsets.insert(offset)
        return .global(imports.count - 1)
    }

    /// A persistent id, which the loader resolves; PyTorch writes tuples that name a storage.
    mutating func persist(
        _ instruction: PickleInstruction,
        _ session: inout ScanSession
    ) throws(PickleFault) {
        if instruction.code == .binpersid {
            let items = arguments(try pop()) ?? []
            if items.count >= 5, case .text("storage") = items[0], case .global(let type) = items[1],
                case .text(let key) = items[2], case .text = items[3], case .integer(let count) = items[4]
            {
                storages.insert(Storage(type: imports[type].name, key: key, count: count))
                return push(.persistent)
            }
            // Old files keep the source of each class beside it, for a warning; the id stands for the class.
            if items.count == 4, case .text("module") = items[0], case .global = items[1] {
                return push(items[1])
            }
        }
        let what = "a persistent id that is no storage of PyTorch"
        session.report(.picklePersistent, .suspicious, at: instruction.start, what)
        push(.persistent)
    }
}
