import Foundation

/// Addresses of sockets as they lie in memory.
package enum SocketAddress {
    /// A `sockaddr` of any family, perhaps cut short, in words: `192.0.2.1 port 80`; empty for nothing.
    package static func described(_ bytes: [UInt8]) -> String {
        guard bytes.count >= 2 else { return "" }
        let family = Int32(UInt16(bytes[0]) | UInt16(bytes[1]) << 8)
        switch family {
        case AF_INET where bytes.count >= 8:
            return "\(bytes[4..<8].map { "\($0)" }.joined(separator: ".")) port \(port(bytes))"
        case AF_INET6 where bytes.count >= 24:
            return "\(version6(Array(bytes[8..<24]))) port \(port(bytes))"
        case AF_UNIX: return "AF_UNIX \(path(bytes.dropFirst(2)))"
        default: return CallDescription.family(family)
        }
    }

    private static func port(_ bytes: [UInt8]) -> Int { Int(bytes[2]) << 8 | Int(bytes[3]) }

    private static func version6(_ bytes: [UInt8]) -> String {
        var text = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN))
        guard inet_ntop(AF_INET6, bytes, &text, socklen_t(text.count)) != nil else { return "" }
        return String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    /// A path, or an abstract name, which begins with a zero byte and is written with `@`.
    private static func path(_ bytes: ArraySlice<UInt8>) -> String {
        let isAbstract = bytes.first == 0
        let name = isAbstract ? bytes.dropFirst() : bytes
        let text = String(decoding: name.prefix { $0 != 0 }, as: UTF8.self)
        return (isAbstract ? "@" : "") + RelayedText.inOneLine(text)
    }
}
