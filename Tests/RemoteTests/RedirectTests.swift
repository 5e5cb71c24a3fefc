import BulwarkRemote
import BulwarkTensors
import Foundation
import TestSupport
import Testing

struct RedirectTests {
    @Test(arguments: [307, 308])
    func followsRedirectsThatKeepTheRequest(status: Int) throws {
        let scene = try Scene(replies: [.answer(status, "", headers: ["Location": "/other/infer"])])
        defer { scene.server.stop() }
        let classifier = try scene.classifier()
        #expect(try classifier.logits(for: Scene.one).shape == [1, 3])
        #expect(scene.server.requests.map(\.path).last == "/other/infer")
        #expect(scene.server.requests.map(\.method) == ["GET", "POST", "POST"])
        // What left a second time is counted a second time, but nothing failed.
        #expect(classifier.statistics.samplesSent == 2)
        #expect(classifier.statistics.samplesAsked == 1)
        #expect(classifier.statistics.retries == 0)
    }

    @Test func metadataMayBeElsewhereOnTheHost() throws {
        let stub = Scene.stub
        let scene = try Scene { request, number in
            number == 0 ? .answer(301, "", headers: ["Location": "affine/"]) : stub.reply(to: request)
        }
        defer { scene.server.stop() }
        _ = try scene.classifier()
        #expect(scene.server.requests.map(\.path) == [StubModel.path, "/v2/models/affine/"])
    }

    @Test(arguments: [
        (301, "/other"), (302, "/other"), (303, "/other"), (307, "http://example.com/v2"),
        (308, "https://127.0.0.1/v2"), (307, "http://127.0.0.1:1/v2"), (307, "//example.com/"), (307, ""),
        (308, "http://[bad"), (307, "file:///etc/passwd"),
    ])
    func followsNoOthers(status: Int, location: String) throws {
        let scene = try Scene(replies: [
            .answer(status, "", headers: location.isEmpty ? [:] : ["Location": location])
        ])
        defer { scene.server.stop() }
        let classifier = try scene.classifier()
        #expect {
            try classifier.logits(for: Scene.one)
        } throws: { error in
            guard case RemoteError.redirect(status, _) = error else { return false }
            return true
        }
        #expect(classifier.statistics.requests == 2)
        #expect(scene.server.requests.count == 2)
    }

    @Test func endsCircles() throws {
        let scene = try Scene(
            replies: Array(repeating: .answer(307, "", headers: ["Location": "/again"]), count: 9)
        )
        defer { scene.server.stop() }
        let classifier = try scene.classifier()
        #expect(throws: RemoteError.redirects(maximum: 3)) { try classifier.logits(for: Scene.one) }
        #expect(scene.server.requests.count == 5)
    }
}
