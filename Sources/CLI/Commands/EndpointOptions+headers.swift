import ArgumentParser
import BulwarkRemote
import Foundation

extension EndpointOptions {
    /// Checks what was typed of headers, without looking at any value.
    ///
    /// - Throws: `ValidationError`, which repeats nothing that could be a secret.
    func validateHeaders() throws {
        for text in headerFromEnvironment {
            let (_, variable) = try Self.pair(text, "--header-from-environment")
            // Who types the value itself shall not see it in a message, or in a log.
            guard variable.allSatisfy({ $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_") }) else {
                throw ValidationError(
                    "--header-from-environment takes NAME=VARIABLE: the name of a variable, not a value"
                )
            }
        }
        for text in headerFromFile { _ = try Self.pair(text, "--header-from-file") }
    }

    /// The headers with their values.
    ///
    /// - Throws: `CommandFailure` if one has no value, or cannot be sent.
    func headers() throws -> RemoteHeaders {
        var headers = RemoteHeaders()
        for text in headerFromEnvironment {
            let (name, variable) = try Self.pair(text, "--header-from-environment")
            try EndpointFailure.naming("--header-from-environment") {
                try headers.set(name, fromEnvironment: variable)
            }
        }
        for text in headerFromFile {
            let (name, path) = try Self.pair(text, "--header-from-file")
            let value = try Self.firstLine(of: path)
            try EndpointFailure.naming("--header-from-file") { try headers.set(name, to: value) }
        }
        return headers
    }

    private static func pair(_ text: String, _ option: String) throws -> (name: String, source: String) {
        let parts = text.split(separator: "=", maxSplits: 1).map(String.init)
        guard parts.count == 2 else {
            throw ValidationError("\(option) takes a name, =, and where the value is")
        }
        return (parts[0], parts[1])
    }

    private static func firstLine(of path: String) throws -> String {
        guard let handle = FileHandle(forReadingAtPath: path) else {
            throw CommandFailure(.notFound, "\(path): no such file, or it cannot be read")
        }
        defer { try? handle.close() }
        let start = (try? handle.read(upToCount: 1 << 16)) ?? Data()
        return String(decoding: start.prefix { $0 != 10 && $0 != 13 }, as: UTF8.self)
            .trimmingCharacters(in: .whitespaces)
    }
}
