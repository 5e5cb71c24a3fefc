import Foundation

extension AgeCase {
    private static let first = Data(repeating: 0, count: 64 << 10)
    private static let second = Data(repeating: 1, count: 64 << 10)

    /// Content in pieces.
    static func contents() throws -> [AgeCase] {
        [
            try stream("no content at all", .content) { _ in },
            try stream("nonce short", .content) { $0.bytes += Data(count: 12) },
            try stream("no piece", .content) { $0.nonce() },
            try stream("tag missing", .content) {
                $0.nonce()
                $0.bytes += Data(count: 15)
            },
            try stream("empty content", .opened(Data())) {
                $0.nonce()
                try $0.piece(Data(), isLast: true)
            },
            try stream("one whole piece", .opened(first)) {
                $0.nonce()
                try $0.piece(first, isLast: true)
            },
            try stream("two whole pieces", .opened(first + second)) {
                $0.nonce()
                try $0.piece(first)
                try $0.piece(second, isLast: true)
            },
            try stream("a piece and a byte", .opened(first + [7])) {
                $0.nonce()
                try $0.piece(first)
                try $0.piece(Data([7]), isLast: true)
            },
            try stream("three pieces", .opened(first + second + first)) {
                $0.nonce()
                try $0.piece(first)
                try $0.piece(second)
                try $0.piece(first, isLast: true)
            },
            try stream("last piece empty", .content) {
                $0.nonce()
                try $0.piece(first)
                try $0.piece(Data(), isLast: true)
            },
            try stream("no last piece", .content) {
                $0.nonce()
                try $0.piece(content)
            },
            try stream("no last piece after a whole one", .content) {
                $0.nonce()
                try $0.piece(first)
            },
            try stream("no last piece after two", .content) {
                $0.nonce()
                try $0.piece(first)
                try $0.piece(content)
            },
            try stream("short piece in the middle", .content) {
                $0.nonce()
                try $0.piece(Data(first.dropLast()))
                try $0.piece(second, isLast: true)
            },
            try stream("two last pieces", .content) {
                $0.nonce()
                try $0.piece(first, isLast: true)
                try $0.piece(second, isLast: true)
            },
            try stream("two short last pieces", .content) {
                $0.nonce()
                try $0.piece(content, isLast: true)
                try $0.piece(content, isLast: true)
            },
            try stream("a byte behind the end", .content) {
                $0.nonce()
                try $0.piece(content, isLast: true)
                $0.bytes += Data([0])
            },
            try stream("a byte behind a whole last piece", .content) {
                $0.nonce()
                try $0.piece(first, isLast: true)
                $0.bytes += Data([0])
            },
            try stream("a piece behind the end", .content) {
                $0.nonce()
                try $0.piece(first, isLast: true)
                $0.bytes += Data(count: 100)
            },
        ]
    }

    static func all() throws -> [AgeCase] { try headers() + x25519() + passphrases() + contents() }
}
