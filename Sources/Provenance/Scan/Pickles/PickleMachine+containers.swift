extension PickleMachine {
    /// Adds items to the list, set or object on top of the stack.
    mutating func extend(
        with items: some Collection<PickleValue>,
        at offset: Int,
        _ session: inout ScanSession
    ) throws(PickleFault) {
        let target = try top()
        switch target {
        case .list(let index), .set(let index):
            for item in items { heap.count(item, in: index) }
            weigh(items, at: offset, &session)
        default: try change(target, at: offset, &session)
        }
    }

    /// Sets entries of a dictionary or object; keys and values take turns.
    mutating func setItems(
        _ items: some Collection<PickleValue>,
        of target: PickleValue,
        at offset: Int,
        _ session: inout ScanSession
    ) throws(PickleFault) {
        guard items.count.isMultiple(of: 2) else { throw .wrongType("a key has no value") }
        var key: PickleValue?
        for item in items {
            guard let current = key else {
                key = item
                continue
            }
            if case .dictionary(let index) = target { heap.set(current, to: item, in: index) }
            key = nil
        }
        weigh(items, at: offset, &session)
        if case .dictionary = target { return }
        try change(target, at: offset, &session)
    }

    /// A change of something that is no container of the pickle's own.
    private func change(
        _ target: PickleValue,
        at offset: Int,
        _ session: inout ScanSession
    ) throws(PickleFault) {
        switch target {
        case .instance, .persistent: return
        case .global(let index):
            let name = ScanText.shown(imports[index].fullName)
            session.report(.picklePatch, .dangerous, at: offset, "items are put into the import \(name)")
        case .unknown, .dictionary, .list, .set:
            throw .wrongType("items are added to \(target.kind) in a way that it does not have")
        default: throw .wrongType("items are added to \(target.kind)")
        }
    }

    /// Reports a value that unfolds into too much.
    func weigh(
        _ items: some Sequence<PickleValue>,
        at offset: Int,
        _ session: inout ScanSession
    ) {
        for item in items where heap.weight(of: item) > session.limits.maximumWeight {
            let what = "a value refers to itself so often that it stands for more than a machine can hold"
            session.report(.pickleExpansion, .suspicious, at: offset, what)
            return
        }
    }
}
