import BulwarkRemote
import BulwarkTensors
import Foundation
import TestSupport
import Testing

/// Sizes, headers, and servers that do not speak HTTP.
struct RemoteClientTests {
    @Test func longAnswersAreNotRead() throws {
        let head = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
        for head in [head + "\r\n[", head + "Content-Length: 5000000000\r\n\r\n["] {
            var scene = try Scene(replies: [.flood(Data(head.utf8))])
            defer { scene.server.stop() }
            scene.rules.maximumResponseBytes = 100_000
            let classifier = try scene.classifier()
            #expect(throws: RemoteError.tooLarge(maximumBytes: 100_000)) {
                try classifier.logits(for: Scene.one)
            }
            #expect(classifier.statistics.retries == 0)
        }
    }

    @Test func anAnswerAsLongAsAllowedIsRead() throws {
        let body = Scene.stub.metadata
        var scene = try Scene(Scene.stub)
        defer { scene.server.stop() }
        scene.rules.maximumResponseBytes = body.utf8.count
        _ = try scene.classifier()
        scene.rules.maximumResponseBytes -= 1
        #expect(throws: RemoteError.tooLarge(maximumBytes: body.utf8.count - 1)) { try scene.classifier() }
    }

    @Test func headersAreSentAndNeverShown() throws {
        var scene = try Scene { request, number in
            let key = request.headers["authorization"] ?? "none"
            return number == 0
                ? Scene.stub.reply(to: request)
                : .answer(403, #"{"error":"who is \#(key) or \#(key.dropFirst(7))?"}"#)
        }
        defer { scene.server.stop() }
        try scene.rules.headers.set("Authorization", to: "Bearer s3cr3t-t0ken")
        let classifier = try scene.classifier()
        #expect(throws: RemoteError.status(403, message: "who is [header] or [header]?", attempts: 1)) {
            try classifier.logits(for: Scene.one)
        }
        #expect(
            scene.server.requests.map { $0.headers["authorization"] } == [
                "Bearer s3cr3t-t0ken", "Bearer s3cr3t-t0ken",
            ]
        )
    }

    @Test func headersDoNotLeaveUnencrypted() throws {
        var rules = TrafficRules()
        try rules.headers.set("Authorization", to: "Bearer s3cr3t-t0ken")
        #expect(throws: RemoteError.headersInClear(host: "models.example")) {
            try RemoteAccess.connect(to: ModelAddress("http://models.example/v2/models/m"), rules: rules)
        }
    }

    @Test(arguments: [
        "garbage\r\n\r\n", "HTTP/1.1 abc\r\n\r\n", "HTTP/1.1 200 OK\r\nno colon\r\n\r\n{}", "\r\n\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 4\r\n\r\nabcd",
        "HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\n{}", "HTTP/1.1 100 Continue\r\n\r\n",
        "HTTP/1.1 999 X\r\n\r\n", "HTTP/9.9 200 OK\r\n\r\n",
        "HTTP/1.1 307 X\r\nLocation: http://127.0.0.1:99999/\r\nContent-Length: 0\r\n\r\n",
        "HTTP/1.1 407 X\r\nProxy-Authenticate: Basic realm=\"x\"\r\nContent-Length: 0\r\n\r\n",
    ])
    func oddAnswersAreErrors(text: String) throws {
        var scene = try Scene(replies: Array(repeating: .bytes(Data(text.utf8)), count: 3))
        defer { scene.server.stop() }
        scene.rules.maximumRetries = 1
        let classifier = try scene.classifier()
        #expect {
            try classifier.logits(for: Scene.one)
        } throws: { error in
            error is RemoteError || error is RemoteAnswerError
        }
    }
}
