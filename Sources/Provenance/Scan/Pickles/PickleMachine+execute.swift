extension PickleMachine {
    /// Follows one instruction other than STOP.
    mutating func execute(_ instruction: PickleInstruction, _ session: inout ScanSession) throws(PickleFault)
    {
        let offset = instruction.start
        switch instruction.code {
        case .stop, .frame: break
        case .proto: try declare(integer(instruction) ?? .max, at: offset, &session)
        case .mark: marks.append(stack.count)
        case .pop:
            if stack.count > fence { stack.removeLast() } else { _ = try popMark() }
        case .popMark: _ = try popMark()
        case .duplicate: push(try top())
        case .none: push(.none)
        case .newtrue: push(.boolean(true))
        case .newfalse: push(.boolean(false))
        case .float, .binfloat, .long: push(.number)
        case .int, .binint, .binint1, .binint2: push(integer(instruction).map { .integer($0) } ?? .number)
        case .long1, .long4: push(long(instruction))
        case .string, .unicode, .binunicode, .shortBinunicode, .binunicode8, .binstring, .shortBinstring:
            pushText(instruction)
        case .binbytes, .shortBinbytes, .binbytes8, .bytearray8: pushBytes(instruction)
        case .emptyTuple: push(try tuple(EmptyCollection()))
        case .tuple:
            push(try tuple(popMark()))
            weigh(stack.suffix(1), at: offset, &session)
        case .tuple1, .tuple2, .tuple3:
            let count = instruction.code == .tuple1 ? 1 : instruction.code == .tuple2 ? 2 : 3
            guard stack.count - fence >= count else { throw .stackUnderflow }
            let items = stack.suffix(count)
            stack.removeLast(count)
            push(try tuple(items))
            weigh(stack.suffix(1), at: offset, &session)
        case .emptyList: push(.list(try heap.make()))
        case .emptyDict: push(.dictionary(try heap.make()))
        case .emptySet: push(.set(try heap.make()))
        case .list, .frozenset:
            let items = try popMark()
            let index = try heap.make()
            for item in items { heap.count(item, in: index) }
            push(instruction.code == .list ? .list(index) : .set(index))
            weigh(items, at: offset, &session)
        case .dict:
            let items = try popMark()
            let target = PickleValue.dictionary(try heap.make())
            push(target)
            try setItems(items, of: target, at: offset, &session)
        case .append: try extend(with: [try pop()], at: offset, &session)
        case .appends, .additems: try extend(with: popMark(), at: offset, &session)
        case .setitem:
            let value = try pop()
            let key = try pop()
            try setItems([key, value], of: top(), at: offset, &session)
        case .setitems:
            let items = try popMark()
            try setItems(items, of: top(), at: offset, &session)
        case .get, .binget, .longBinget:
            guard let value = integer(instruction).flatMap({ memo[$0] }) else { throw .missingMemo }
            push(value)
        case .put, .binput, .longBinput: try store(integer(instruction), at: offset, &session)
        case .memoize: try store(memo.count, at: offset, &session)
        case .global, .inst, .stackGlobal, .ext1, .ext2, .ext4: try importing(instruction, &session)
        case .reduce, .obj, .newobj, .newobjEx, .build: try calling(instruction, &session)
        case .persid, .binpersid: try persist(instruction, &session)
        case .nextBuffer, .readonlyBuffer:
            session.report(.pickleBuffer, .suspicious, at: offset, "the pickle takes bytes from elsewhere")
            if instruction.code == .nextBuffer { push(.bytes) } else { _ = try top() }
        }
    }

    // MARK: Literals

    func integer(_ instruction: PickleInstruction) -> Int? {
        if case .integer(let value) = instruction.argument { value } else { nil }
    }

    private func long(_ instruction: PickleInstruction) -> PickleValue {
        guard case .literal(_, let range) = instruction.argument else { return .number }
        guard range.count < 8 else { return .long(range) }
        guard let value = bytes.littleEndian(at: range.lowerBound, bytes: range.count) else { return .number }
        // The highest bit is the sign.
        let shift = 64 - 8 * UInt64(range.count)
        return .integer(range.isEmpty ? 0 : Int(Int64(bitPattern: value << shift) >> Int64(shift)))
    }

    private mutating func pushText(_ instruction: PickleInstruction) {
        guard case .literal(let text, let range) = instruction.argument else { return push(.longText) }
        if range.count >= PickleNesting.minimumTextBytes { literals.append(range) }
        push(text.map { .text($0) } ?? .longText)
    }

    private mutating func pushBytes(_ instruction: PickleInstruction) {
        if case .literal(_, let range) = instruction.argument, range.count >= PickleNesting.minimumBytes {
            literals.append(range)
        }
        push(.bytes)
    }

    // MARK: Memo

    private mutating func store(
        _ index: Int?,
        at offset: Int,
        _ session: inout ScanSession
    ) throws(PickleFault) {
        guard let index, index >= 0 else { throw .badArgument("a memo index is negative or too large") }
        if index > 2 * bytes.count + 1024 {
            let what = "a memo index of \(index) makes a loader reserve memory for all up to it"
            session.report(.pickleExpansion, .suspicious, at: offset, what)
        }
        memo[index] = try top()
    }
}
