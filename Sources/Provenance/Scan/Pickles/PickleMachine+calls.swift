extension PickleMachine {
    /// The instructions that call something or set the state of what a call gave.
    mutating func calling(
        _ instruction: PickleInstruction,
        _ session: inout ScanSession
    ) throws(PickleFault) {
        let offset = instruction.start
        switch instruction.code {
        case .reduce:
            let items = try pop()
            try call(try pop(), with: positional(items), at: offset, &session)
        case .newobj:
            let items = try pop()
            try call(try pop(), with: positional(items), at: offset, &session)
        case .newobjEx:
            let keywords = try pop()
            let items = try pop()
            guard case .dictionary = keywords else {
                throw .wrongType("the keywords of a call are \(keywords.kind)")
            }
            try call(try pop(), with: positional(items), at: offset, &session)
        case .obj:
            let items = try popMark()
            guard let callee = items.first else { throw .stackUnderflow }
            let rest = Array(items.dropFirst().prefix(PickleHeap.maximumItems))
            try call(callee, with: rest, at: offset, &session)
        default: try build(at: offset, &session)
        }
    }

    /// The arguments that a call takes from the stack; the call is noted even if they are none.
    private mutating func positional(_ value: PickleValue) throws(PickleFault) -> [PickleValue] {
        switch value {
        case .tuple(let index): return heap[index].items
        // A loader takes what a call gave, if that is a kind of tuple.
        case .instance, .unknown, .persistent: return [.unknown]
        default:
            hasCalled = true
            throw .wrongType("the arguments of a call are \(value.kind)")
        }
    }

    /// A call of something with some arguments.
    mutating func call(
        _ callee: PickleValue,
        with arguments: [PickleValue],
        at offset: Int,
        _ session: inout ScanSession
    ) throws(PickleFault) {
        hasCalled = true
        guard calls.count < session.limits.maximumValues else { throw .limit("it makes too many calls") }
        guard case .global(let index) = callee else {
            session.report(.pickleComputedCall, .dangerous, at: offset, "\(callee.kind) is called")
            return push(.unknown)
        }
        check(imports[index], arguments, at: offset, &session)
        calls.append(PickleCall(callee: index, arguments: Array(arguments.prefix(8))))
        push(.instance(calls.count - 1))
    }

    /// What known functions may be given.
    private func check(
        _ callee: PickleImport,
        _ arguments: [PickleValue],
        at offset: Int,
        _ session: inout ScanSession
    ) {
        guard callee.trust == .allowed else { return }
        if callee.fullName == "_codecs.encode" {
            if arguments.count == 1 { return }
            guard arguments.count == 2, case .text(let encoding) = arguments[1],
                ["latin1", "latin-1", "ascii", "utf-8", "utf8"].contains(encoding)
            else {
                session.report(.pickleArgument, .suspicious, at: offset, "an unusual encoding is asked for")
                return
            }
        }
        guard ["builtins", "__builtin__"].contains(callee.module) else { return }
        for argument in arguments {
            if case .integer(let value) = argument, abs(Double(value)) > 1e9 {
                let what = "\(callee.name) is called with the number \(value)"
                session.report(.pickleExpansion, .suspicious, at: offset, what)
            }
        }
    }

    /// BUILD: the state of the object on top of the stack.
    private mutating func build(at offset: Int, _ session: inout ScanSession) throws(PickleFault) {
        let state = try pop()
        let target = try top()
        switch target {
        case .global(let index):
            let name = ScanText.shown(imports[index].fullName)
            session.report(.picklePatch, .dangerous, at: offset, "attributes of the import \(name) are set")
            hasCalled = true
        case .unknown:
            let what = "attributes of an unknown value are set"
            session.report(.picklePatch, .dangerous, at: offset, what)
            hasCalled = true
        case .persistent: break
        case .instance(let index):
            hasCalled = true
            calls[index].state = state
            checkState(state, at: offset, &session)
            try skipArray(of: calls[index], at: offset, &session)
        default: throw .wrongType("attributes of \(target.kind) are set")
        }
    }

    private func checkState(_ state: PickleValue, at offset: Int, _ session: inout ScanSession) {
        var parts = [state]
        // The second of two is set attribute by attribute.
        if let pair = arguments(state), pair.count == 2 { parts += pair }
        for case .dictionary(let index) in parts {
            for name in heap[index].entries.keys.sorted() where name.hasPrefix("__") && name.hasSuffix("__") {
                let what = "the attribute \(ScanText.shown(name)) is set"
                session.report(.pickleState, .suspicious, at: offset, what)
            }
        }
    }
}
