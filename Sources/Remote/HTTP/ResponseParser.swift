import Foundation

/// Reads one HTTP/1.1 answer out of bytes as they come (RFC 9112).
///
/// Strict where a server and a client could otherwise disagree on where an answer ends. Nothing is kept beyond
/// the limits, whatever the server announces.
package struct ResponseParser {
    /// The longest head, trailers included, of one answer.
    static let maximumHeadBytes = 1 << 16
    /// The most answers of status 1xx before the one that counts.
    static let maximumInterim = 8

    private enum State {
        case head
        case body(remaining: Int)
        case bodyUntilEnd
        case chunkSize
        case chunk(remaining: Int)
        case chunkEnd
        case trailers
        case done
    }

    private let maximumBodyBytes: Int
    private var state = State.head
    /// Bytes that came and were not read.
    private var pending: [UInt8] = []
    private var next = 0
    private var lines: [String] = []
    private var headBytes = 0
    private var interim = 0
    private var response: HTTPResponse?
    private var body: [UInt8] = []

    /// A parser for one answer.
    package init(maximumBodyBytes: Int) { self.maximumBodyBytes = maximumBodyBytes }

    /// Takes what came.
    ///
    /// - Returns: The answer, as soon as it is complete.
    /// - Throws: `TransportFailure.tooLarge`, or `.permanent` if this is not HTTP.
    package mutating func append(_ bytes: some Sequence<UInt8>) throws(TransportFailure) -> HTTPResponse? {
        pending.removeFirst(next)
        next = 0
        pending += bytes
        while try step() {}
        if case .done = state { return complete }
        return nil
    }

    /// Learns that nothing more will come.
    ///
    /// - Returns: The answer, if the connection's end is its end.
    /// - Throws: `TransportFailure.connection` if the answer is incomplete.
    package mutating func end() throws(TransportFailure) -> HTTPResponse {
        if case .bodyUntilEnd = state, let complete { return complete }
        let isBlank = lines.isEmpty && pending.isEmpty && interim == 0 && response == nil
        throw .connection(
            isBlank
                ? "the connection was closed without an answer" : "the connection was lost during the answer"
        )
    }

    private var complete: HTTPResponse? {
        var complete = response
        complete?.body = Data(body)
        return complete
    }

    /// Reads the next piece; false if that needs more bytes, or if there is nothing more to read.
    private mutating func step() throws(TransportFailure) -> Bool {
        switch state {
        case .head:
            guard let line = try line() else { return false }
            if !line.isEmpty { lines.append(line) } else { try finishHead() }
        case .body(let remaining):
            guard let count = try move(remaining) else { return false }
            state = count == remaining ? .done : .body(remaining: remaining - count)
        case .bodyUntilEnd: return try move(.max) != nil
        case .chunkSize:
            guard let line = try line() else { return false }
            let digits = line.prefix { $0 != ";" }.trimmingCharacters(in: .whitespaces)
            guard !digits.isEmpty, digits.allSatisfy(\.isHexDigit), let size = Int(digits, radix: 16) else {
                throw .permanent("the answer is not HTTP: the size of a chunk is no number")
            }
            state = size == 0 ? .trailers : .chunk(remaining: size)
            headBytes = 0
        case .chunk(let remaining):
            guard let count = try move(remaining) else { return false }
            state = count == remaining ? .chunkEnd : .chunk(remaining: remaining - count)
        case .chunkEnd:
            guard let line = try line() else { return false }
            guard line.isEmpty else { throw .permanent("the answer is not HTTP: a chunk does not end") }
            state = .chunkSize
        case .trailers:
            guard let line = try line() else { return false }
            if line.isEmpty { state = .done }
        case .done: return false
        }
        return true
    }

    /// A line without its end; nil if it has not come yet.
    private mutating func line() throws(TransportFailure) -> String? {
        let end = pending[next...].firstIndex(of: UInt8(ascii: "\n"))
        guard headBytes + (end ?? pending.count) - next < Self.maximumHeadBytes else {
            throw .permanent("the head of the answer is longer than \(Self.maximumHeadBytes) bytes")
        }
        guard let end else { return nil }
        var line = pending[next..<end]
        if line.last == UInt8(ascii: "\r") { line.removeLast() }
        headBytes += end + 1 - next
        next = end + 1
        return String(decoding: line, as: UTF8.self)
    }

    /// Moves bytes to the body, as many as there are and are wanted; nil if there are none.
    private mutating func move(_ wanted: Int) throws(TransportFailure) -> Int? {
        let count = min(wanted, pending.count - next)
        guard count > 0 else { return nil }
        guard count <= maximumBodyBytes - body.count else { throw .tooLarge }
        body += pending[next..<next + count]
        next += count
        return count
    }

    private mutating func finishHead() throws(TransportFailure) {
        let (status, headers) = try Self.head(lines)
        lines = []
        headBytes = 0
        if status < 200 {
            interim += 1
            guard status != 101, interim <= Self.maximumInterim else {
                throw .permanent("the server wants to speak something else than HTTP/1.1")
            }
            return
        }
        response = HTTPResponse(status: status, headers: headers, body: Data())
        if let coding = headers["content-encoding"]?.lowercased(), coding != "identity" {
            throw .permanent("the answer is compressed, which it was not asked to be")
        }
        if let coding = headers["transfer-encoding"]?.lowercased() {
            guard coding == "chunked" else {
                throw .permanent("the answer is not HTTP: an unknown transfer encoding")
            }
            state = .chunkSize
        } else if status == 204 || status == 304 {
            state = .done
        } else if let text = headers["content-length"] {
            // Several of them are one list; the same length twice is no contradiction.
            let lengths = Set(text.split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) })
            guard lengths.count == 1, let length = lengths.first,
                !length.isEmpty, length.allSatisfy({ $0.isASCII && $0.isNumber })
            else { throw .permanent("the answer is not HTTP: the length is no number") }
            guard let count = Int(length), count <= maximumBodyBytes else { throw .tooLarge }
            state = count == 0 ? .done : .body(remaining: count)
        } else {
            state = .bodyUntilEnd
        }
    }

    /// The status and the headers of a head's lines.
    private static func head(
        _ lines: [String]
    ) throws(TransportFailure) -> (status: Int, headers: [String: String]) {
        let words = (lines.first ?? "").split(separator: " ", maxSplits: 2, omittingEmptySubsequences: false)
        guard words.count >= 2, words[0] == "HTTP/1.1" || words[0] == "HTTP/1.0", words[1].utf8.count == 3,
            let status = Int(words[1]), (100...999).contains(status)
        else { throw .permanent("the answer is not HTTP/1.1") }
        var headers: [String: String] = [:]
        for line in lines.dropFirst() {
            guard let colon = line.firstIndex(of: ":"), colon > line.startIndex,
                !line[..<colon].contains(where: \.isWhitespace)
            else { throw .permanent("the answer is not HTTP: a header has no name") }
            let name = line[..<colon].lowercased()
            let value = line[line.index(after: colon)...].trimmingCharacters(in: .whitespaces)
            headers[name] = headers[name].map { "\($0), \(value)" } ?? value
        }
        return (status, headers)
    }
}
