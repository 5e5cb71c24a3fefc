import BulwarkRemote
import Foundation
import TestSupport
import Testing

/// The transport for encrypted connections, without the encryption.
@Suite(.serialized) struct URLSessionTransportTests {
    private func send(
        _ reply: Reply,
        timeout: Duration = .seconds(20),
        check: (ScriptedServer) -> Void = { _ in }
    ) throws -> Result<HTTPResponse, TransportFailure> {
        let server = try ScriptedServer { _, _ in reply }
        defer { server.stop() }
        let url = try #require(URL(string: "http://127.0.0.1:\(server.port)/path"))
        let result = URLSessionTransport().send(
            HTTPRequest(
                "POST",
                url,
                headers: [("Content-Type", "application/json"), ("Connection", "close")],
                body: Data("body".utf8),
                timeout: timeout,
                maximumBytes: 100_000
            )
        )
        check(server)
        return result
    }

    @Test func sendsAndReceives() throws {
        let result = try send(.answer(418, "tea", headers: ["X-Name": "a"])) { server in
            #expect(server.requests.map(\.method) == ["POST"])
            #expect(server.requests.map(\.path) == ["/path"])
            #expect(server.requests.map { String(decoding: $0.body, as: UTF8.self) } == ["body"])
            #expect(server.requests.first?.headers["connection"] == "close")
        }
        let response = try result.get()
        #expect(response.status == 418)
        #expect(response.headers["x-name"] == "a")
        #expect(response.body == Data("tea".utf8))
    }

    @Test(arguments: [
        (307, ["Location": "/other"]), (302, ["Location": "http://example.com/"]), (308, [:]),
        (301, ["Location": "http://[bad"]), (401, ["WWW-Authenticate": "Basic realm=\"a\""]),
        (401, ["WWW-Authenticate": "Bearer"]), (401, [:]), (407, ["Proxy-Authenticate": "Basic realm=\"a\""]),
    ])
    func passesOnWhatAsksForAnotherRequest(status: Int, headers: [String: String]) throws {
        let result = try send(.answer(status, "text", headers: headers)) { server in
            #expect(server.requests.count == 1)
        }
        #expect(try result.get().status == status)
        if status == 401 { #expect(try result.get().body == Data("text".utf8)) }
    }

    @Test func losesNoConnectionSilently() throws {
        let truncated = Data("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n{".utf8)
        for reply in [Reply.drop, .bytes(truncated)] {
            let result = try send(reply) { server in #expect(server.requests.count == 1) }
            guard case .failure(.connection) = result else {
                Issue.record("\(result)")
                return
            }
        }
    }

    @Test func waitsNoLongerThanAllowed() throws {
        guard case .failure(.timedOut) = try send(.silence, timeout: .milliseconds(100)) else {
            Issue.record("the server says nothing")
            return
        }
    }

    @Test func readsNoMoreThanAllowed() throws {
        let head = "HTTP/1.1 200 OK\r\n"
        for head in [head + "\r\n", head + "Content-Length: 5000000000\r\n\r\n"] {
            guard case .failure(.tooLarge) = try send(.flood(Data(head.utf8))) else {
                Issue.record("the body is longer than allowed")
                return
            }
        }
    }
}
