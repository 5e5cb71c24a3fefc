/// What a confined process tells its supervisor: how far it is, the bytes it made, and what came of it.
///
/// On the channel, each is a byte for its kind, its length as four bytes (little-endian), and that many bytes.
enum Declaration: UInt8 {
    /// How far the job is.
    case progress = 0x70
    /// Some more bytes of the output.
    case output = 0x6F
    /// What came of it. Nothing follows.
    case result = 0x72

    /// The most bytes of one declaration.
    static let maximumBytes = 1 << 20

    /// A declaration as it goes over the channel.
    func framed(_ payload: some Collection<UInt8>) -> [UInt8] {
        let count = payload.count
        precondition(count <= Self.maximumBytes, "a declaration has at most \(Self.maximumBytes) bytes")
        return [rawValue] + (0..<4).map { UInt8(truncatingIfNeeded: count >> (8 * $0)) } + payload
    }
}

/// Reads what a confined process tells, of which nothing is believed.
struct DeclarationReader {
    /// The bytes the job made so far.
    private(set) var output: [UInt8] = []
    /// What came of it; nil while it has not said.
    private(set) var result: [UInt8]?
    private let maximumOutputBytes: Int
    private var waiting: [UInt8] = []

    /// A reader that takes this many bytes of output.
    init(maximumOutputBytes: Int) { self.maximumOutputBytes = maximumOutputBytes }

    /// Takes what has arrived.
    ///
    /// - Returns: The latest progress in it; nil if there was none.
    /// - Throws: `IsolationError` for what is in no form, too long, or comes after the end.
    mutating func take(_ bytes: [UInt8]) throws(IsolationError) -> [UInt8]? {
        waiting += bytes
        var progress: [UInt8]?
        var start = 0
        while waiting.count - start >= 5 {
            guard let kind = Declaration(rawValue: waiting[start]) else {
                throw .malformed("there is no kind \(waiting[start])")
            }
            let length = (0..<4).reduce(0) { $0 | Int(waiting[start + 1 + $1]) << (8 * $1) }
            guard length <= Declaration.maximumBytes else { throw .malformed("\(length) bytes at once") }
            guard waiting.count - start - 5 >= length else { break }
            let payload = waiting[(start + 5)..<(start + 5 + length)]
            start += 5 + length
            guard result == nil else { throw .malformed("something follows the result") }
            switch kind {
            case .progress: progress = Array(payload)
            case .result: result = Array(payload)
            case .output:
                guard output.count + length <= maximumOutputBytes else {
                    throw .outputTooLarge(maximumBytes: maximumOutputBytes)
                }
                output += payload
            }
        }
        waiting.removeFirst(start)
        return progress
    }

    /// What came of it, once the process has ended.
    ///
    /// - Throws: `IsolationError` if it has not said, or was cut off.
    func finished() throws(IsolationError) -> [UInt8] {
        guard waiting.isEmpty else { throw .malformed("it ends in the middle") }
        guard let result else { throw .malformed("there is no result") }
        return result
    }
}
