import Foundation

/// Headers that go with every request, such as `Authorization`; all of them are treated as secrets.
///
/// Their values appear in no description, no log and no error, not even where a server repeats them.
public struct RemoteHeaders: Sendable {
    /// Values by name, in the order they were set.
    private(set) var fields: [(name: String, value: String)] = []

    /// No headers.
    public init() {}

    /// The names of the headers.
    public var names: [String] { fields.map(\.name) }

    /// Sets a header; one of the same name is replaced.
    ///
    /// - Throws: `RemoteError.header` if the name or the value cannot be sent, or if the request itself sets a
    ///   header of this name.
    public mutating func set(_ name: String, to value: String) throws(RemoteError) {
        guard !name.isEmpty, name.utf8.allSatisfy(Self.isToken), !Self.own.contains(name.lowercased()),
            !value.isEmpty, value.utf8.allSatisfy({ $0 == 9 || ($0 >= 32 && $0 < 127) }),
            value.first != " ", value.last != " "
        else { throw .header(name: Censor(secrets: []).clean(name)) }
        fields.removeAll { $0.name.lowercased() == name.lowercased() }
        fields.append((name, value))
    }

    /// Sets a header to what an environment variable holds, so that a secret is on no command line.
    ///
    /// - Parameters:
    ///   - name: The header's name.
    ///   - variable: The environment variable's name.
    ///   - environment: The environment; the process's own if left out.
    /// - Throws: `RemoteError.environment` if there is no such variable, and what `set(_:to:)` throws.
    public mutating func set(
        _ name: String,
        fromEnvironment variable: String,
        of environment: [String: String] = ProcessInfo.processInfo.environment
    ) throws(RemoteError) {
        guard let value = environment[variable], !value.isEmpty else {
            throw .environment(variable: variable)
        }
        try set(name, to: value)
    }

    /// What keeps the values out of texts.
    var censor: Censor {
        // A server may repeat the token without the word before it.
        Censor(secrets: fields.flatMap { [$0.value] + $0.value.split(separator: " ").map(String.init) })
    }

    /// Headers that the request sets, or that would change what is sent.
    private static let own: Set<String> = [
        "accept", "accept-encoding", "connection", "content-encoding", "content-length", "content-type",
        "expect",
        "host", "te", "trailer", "transfer-encoding", "upgrade",
    ]

    /// RFC 9110, section 5.6.2.
    private static func isToken(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "a")...UInt8(ascii: "z"):
            true
        default: "!#$%&'*+-.^_`|~".utf8.contains(byte)
        }
    }
}

extension RemoteHeaders: CustomStringConvertible, CustomReflectable {
    /// The names, without the values.
    public var description: String { "headers: \(names.joined(separator: ", "))" }

    /// The names, without the values.
    public var customMirror: Mirror { Mirror(self, children: ["names": names]) }
}

/// Makes texts of a server fit for messages: one short line, without secrets.
struct Censor: Sendable {
    /// Longest first, so that a part of a secret is not replaced before the whole.
    private let secrets: [String]

    init(secrets: [String]) {
        // Shorter words are no secrets, and replacing them would leave nothing to read.
        self.secrets = Set(secrets.filter { $0.count >= 4 }).sorted { ($1.count, $0) < ($0.count, $1) }
    }

    /// A text without secrets and without characters that steer a terminal, cut to a length.
    func clean(_ text: String, maximumLength: Int = 200) -> String {
        var text = text
        for secret in secrets { text = text.replacingOccurrences(of: secret, with: "[header]") }
        let scalars = text.unicodeScalars.map { scalar -> Unicode.Scalar in
            switch scalar.properties.generalCategory {
            case .control, .format, .lineSeparator, .paragraphSeparator, .privateUse, .unassigned: " "
            default: scalar
            }
        }
        let line = String(String.UnicodeScalarView(scalars))
            .split(separator: " ").joined(separator: " ")
        return line.count <= maximumLength ? line : line.prefix(maximumLength) + "…"
    }
}
