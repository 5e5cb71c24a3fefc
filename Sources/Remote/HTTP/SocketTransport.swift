import Foundation

/// HTTP/1.1 without encryption, over a connection of its own for each request.
///
/// Foundation would do this, too, but on Linux it ends the whole process if a server goes away in the middle of an
/// answer's head, sends a request again by itself without saying so, and buffers without bounds. Here a request
/// is sent exactly once, and of the answer no more is read than allowed. Proxies are not used.
package struct SocketTransport: HTTPTransport {
    /// A transport.
    package init() {}

    package func send(_ request: HTTPRequest) -> Result<HTTPResponse, TransportFailure> {
        Result { () throws(TransportFailure) in try exchange(request) }
    }

    private func exchange(_ request: HTTPRequest) throws(TransportFailure) -> HTTPResponse {
        let deadline = Deadline(after: request.timeout)
        guard let host = request.url.host, !host.isEmpty else { throw .permanent("there is no host") }
        let connection = try Connection.open(host: host, port: request.url.port ?? 80, until: deadline)
        var rest = Self.message(request, host: host)[...]
        var parser = ResponseParser(maximumBodyBytes: request.maximumBytes)
        while true {
            // A server may answer before it has read everything, to say that it will not.
            if try connection.wait(toSend: !rest.isEmpty, until: deadline) {
                switch try connection.receive() {
                case .bytes(let bytes): if let response = try parser.append(bytes) { return response }
                case .end: return try parser.end()
                case .nothing: break
                }
            } else {
                rest = rest.dropFirst(connection.transmit(rest))
            }
        }
    }

    /// The request as it is sent.
    private static func message(_ request: HTTPRequest, host: String) -> [UInt8] {
        let parts = URLComponents(url: request.url, resolvingAgainstBaseURL: true)
        var target = parts?.percentEncodedPath ?? ""
        if target.isEmpty { target = "/" }
        if let query = parts?.percentEncodedQuery { target += "?\(query)" }
        let name = host.contains(":") && !host.hasPrefix("[") ? "[\(host)]" : host
        let port = request.url.port.map { ":\($0)" } ?? ""
        var head = "\(request.method) \(target) HTTP/1.1\r\nHost: \(name)\(port)\r\n"
        for (name, value) in request.headers where name.lowercased() != "connection" {
            head += "\(name): \(value)\r\n"
        }
        if let body = request.body { head += "Content-Length: \(body.count)\r\n" }
        head += "Connection: close\r\n\r\n"
        return Array(head.utf8) + (request.body ?? Data())
    }
}

/// A moment after which nobody waits any more.
struct Deadline {
    private let end: ContinuousClock.Instant

    init(after duration: Duration) { end = .now + duration }

    /// The milliseconds left, at least 1.
    ///
    /// - Throws: `TransportFailure.timedOut` if there are none.
    func milliseconds() throws(TransportFailure) -> Int32 {
        let left = end - .now
        guard left > .zero else { throw .timedOut }
        return Int32(min((left.inSeconds * 1000).rounded(.up), 1e9))
    }
}
