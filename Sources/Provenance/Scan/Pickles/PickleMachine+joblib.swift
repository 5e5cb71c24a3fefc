extension PickleMachine {
    /// The raw bytes of an array that follow the object which describes it (joblib, `numpy_pickle.py`, class
    /// `NumpyArrayWrapper`).
    ///
    /// An array of objects is a pickle of its own in that place.
    mutating func skipArray(
        of call: PickleCall,
        at offset: Int,
        _ session: inout ScanSession
    ) throws(PickleFault) {
        guard imports[call.callee].fullName == "joblib.numpy_pickle.NumpyArrayWrapper" else { return }
        usesJoblib = true
        guard reader == .joblib else { return }
        guard case .dictionary(let index) = call.state, let shape = heap[index].entries["shape"],
            let type = heap[index].entries["dtype"], let dimensions = arguments(shape),
            let element = elementType(type)
        else { throw .wrongType("an array of joblib has no readable shape or type") }
        if element.holdsObjects {
            guard depth < session.limits.maximumDepth else { throw .limit("arrays of objects lie too deep") }
            var inner = PickleMachine(bytes, at: position, as: .joblib, limits: session.limits)
            inner.depth = depth + 1
            let ending = inner.run(&session)
            literals += inner.literals
            imports += inner.imports
            importOffsets.formUnion(inner.importOffsets)
            spelledNames.formUnion(inner.spelledNames)
            storages.formUnion(inner.storages)
            if case .fault(let fault) = ending { throw fault }
            position = inner.position
            return
        }
        if case .integer = heap[index].entries["numpy_array_alignment_bytes"] {
            guard position < bytes.count else { throw .ends }
            position += 1 + Int(bytes[position])
        }
        var size = element.size
        for dimension in dimensions {
            guard case .integer(let count) = dimension, count >= 0 else {
                throw .wrongType("an array of joblib has no readable shape")
            }
            let (product, overflow) = size.multipliedReportingOverflow(by: count)
            guard !overflow else { throw .ends }
            size = product
        }
        guard size <= bytes.count - position else { throw .ends }
        position += size
    }

    /// How many bytes an element takes, from the arguments and the state of `numpy.dtype`.
    private func elementType(_ value: PickleValue) -> (size: Int, holdsObjects: Bool)? {
        guard case .instance(let index) = value, imports[calls[index].callee].fullName == "numpy.dtype",
            case .text(let code)? = calls[index].arguments.first,
            let kind = code.first, let width = Int(code.dropFirst())
        else { return nil }
        guard kind != "O" else { return (width, true) }
        // The last number of the state is a set of flags; bit 0 says that elements are counted references.
        var isCounted = false
        if let state = arguments(calls[index].state), kind == "V", state.count > 3 {
            guard case .integer(let flags) = state.last else { return nil }
            isCounted = flags & 1 != 0
        }
        guard width >= 0, width < 1 << 40, "bBhHiIlLqQuifcSUVmMa?".contains(kind) else { return nil }
        return (kind == "U" ? 4 * width : width, isCounted)
    }
}
