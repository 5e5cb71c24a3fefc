import Foundation

/// A request as it came, whole.
public struct ServedRequest: Sendable {
    /// The method, as in `POST`.
    public let method: String
    /// The path with what follows it, as it came.
    public let target: String
    /// The body.
    public let body: Data

    /// The path without a query.
    public var path: Substring { target.prefix { $0 != "?" } }
}

/// What is answered.
public struct ServedAnswer: Sendable {
    /// The status of HTTP.
    public let status: Int
    /// The type of the body.
    public let contentType: String
    /// The body.
    public let body: Data
    /// Headers besides those of the body.
    public let headers: [(name: String, value: String)]

    /// An answer.
    public init(
        _ status: Int,
        _ body: Data,
        type contentType: String = "text/plain; charset=utf-8",
        headers: [(name: String, value: String)] = []
    ) {
        (self.status, self.contentType, self.body, self.headers) = (status, contentType, body, headers)
    }
}
