/// Follows a pickle without running it: a stack, a memo and what is known of each value.
///
/// Every import is judged when it is made, whatever becomes of it; every call must be of an import. What the
/// machine does not know is taken for the worst. Source: Python, `Lib/pickle.py`, class `_Unpickler`.
struct PickleMachine {
    /// Which loader is followed where loaders differ.
    enum Reader {
        /// `pickle.load`.
        case plain
        /// `joblib.load`, for which arrays lie as raw bytes in the middle of the pickle.
        case joblib
    }

    /// How a pickle ended.
    enum Ending {
        case stop
        case fault(PickleFault)
    }

    /// A storage of PyTorch that the pickle refers to.
    struct Storage: Hashable {
        let type: String
        let key: String
        let count: Int
    }

    let bytes: ScanBytes
    let reader: Reader
    let start: Int
    /// Where the next instruction begins.
    var position: Int
    var stack: [PickleValue] = []
    /// Where the items above each mark begin.
    var marks: [Int] = []
    var memo: [Int: PickleValue] = [:]
    var heap: PickleHeap
    var imports: [PickleImport] = []
    var calls: [PickleCall] = []
    var storages: Set<Storage> = []
    /// Literals that may hold another pickle.
    var literals: [Range<Int>] = []
    var frames = PickleFrames()
    /// Whether a call was made, so that code has run whatever follows.
    var hasCalled = false
    var usesJoblib = false
    /// How many pickles this one lies in, as the elements of an array.
    var depth = 0
    /// What STOP gave.
    private(set) var result = PickleValue.unknown
    /// Where imports with known names are.
    var importOffsets: Set<Int> = []
    /// Where imports take their names from calls that make text.
    var spelledNames: Set<Int> = []
    private(set) var instructions = 0
    private var hasProtocol = false
    /// How far to go at most.
    var maximumInstructions = Int.max

    init(_ bytes: ScanBytes, at start: Int, as reader: Reader, limits: ScanLimits) {
        (self.bytes, self.reader, self.start, position) = (bytes, reader, start, start)
        heap = PickleHeap(limit: limits.maximumValues)
    }

    /// Whether the bytes were surely meant as a pickle, even if it has no proper end.
    var isSurelyPickle: Bool {
        (hasProtocol && instructions > 1) || hasCalled || imports.contains { $0.trust.isDangerous }
    }

    /// Follows the pickle to its STOP, or as far as it goes.
    mutating func run(_ session: inout ScanSession) -> Ending {
        do {
            while true {
                let instruction = try PickleInstruction(bytes, at: position)
                session.operations += 1
                instructions += 1
                guard session.operations <= session.limits.maximumOperations,
                    instructions <= maximumInstructions
                else {
                    throw PickleFault.limit("it has too many instructions")
                }
                frames.step(instruction, in: bytes)
                position = instruction.end
                if instruction.code == .stop {
                    result = try pop()
                    if !stack.isEmpty || !marks.isEmpty {
                        session.report(
                            .pickleLeftover,
                            .note,
                            at: instruction.start,
                            "the pickle ends with unused values on its stack"
                        )
                    }
                    frames.stop(at: position)
                    return .stop
                }
                try execute(instruction, &session)
                guard stack.count <= session.limits.maximumValues, memo.count <= session.limits.maximumValues
                else { throw PickleFault.limit("its stack or memo holds too many values") }
            }
        } catch let fault as PickleFault {
            return .fault(fault)
        } catch {
            return .fault(.ends)
        }
    }

    /// The PROTO instruction, which belongs to the front of a pickle and nowhere else.
    mutating func declare(_ version: Int, at offset: Int, _ session: inout ScanSession) throws(PickleFault) {
        if offset != start {
            session.report(
                .pickleProtocol,
                .suspicious,
                at: offset,
                hasProtocol ? "the protocol is declared again" : "the protocol is declared late"
            )
        }
        hasProtocol = true
        guard version <= 5 else { throw .badProtocol(version) }
    }

    // MARK: The stack

    /// Where the items that an instruction may take begin.
    var fence: Int { marks.last ?? 0 }

    mutating func push(_ value: PickleValue) { stack.append(value) }

    mutating func pop() throws(PickleFault) -> PickleValue {
        guard stack.count > fence, let value = stack.popLast() else { throw .stackUnderflow }
        return value
    }

    func top() throws(PickleFault) -> PickleValue {
        guard stack.count > fence, let value = stack.last else { throw .stackUnderflow }
        return value
    }

    /// The items above the last mark, which are taken off with it.
    mutating func popMark() throws(PickleFault) -> ArraySlice<PickleValue> {
        guard let mark = marks.popLast() else { throw .missingMark }
        let items = stack[mark...]
        stack.removeSubrange(mark...)
        return items
    }

    /// A tuple of some items.
    mutating func tuple(_ items: some Sequence<PickleValue>) throws(PickleFault) -> PickleValue {
        let index = try heap.make()
        for item in items { heap.add(item, to: index) }
        return .tuple(index)
    }

    /// The arguments in a tuple; nil if it is none.
    func arguments(_ value: PickleValue) -> [PickleValue]? {
        guard case .tuple(let index) = value else { return nil }
        return heap[index].items
    }
}
