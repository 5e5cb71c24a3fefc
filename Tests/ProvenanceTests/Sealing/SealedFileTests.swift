import BulwarkProvenance
import Foundation
import Testing

struct SealedFileTests {
    private let identity = SealingIdentity()

    @Test func nothingIsLeftOfAFileThatIsRefused() throws {
        try Support.withFolder(["plain": String(repeating: "text ", count: 100_000)]) { folder in
            let (plain, sealed, out) = (folder + "/plain", folder + "/sealed", folder + "/out")
            let opener = Opener(with: [identity])
            #expect(try SealedFile.seal(plain, to: sealed, Sealer(for: [identity.recipient])) == 500_000)
            #expect(try SealedFile.open(sealed, to: out, opener) == 500_000)
            #expect(try Support.read(out) == Support.read(plain))
            let mode = try FileManager.default.attributesOfItem(atPath: out)[.posixPermissions] as? Int
            #expect(mode == 0o600)
            try FileManager.default.removeItem(atPath: out)

            var bytes = try Support.read(sealed)
            bytes[bytes.count - 1] ^= 1
            try bytes.write(to: URL(fileURLWithPath: sealed))
            #expect(throws: SealingError.contentChanged(piece: 7)) {
                try SealedFile.open(sealed, to: out, opener)
            }
            #expect(throws: SealingError.sameFile(path: sealed)) {
                try SealedFile.open(sealed, to: folder + "/./sealed", opener)
            }
            #expect(throws: SealingError.interrupted) {
                try SealedFile.seal(plain, to: out, Sealer(for: [identity.recipient])) { false }
            }
            let left = try FileManager.default.contentsOfDirectory(atPath: folder)
            #expect(left.sorted() == ["plain", "sealed"])
        }
    }

    @Test func whatWasThereStaysIfAFileIsRefused() throws {
        try Support.withFolder(["sealed": "age-encryption.org/v1\n", "out": "before"]) { folder in
            #expect(throws: SealingError.self) {
                try SealedFile.open(folder + "/sealed", to: folder + "/out", Opener(with: [identity]))
            }
            let kept = try Support.read(folder + "/out")
            #expect(kept == Data("before".utf8))
        }
    }

    @Test func whatIsNoFileIsRefused() throws {
        try Support.withFolder(["plain": "x"]) { folder in
            let sealer = try Sealer(for: [identity.recipient])
            for path in [folder, folder + "/nothing", "/dev/null"] {
                #expect(throws: SealingError.self) { try SealedFile.seal(path, to: folder + "/out", sealer) }
            }
            #expect(throws: SealingError.self) {
                try SealedFile.seal(folder + "/plain", to: folder + "/nowhere/out", sealer)
            }
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["plain"])
        }
    }

    @Test func anIdentityFileIsSealedAndItsOwnersAlone() throws {
        try Support.withFolder([:]) { folder in
            let time = try Support.time("2026-01-31T23:59:59Z")
            let (open, closed) = (folder + "/open", folder + "/closed")
            try IdentityFile.write(identity, to: open, created: time, protectedBy: nil)
            try IdentityFile.write(identity, to: closed, created: time, protectedBy: Passphrase("right"))
            #expect(try IdentityFile.read(open) { nil }.map(\.recipient) == [identity.recipient])
            let read = try IdentityFile.read(closed) { try Passphrase("right") }
            #expect(read.map(\.recipient) == [identity.recipient])
            #expect(throws: KeyError.passphraseNeeded) { try IdentityFile.read(closed) { nil } }
            #expect(throws: SealingError.wrongPassphrase) {
                try IdentityFile.read(closed) { try Passphrase("wrong") }
            }
            #expect(throws: KeyError.exists(path: open)) {
                try IdentityFile.write(identity, to: open, created: time, protectedBy: nil)
            }
            #expect(chmod(open, 0o640) == 0)
            #expect(throws: KeyError.exposed(path: open, mode: 0o640)) { try IdentityFile.read(open) { nil } }
        }
    }
}
