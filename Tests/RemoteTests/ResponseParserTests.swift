import BulwarkRemote
import Foundation
import Testing

struct ResponseParserTests {
    /// What a parser makes of a text that comes in pieces of some length, and then ends.
    private func parse(
        _ text: String,
        pieces: Int = .max,
        maximum: Int = 1000
    ) -> Result<HTTPResponse, TransportFailure> {
        var parser = ResponseParser(maximumBodyBytes: maximum)
        var rest = Array(text.utf8)[...]
        do {
            while !rest.isEmpty {
                if let response = try parser.append(rest.prefix(pieces)) { return .success(response) }
                rest = rest.dropFirst(pieces)
            }
            return .success(try parser.end())
        } catch {
            return .failure(error)
        }
    }

    static let good: [(text: String, status: Int, body: String)] = [
        ("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello", 200, "hello"),
        ("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello and more", 200, "hello"),
        ("HTTP/1.1 200 OK\r\nContent-Length: 5, 5\r\n\r\nhello", 200, "hello"),
        ("HTTP/1.0 404 Not Found\r\n\r\nhello", 404, "hello"),
        ("HTTP/1.1 200\r\nContent-Length: 0\r\n\r\n", 200, ""),
        ("HTTP/1.1 200 \ncontent-length:5\n\nhello", 200, "hello"),
        ("HTTP/1.1 204 X\r\nContent-Length: 5\r\n\r\nhello", 204, ""),
        (
            "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 X\r\nA: b\r\n\r\nHTTP/1.1 503 X\r\n\r\nhello", 503,
            "hello"
        ),
        (
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nhel\r\n002;a=b\r\nlo\r\n0\r\nA: b\r\n\r\n",
            200, "hello"
        ),
        (
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: Chunked\r\nContent-Length: 1\r\n\r\n5\r\nhello\r\n0\r\n\r\n",
            200,
            "hello"
        ),
        ("HTTP/1.1 200 OK\r\nContent-Encoding: identity\r\n\r\nhello", 200, "hello"),
    ]

    @Test(arguments: good)
    func readsAnswersInPiecesOfAnyLength(text: String, status: Int, body: String) throws {
        for pieces in Array(1...9) + [1000] {
            let response = try parse(text, pieces: pieces).get()
            #expect(response.status == status)
            #expect(String(decoding: response.body, as: UTF8.self) == body)
        }
    }

    @Test func joinsHeadersOfOneName() throws {
        let response = try parse("HTTP/1.1 200 OK\r\nA:  b \r\na: c\r\nEmpty:\r\n\r\n").get()
        #expect(response.headers == ["a": "b, c", "empty": ""])
    }

    @Test(arguments: good.prefix(1) + good.dropFirst(8).prefix(2))
    func everyPlaceToBreakOffIsAnError(text: String, status: Int, body: String) {
        let end = text.utf8.count - (text.hasSuffix("more") ? 9 : 0)
        for length in 0..<end {
            #expect {
                try parse(String(decoding: text.utf8.prefix(length), as: UTF8.self)).get()
            } throws: { error in
                guard case TransportFailure.connection = error else { return false }
                return true
            }
        }
    }

    @Test(arguments: [
        "garbage\r\n\r\n", "\r\n\r\n", "HTTP/1.1\r\n\r\n", "HTTP/1.1 abc X\r\n\r\n", "HTTP/1.1 +20 X\r\n\r\n",
        "HTTP/1.1 099 X\r\n\r\n", "HTTP/1.1 2000 X\r\n\r\n", "HTTP/2 200 X\r\n\r\n",
        "HTTP/1.1  200 X\r\n\r\n",
        "HTTP/1.1 101 X\r\n\r\n", "HTTP/1.1 200 X\r\nno colon\r\n\r\n", "HTTP/1.1 200 X\r\n: value\r\n\r\n",
        "HTTP/1.1 200 X\r\nA : b\r\n\r\n", "HTTP/1.1 200 X\r\nA: b\r\n folded\r\n\r\n",
        "HTTP/1.1 200 X\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab",
        "HTTP/1.1 200 X\r\nContent-Length: -1\r\n\r\n", "HTTP/1.1 200 X\r\nContent-Length: 0x1\r\n\r\na",
        "HTTP/1.1 200 X\r\nContent-Length:\r\n\r\n", "HTTP/1.1 200 X\r\nContent-Length: ٣\r\n\r\nabc",
        "HTTP/1.1 200 X\r\nTransfer-Encoding: gzip, chunked\r\n\r\n",
        "HTTP/1.1 200 X\r\nContent-Encoding: gzip\r\n\r\n",
        "HTTP/1.1 200 X\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        "HTTP/1.1 200 X\r\nTransfer-Encoding: chunked\r\n\r\n-1\r\n",
        "HTTP/1.1 200 X\r\nTransfer-Encoding: chunked\r\n\r\n\r\n",
        "HTTP/1.1 200 X\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nabc\r\n",
        "HTTP/1.1 200 X\r\nTransfer-Encoding: chunked\r\n\r\nfffffffffffffffff\r\n",
        String(repeating: "HTTP/1.1 100 X\r\n\r\n", count: 9),
        "HTTP/1.1 200 X\r\nA: " + String(repeating: "a", count: 70_000),
        "HTTP/1.1 200 X\r\n" + String(repeating: "A: b\r\n", count: 20_000),
        "HTTP/1.1 200 X\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n"
            + String(repeating: "A: b\r\n", count: 20_000),
        "HTTP/1.1 200 X\r\nTransfer-Encoding: chunked\r\n\r\n" + String(repeating: "0", count: 70_000),
    ])
    func refusesWhatIsNotHTTP(text: String) {
        for pieces in [1000, Int.max] {
            #expect {
                try parse(text, pieces: pieces).get()
            } throws: { error in
                guard case TransportFailure.permanent = error else { return false }
                return true
            }
        }
    }

    @Test(arguments: [
        "HTTP/1.1 200 X\r\nContent-Length: 5\r\n\r\n", "HTTP/1.1 200 X\r\n\r\nhello",
        "HTTP/1.1 200 X\r\nContent-Length: 99999999999999999999\r\n\r\n",
        "HTTP/1.1 200 X\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello",
        "HTTP/1.1 200 X\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nhel\r\n2\r\nlo",
    ])
    func readsNoMoreThanAllowed(text: String) {
        #expect(throws: TransportFailure.tooLarge) { try parse(text, maximum: 4).get() }
    }

    @Test func anEmptyChunkedBodyIsEmpty() throws {
        let response = try parse("HTTP/1.1 200 X\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", maximum: 0)
            .get()
        #expect(response.body.isEmpty)
    }
}
