/// What is known of a value while a pickle is followed; containers are numbers into a `PickleHeap`.
///
/// Equality is not needed: values are only looked at where an import or a call depends on them.
enum PickleValue {
    case none
    case boolean(Bool)
    case integer(Int)
    /// A number that is not known, or not needed.
    case number
    /// A number of many bytes, and where they are.
    case long(Range<Int>)
    case text(String)
    /// Text that is too long to be a name, or no UTF-8.
    case longText
    case bytes
    case tuple(Int)
    case list(Int)
    case dictionary(Int)
    case set(Int)
    /// What an import gives; a number into the imports.
    case global(Int)
    /// What a call gives; a number into the calls.
    case instance(Int)
    case persistent
    case unknown

    /// The kind of the value in words.
    var kind: String {
        switch self {
        case .none: "None"
        case .boolean: "a truth value"
        case .integer, .number, .long: "a number"
        case .text, .longText: "text"
        case .bytes: "bytes"
        case .tuple: "a tuple"
        case .list: "a list"
        case .dictionary: "a dictionary"
        case .set: "a set"
        case .global: "an import"
        case .instance: "the result of a call"
        case .persistent: "a persistent object"
        case .unknown: "an unknown value"
        }
    }
}

/// An import of a pickle.
struct PickleImport {
    let module: String
    let name: String
    let trust: GlobalTrust

    var fullName: String { "\(module).\(name)" }
}

/// A call of a pickle: what is called with what, and the state that is set on the result.
struct PickleCall {
    /// The import that is called.
    let callee: Int
    /// The first few arguments.
    let arguments: [PickleValue]
    var state = PickleValue.none
}

/// The containers that a pickle makes, as far as their contents matter.
struct PickleHeap {
    struct Container {
        /// The first few items of a tuple.
        var items: [PickleValue] = []
        /// The first few entries with short keys of a dictionary.
        var entries: [String: PickleValue] = [:]
        var count = 0
        /// How many values it unfolds into, with shared ones counted as often as they are used.
        var weight = 1
    }

    static let maximumItems = 16
    static let maximumEntries = 32

    private(set) var containers: [Container] = []
    let limit: Int

    init(limit: Int) { self.limit = limit }

    subscript(index: Int) -> Container { containers[index] }

    mutating func make() throws(PickleFault) -> Int {
        guard containers.count < limit else { throw .limit("it makes more than \(limit) containers") }
        containers.append(Container())
        return containers.count - 1
    }

    mutating func add(_ value: PickleValue, to index: Int) {
        let weight = weight(of: value)
        containers[index].count += 1
        containers[index].weight = saturated(containers[index].weight, weight)
        if containers[index].items.count < Self.maximumItems { containers[index].items.append(value) }
    }

    /// Adds to a list or set, whose items do not matter.
    mutating func count(_ value: PickleValue, in index: Int) {
        containers[index].count += 1
        containers[index].weight = saturated(containers[index].weight, weight(of: value))
    }

    mutating func set(_ key: PickleValue, to value: PickleValue, in index: Int) {
        containers[index].count += 1
        containers[index].weight = saturated(
            containers[index].weight,
            saturated(weight(of: key), weight(of: value))
        )
        guard case .text(let name) = key, name.utf8.count <= 64 else { return }
        if containers[index].entries.count < Self.maximumEntries || containers[index].entries[name] != nil {
            containers[index].entries[name] = value
        }
    }

    func weight(of value: PickleValue) -> Int {
        switch value {
        case .tuple(let index), .list(let index), .dictionary(let index), .set(let index):
            containers[index].weight
        default: 1
        }
    }

    private func saturated(_ first: Int, _ second: Int) -> Int {
        let (sum, overflow) = first.addingReportingOverflow(second)
        return overflow ? .max : sum
    }
}
