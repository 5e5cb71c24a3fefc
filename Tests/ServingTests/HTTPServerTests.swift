import BulwarkServing
import Foundation
import Synchronization
import Testing

/// A server, asked over real connections.
struct HTTPServerTests {
    private static func server(
        _ limits: ServerLimits = ServerLimits(),
        answer: @escaping HTTPServer.Answering = { request in
            ServedAnswer(200, Data("\(request.method) \(request.target) ".utf8) + request.body)
        }
    ) throws -> HTTPServer {
        try HTTPServer(host: "127.0.0.1", port: 0, limits: limits, answer: answer)
    }

    private static func ask(_ server: HTTPServer, _ text: String) throws -> String {
        let connection = try RawConnection(port: server.port)
        connection.send(text)
        return connection.answer()
    }

    private static func post(_ body: String, _ headers: String = "") -> String {
        "POST /a?b HTTP/1.1\r\nHost: a\r\nContent-Length: \(body.utf8.count)\r\n\(headers)\r\n\(body)"
    }

    @Test func aRequestIsAnsweredAndTheConnectionClosed() throws {
        let server = try Self.server()
        defer { server.stop() }
        let answer = try Self.ask(server, Self.post("hello") + Self.post("again"))
        #expect(answer.hasPrefix("HTTP/1.1 200 OK\r\n"))
        #expect(answer.hasSuffix("\r\n\r\nPOST /a?b hello"))
        #expect(answer.contains("Content-Length: 15\r\n") && answer.contains("Connection: close\r\n"))
        #expect(answer.components(separatedBy: "HTTP/1.1").count == 2)
        #expect(try Self.ask(server, "GET / HTTP/1.0\r\n\r\n").hasSuffix("GET / "))
        let head = try Self.ask(server, "HEAD / HTTP/1.1\r\nHost: a\r\n\r\n")
        #expect(head.hasSuffix("\r\n\r\n") && head.contains("Content-Length: 7\r\n"))
    }

    @Test func aRequestMayComeInPiecesAndThenEnd() throws {
        let server = try Self.server()
        defer { server.stop() }
        let connection = try RawConnection(port: server.port)
        for character in Self.post("in pieces") { connection.send(String(character)) }
        connection.finish()
        #expect(connection.answer().hasSuffix("POST /a?b in pieces"))
        let chunked =
            "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n1\r\nc\r\n0\r\n\r\n"
        #expect(try Self.ask(server, chunked).hasSuffix("POST / abc"))
    }

    @Test func aBodyThatIsTooLongIsRefused() throws {
        let calls = Calls()
        let server = try Self.server(ServerLimits(maximumBodyBytes: 1000)) { _ in calls.answer() }
        defer { server.stop() }
        let long = String(repeating: "x", count: 1001)
        #expect(try Self.ask(server, Self.post(long)).hasPrefix("HTTP/1.1 413 "))
        let huge = "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9223372036854775807\r\n\r\n"
        #expect(try Self.ask(server, huge).hasPrefix("HTTP/1.1 413 "))
        let chunk = "258\r\n" + String(repeating: "y", count: 600) + "\r\n"
        let chunked =
            "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n\(chunk)\(chunk)0\r\n\r\n"
        #expect(try Self.ask(server, chunked).hasPrefix("HTTP/1.1 413 "))
        #expect(calls.most == 0)
        #expect(try Self.ask(server, Self.post(String(long.dropLast()))).hasPrefix("HTTP/1.1 200 "))
    }

    @Test(arguments: [
        "garbage\r\n\r\n", "\u{0}\u{1}\u{2}",
        "POST / HTTP/1.1\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\n",
        "POST / HTTP/1.1\r\nContent-Length: -1\r\n\r\n",
        "POST / HTTP/1.1\r\nContent-Length: 99999999999999999999\r\n\r\n",
        "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\nabc",
        "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nfffffffffffffffff\r\n",
        "GET / HTTP/9.9\r\n\r\n",
        "GET / HTTP/1.1\r\nA: " + String(repeating: "x", count: 20_000) + "\r\n\r\n",
        "GET / HTTP/1.1\r\n" + String(repeating: "A: xxxxxxxxxxxxxxxx\r\n", count: 1000) + "\r\n",
        "GET /" + String(repeating: "x", count: 100_000),
        "POST / HTTP/1.1\r\nContent-Length: 10\r\n\r\nhalf", "POST / HTT",
    ])
    func whatIsNoRequestReachesNobody(text: String) throws {
        let calls = Calls()
        let server = try Self.server { _ in calls.answer() }
        defer { server.stop() }
        let connection = try RawConnection(port: server.port)
        connection.send(text)
        connection.finish()
        let answer = connection.answer()
        #expect(answer.isEmpty || answer.hasPrefix("HTTP/1.1 4") || answer.hasPrefix("HTTP/1.1 5"))
        #expect(calls.most == 0, "\(answer)")
        #expect(try Self.ask(server, Self.post("next")).hasPrefix("HTTP/1.1 200 "))
    }

    @Test func whoeverSaysNothingIsCutOff() throws {
        let server = try Self.server(ServerLimits(patience: 1))
        defer { server.stop() }
        let (silent, slow) = (try RawConnection(port: server.port), try RawConnection(port: server.port))
        slow.send("POST / HTTP/1.1\r\nContent-Length: 3\r\n\r\na")
        #expect(silent.answer().isEmpty && slow.answer().isEmpty)
        #expect(try Self.ask(server, Self.post("next")).hasPrefix("HTTP/1.1 200 "))
    }

    @Test func connectionsBeyondTheLimitAreClosed() throws {
        let server = try Self.server(ServerLimits(maximumConnections: 2))
        defer { server.stop() }
        var open = [try RawConnection(port: server.port), try RawConnection(port: server.port)]
        // The two are taken in the order in which they came, so the third is one too many.
        #expect(try Self.ask(server, Self.post("third")).isEmpty)
        open[0].send(Self.post("first"))
        #expect(open[0].answer().hasSuffix("first"))
        open = []
        // That they are gone is noticed a little later.
        var answer = ""
        for _ in 0..<1000 where answer.isEmpty { answer = try Self.ask(server, Self.post("fourth")) }
        #expect(answer.hasSuffix("fourth"))
    }

    @Test func requestsAreAnsweredOneAfterAnother() async throws {
        let calls = Calls()
        let server = try Self.server { _ in calls.answer() }
        defer { server.stop() }
        await withTaskGroup { group in
            for _ in 0..<20 {
                group.addTask { try? Self.ask(server, Self.post("x")).hasPrefix("HTTP/1.1 200 ") }
            }
            for await answer in group { #expect(answer == true) }
        }
        #expect(calls.most == 1)
    }

    @Test func aPortThatIsTakenIsAnError() throws {
        let server = try Self.server()
        defer { server.stop() }
        #expect(throws: (any Error).self) {
            try HTTPServer(host: "127.0.0.1", port: server.port) { _ in ServedAnswer(200, Data()) }
        }
        #expect(throws: (any Error).self) {
            try HTTPServer(host: "192.0.2.1", port: 0) { _ in ServedAnswer(200, Data()) }
        }
    }
}

/// How many answers were being made at the same time, at most.
private final class Calls: Sendable {
    private let state = Mutex((now: 0, most: 0))

    var most: Int { state.withLock { $0.most } }

    func answer() -> ServedAnswer {
        state.withLock { $0 = ($0.now + 1, max($0.most, $0.now + 1)) }
        usleep(1000)
        state.withLock { $0.now -= 1 }
        return ServedAnswer(200, Data("done".utf8))
    }
}
