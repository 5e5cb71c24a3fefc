import BulwarkRemote
import Testing

struct ModelAddressTests {
    @Test(arguments: [
        ("http://host:8000/v2/models/digits", "digits", nil),
        ("https://host/v2/models/digits/", "digits", nil),
        ("HTTP://host/base/path/v2/models/digits/versions/3", "digits", "3"),
        ("http://[::1]:80/v2/models/a%20b", "a b", nil),
        ("http://host/v2/models/versions/versions/versions", "versions", "versions"),
        ("http://host/v2/models/versions", "versions", nil),
    ])
    func readsNameAndVersion(text: String, name: String, version: String?) throws {
        let address = try ModelAddress(text)
        #expect(address.name == name)
        #expect(address.version == version)
    }

    @Test(arguments: [
        "", "digits.onnx", "ftp://host/v2/models/digits", "http:///v2/models/digits", "http://host",
        "http://host/v2/models", "http://host/v2/models//", "http://host/v1/models/digits",
        "http://host/v2/models/digits/infer", "http://host/v2/models/digits/versions",
        "http://host/v2/models/..", "http://user@host/v2/models/digits",
        "http://user:word@host/v2/models/digits", "http://host/v2/models/digits?key=1",
        "http://host/v2/models/digits#part", "http://host/v2/models/a b",
    ])
    func refusesEverythingElse(text: String) {
        #expect {
            try ModelAddress(text)
        } throws: { error in
            guard case RemoteError.address = error else { return false }
            // Whoever typed a password does not want to see it again.
            return !"\(error)".contains("word@")
        }
    }

    @Test func tellsAddressesFromFiles() {
        #expect(ModelAddress.isMeant(by: "https://x"))
        #expect(ModelAddress.isMeant(by: "HTTP://"))
        #expect(!ModelAddress.isMeant(by: "http.onnx"))
        #expect(!ModelAddress.isMeant(by: "models/http://x"))
    }
}
