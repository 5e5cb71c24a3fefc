import Foundation
import Testing

struct KeyCommandTests {
    @Test func aKeyIsEncryptedClosedAndNeverReplaced() throws {
        let evidence = try EvidenceBench()
        let key = evidence.path("new.pem")
        let options = ["--passphrase-file", evidence.path("passphrase")]
        let made = try Bulwark.run(["key", "create", "--output", key] + options)
        #expect(made.status == 0, "\(made.errors)")
        let text = try String(contentsOfFile: key, encoding: .utf8)
        #expect(text.hasPrefix("-----BEGIN ENCRYPTED PRIVATE KEY-----"))
        let mode = try FileManager.default.attributesOfItem(atPath: key)[.posixPermissions] as? Int
        #expect(mode == 0o600)
        let shown = try Bulwark.run(["key", "show", key] + options)
        let shownPublic = try Bulwark.run(["key", "show", evidence.path("new.pub.pem")])
        #expect(shown.output == shownPublic.output)
        #expect(shown.output.contains("ecdsa-p256"))
        let again = try Bulwark.run(["key", "create", "--output", key] + options)
        #expect(again.status == 73)
        #expect(try String(contentsOfFile: key, encoding: .utf8) == text)
    }

    @Test func aKeyThatIsNotOpenedIsRefused() throws {
        let evidence = try EvidenceBench()
        let key = evidence.path("new.pem")
        let made = try Bulwark.run(["key", "create", "--output", key], with: ["BULWARK_PASSPHRASE": "right"])
        #expect(made.status == 0, "\(made.errors)")
        let wrong = try Bulwark.run(["key", "show", key], with: ["BULWARK_PASSPHRASE": "wrong"])
        #expect(wrong.status == 77 && wrong.errors.contains("passphrase"))
        let none = try Bulwark.run(["key", "show", key])
        #expect(none.status == 77 && none.errors.contains("--passphrase-file"))
        try FileManager.default.setAttributes([.posixPermissions: 0o640], ofItemAtPath: key)
        let open = try Bulwark.run(["key", "show", key], with: ["BULWARK_PASSPHRASE": "right"])
        #expect(open.status == 77 && open.errors.contains("chmod 600"))
        #expect(try Bulwark.run(["key", "show", evidence.path("nothing.pem")]).status == 66)
        #expect(try Bulwark.run(["key", "show", evidence.path("passphrase")]).status == 65)
    }

    @Test func aKeyIsWrittenForOtherTools() throws {
        let evidence = try EvidenceBench()
        let (key, plain) = (evidence.path("new.pem"), evidence.path("plain.pem"))
        let right = ["BULWARK_PASSPHRASE": "right"]
        #expect(try Bulwark.run(["key", "create", "--output", key], with: right).status == 0)
        let export = ["key", "export", "--key", key, "--output", plain]
        #expect(try Bulwark.run(export, with: ["BULWARK_PASSPHRASE": "wrong"]).status == 77)
        #expect(try Bulwark.run(export).status == 77)
        #expect(!evidence.bench.exists("plain.pem"))
        let done = try Bulwark.run(export, with: right)
        #expect(done.status == 0, "\(done.errors)")
        let text = try String(contentsOfFile: plain, encoding: .utf8)
        #expect(text.hasPrefix("-----BEGIN PRIVATE KEY-----"))
        #expect(!done.output.contains("PRIVATE"))
        let mode = try FileManager.default.attributesOfItem(atPath: plain)[.posixPermissions] as? Int
        #expect(mode == 0o600)
        // The same key, and no passphrase is asked for, not even one that nobody could have typed.
        let shown = try Bulwark.run(["key", "show", plain], with: ["BULWARK_PASSPHRASE": ""])
        #expect(shown.status == 0, "\(shown.errors)")
        #expect(try shown.output == Bulwark.run(["key", "show", evidence.path("new.pub.pem")]).output)
        #expect(try Bulwark.run(export, with: right).status == 73)
        #expect(try String(contentsOfFile: plain, encoding: .utf8) == text)
    }

    @Test func withoutATerminalOrAFileNoPassphraseIsInvented() throws {
        let evidence = try EvidenceBench()
        let made = try Bulwark.run(["key", "create", "--output", evidence.path("new.pem")])
        #expect(made.status == 64 && made.errors.contains("--no-passphrase"))
        #expect(!evidence.bench.exists("new.pem"))
    }
}
