import Foundation

/// One HTTP request.
package struct HTTPRequest: Sendable {
    var method: String
    var url: URL
    var headers: [(name: String, value: String)]
    var body: Data?
    /// From connecting to the last byte of the answer.
    var timeout: Duration
    /// The longest body that is read.
    var maximumBytes: Int

    /// A request.
    package init(
        _ method: String,
        _ url: URL,
        headers: [(name: String, value: String)] = [],
        body: Data? = nil,
        timeout: Duration,
        maximumBytes: Int
    ) {
        (self.method, self.url, self.headers, self.body) = (method, url, headers, body)
        (self.timeout, self.maximumBytes) = (timeout, maximumBytes)
    }
}

/// A complete answer to an HTTP request, whatever its status.
package struct HTTPResponse: Sendable {
    package var status: Int
    /// Values by name in lower case.
    package var headers: [String: String]
    package var body: Data
}

/// Why there is no complete answer.
package enum TransportFailure: Error, Equatable {
    /// The connection failed or was lost; trying again may help.
    case connection(String)
    /// Trying again will not help: an unknown host, a certificate, an answer that is not HTTP.
    case permanent(String)
    /// The time was over first.
    case timedOut
    /// The body is longer than allowed; the rest of it was not read.
    case tooLarge
}

/// Sends a request and waits for the whole answer.
package protocol HTTPTransport: Sendable {
    /// Blocks the calling thread; follows no redirect and repeats nothing.
    func send(_ request: HTTPRequest) -> Result<HTTPResponse, TransportFailure>
}

/// Encrypted where the address says so.
package struct SystemTransport: HTTPTransport {
    /// A transport.
    package init() {}

    package func send(_ request: HTTPRequest) -> Result<HTTPResponse, TransportFailure> {
        request.url.scheme?.lowercased() == "https"
            ? URLSessionTransport().send(request) : SocketTransport().send(request)
    }
}
