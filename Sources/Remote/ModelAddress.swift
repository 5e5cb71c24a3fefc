import Foundation

/// Where a served model is: the address of its metadata in the Open Inference Protocol, version 2.
///
/// That is `http://host:8000/v2/models/NAME`, or the same with `/versions/VERSION` behind it, wherever on the
/// host the protocol's `/v2` lives.
public struct ModelAddress: Sendable, Hashable {
    /// The name of the model.
    public let name: String
    /// The version that is asked for; the server's choice if nil.
    public let version: String?
    /// Where the metadata is read.
    let metadata: URL
    /// Where samples are sent.
    let inference: URL

    /// Reads an address.
    ///
    /// - Parameter text: A URL without user, password, query and fragment: an address ends up in reports.
    /// - Throws: `RemoteError.address`.
    public init(_ text: String) throws(RemoteError) {
        guard var parts = URLComponents(string: text, encodingInvalidCharacters: false),
            let scheme = parts.scheme?.lowercased(), scheme == "http" || scheme == "https",
            let host = parts.host, !host.isEmpty
        else { throw .address("it does not begin with http:// or https:// and the name of a host") }
        guard parts.user == nil, parts.password == nil else {
            throw .address("it holds a user or a password, which belong into a header")
        }
        guard parts.query == nil, parts.fragment == nil else {
            throw .address("it holds a query or a fragment")
        }
        if parts.percentEncodedPath.hasSuffix("/") { parts.percentEncodedPath.removeLast() }
        guard let (name, version) = Self.model(of: parts.percentEncodedPath) else {
            throw .address("its path does not end with /v2/models/NAME or /v2/models/NAME/versions/VERSION")
        }
        (self.name, self.version) = (name, version)
        let metadata = parts.url
        parts.percentEncodedPath += "/infer"
        guard let metadata, let inference = parts.url else { throw .address("it is no URL") }
        (self.metadata, self.inference) = (metadata, inference)
    }

    /// Whether a text is meant as an address and not as the name of a file.
    public static func isMeant(by text: String) -> Bool {
        let start = text.prefix(8).lowercased()
        return start.hasPrefix("http://") || start.hasPrefix("https://")
    }

    /// Whether what is sent never leaves this machine.
    var isLocal: Bool {
        let host = (metadata.host ?? "").lowercased()
        return host == "localhost" || host.hasSuffix(".localhost") || host == "::1" || host == "[::1]"
            || (host.hasPrefix("127.") && host.allSatisfy { $0.isNumber || $0 == "." })
    }

    /// Whether what is sent can be read on the way.
    var isEncrypted: Bool { metadata.scheme?.lowercased() == "https" }

    private static func model(of path: String) -> (name: String, version: String?)? {
        let parts = path.split(separator: "/", omittingEmptySubsequences: false).dropFirst().map(String.init)
        guard !parts.contains(where: { $0.isEmpty || $0 == "." || $0 == ".." }) else { return nil }
        func named(_ tail: ArraySlice<String>) -> String? {
            tail.starts(with: ["v2", "models"]) ? tail.last?.removingPercentEncoding : nil
        }
        // The longer form first: a model could be called "versions".
        if parts.count >= 5, parts[parts.count - 2] == "versions",
            let name = named(parts.dropLast(2).suffix(3)), let version = parts.last?.removingPercentEncoding
        {
            return (name, version)
        }
        return parts.count >= 3 ? named(parts.suffix(3)).map { ($0, nil) } : nil
    }
}

extension ModelAddress: CustomStringConvertible {
    /// The URL.
    public var description: String { metadata.absoluteString }
}

extension URL {
    /// Whether another URL has the same scheme, host and port.
    func hasOrigin(of other: URL) -> Bool {
        func origin(_ url: URL) -> [String?] {
            let scheme = url.scheme?.lowercased()
            let port = url.port ?? (scheme == "https" ? 443 : 80)
            return [scheme, url.host?.lowercased(), "\(port)"]
        }
        return origin(self) == origin(other)
    }
}
