import BulwarkProvenance
import Foundation
import Testing

struct WholeFileTests {
    private func mode(_ path: String) throws -> Int? {
        try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
    }

    @Test func aFileHasItsNameWhenItIsWhole() throws {
        try Support.withFolder(["old": "old"]) { folder in
            let file = try WholeFile(folder + "/old", .masked(0o666))
            try file.write(Data("new ".utf8))
            #expect(try Support.read(folder + "/old") == Data("old".utf8))
            try file.write(Data("content".utf8))
            try file.replace()
            #expect(try Support.read(folder + "/old") == Data("new content".utf8))
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["old"])
        }
    }

    @Test func whatIsGivenUpLeavesNothingBehind() throws {
        try Support.withFolder(["old": "old"]) { folder in
            func begin() throws {
                try WholeFile(folder + "/old", .masked(0o666)).write(Data("half".utf8))
            }
            try begin()
            #expect(try Support.read(folder + "/old") == Data("old".utf8))
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["old"])
        }
    }

    @Test func aFileThatIsThereIsNotReplacedByANewOne() throws {
        try Support.withFolder(["old": "old"]) { folder in
            let path = folder + "/old"
            #expect(throws: WholeFileError.exists(path: path)) {
                let file = try WholeFile(path, .exactly(0o600))
                try file.write(Data("new".utf8))
                try file.create()
            }
            let other = folder + "/other"
            let file = try WholeFile(other, .exactly(0o604))
            try file.create()
            #expect(try mode(other) == 0o604)
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder).sorted() == ["old", "other"])
            #expect(try Support.read(path) == Data("old".utf8))
        }
    }

    @Test func theSystemsReasonIsTold() throws {
        try Support.withFolder(["old": "old"]) { folder in
            let path = folder + "/no/where"
            let reason = "No such file or directory"
            #expect(throws: WholeFileError.cannotWrite(path: path, reason: reason)) {
                try WholeFile(path, .masked(0o666))
            }
            #expect(throws: KeyError.unreadable(path: path, reason: reason)) {
                try KeyFile.writePrivate("text", to: path)
            }
            #expect(throws: WholeFileError.self) { try WholeFile(folder, .masked(0o666)).replace() }
        }
    }

    @Test func filesAreTheSameByWhateverName() throws {
        try Support.withFolder(["a": "1", "b": "1"]) { folder in
            let files = FileManager.default
            try files.createSymbolicLink(atPath: folder + "/link", withDestinationPath: "a")
            try files.linkItem(atPath: folder + "/a", toPath: folder + "/hard")
            let file = try #require(FileIdentity(folder + "/a"))
            for name in ["/a", "/link", "/hard", "/./a"] { #expect(FileIdentity(folder + name) == file) }
            #expect(FileIdentity(folder + "/b") != file && FileIdentity(folder + "/c") == nil)
        }
    }
}
