import BulwarkRemote
import Testing

struct RemoteHeadersTests {
    @Test func keepValuesToThemselves() throws {
        var headers = RemoteHeaders()
        try headers.set("Authorization", to: "Bearer abcdefgh")
        var shown = "\(headers)" + String(reflecting: headers)
        dump(headers, to: &shown)
        var rules = TrafficRules()
        rules.headers = headers
        dump(rules, to: &shown)
        #expect(shown.contains("Authorization"))
        #expect(!shown.contains("abcdefgh"))
        #expect(headers.names == ["Authorization"])
    }

    @Test func replaceOneOfTheSameName() throws {
        var headers = RemoteHeaders()
        try headers.set("X-Key", to: "one")
        try headers.set("x-key", to: "two")
        #expect(headers.names == ["x-key"])
    }

    @Test func comeFromTheEnvironment() throws {
        var headers = RemoteHeaders()
        try headers.set("Authorization", fromEnvironment: "TOKEN", of: ["TOKEN": "Bearer abcdefgh"])
        #expect(headers.names == ["Authorization"])
        #expect(throws: RemoteError.environment(variable: "OTHER")) {
            try headers.set("Authorization", fromEnvironment: "OTHER", of: ["OTHER": ""])
        }
    }

    @Test(arguments: [
        ("", "value"), ("a b", "value"), ("a:", "value"), ("Name", ""), ("Name", "a\r\nb: c"),
        ("Name", "a\0"),
        ("Name", " a"), ("Name", "ä"), ("Content-Length", "3"), ("HOST", "other"),
    ])
    func refuseWhatCannotBeSent(name: String, value: String) {
        var headers = RemoteHeaders()
        #expect(throws: RemoteError.header(name: name)) { try headers.set(name, to: value) }
    }
}
