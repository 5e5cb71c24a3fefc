import BulwarkProvenance
import Foundation

/// Broken pickles, and pickles in archives.
extension ScanTable {
    static let brokenPickles: [ScanRow] = [
        ScanRow("broken_model.pkl", .dangerous) {
            try assembled("GLOBAL builtins exec / MARK") + Data([0x58, 0x3E, 0x0A, 0x66, 0x20])
                + Data("= 1tRX.".utf8)
        },
        ScanRow("malicious-invalid-bytes.pkl", .dangerous) {
            try assembled(
                """
                UNICODE os / PUT 2 / POP / UNICODE system / PUT 3 / POP / UNICODE torch / PUT 0 / POP /
                UNICODE LongStorage / PUT 1 / POP / GET 2 / GET 3 / STACK_GLOBAL / MARK / UNICODE echo / TUPLE /
                REDUCE / STOP
                """
            ) + Data([0x0A, 0x0A, 0x09, 0x09])
        },
        ScanRow("not_a_pickle.bin", .unreadable) { Data([0x63, 0x6D, 0x6F, 0x64, 0x0A, 0xF8, 0x0A]) },
        ScanRow("bad_pytorch.pt", .unreadable) { Data([0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]) },
    ]

    static let archives: [ScanRow] = [
        ScanRow("malicious1.zip", .dangerous) { try zipped("data.pkl") },
        ScanRow("malicious1_wrong_ext.zip", .dangerous) { try zipped("data.txt") },
        ScanRow("malicious1_central_directory.zip", .dangerous) { try zipped("data.pkl", local: "datap.kl") },
        ScanRow("malicious1_0x1.zip", .dangerous) { try zipped("model/config.pkl", flags: 1) },
        ScanRow("malicious1_0x20.zip", .dangerous) { try zipped("model/config.pkl", flags: 0x20) },
        ScanRow("malicious1_0x40.zip", .dangerous) { try zipped("model/config.pkl", flags: 0x40) },
        ScanRow("malicious1_crc.zip", .dangerous) { try zipped("data.pkl", checksum: 1) },
        ScanRow("malicious1.7z", .dangerous) {
            // LZMA2 stores what it cannot compress; the end header is left out.
            Data([0x37, 0x7A, 0xBC, 0xAF, 0x27, 0x1C, 0, 4]) + Data(count: 24) + Data([1, 0, 0x32])
                + (try call("builtins", "eval"))
        },
        ScanRow("benign_password_protected.zip", .unreadable) { encrypted },
        ScanRow("password_protected.zip", .unreadable) { encrypted },
        ScanRow("unsafe_zip_pytorch.pt", .dangerous) {
            ZipFixture.archive([
                .init(name: "archive/data.pkl", content: try call("posix", "system")),
                .init(name: "archive/version", content: Data("3\n".utf8)),
                .init(name: "archive/data/0", content: Data([0, 0, 0x80, 0x3F])),
            ])
        },
        ScanRow("samples/archives/path_traversal.zip", .dangerous) {
            ZipFixture.archive([.init(name: "../../../etc/x.txt", content: Data("text".utf8))])
        },
        ScanRow("samples/archives/safe_model.zip", .nothingFound) {
            ZipFixture.archive([
                .init(name: "model/weights.txt", content: Data("weights".utf8)),
                .init(name: "README.txt", content: Data("an archive".utf8)),
            ])
        },
        ScanRow("member in no directory", .dangerous) {
            ZipFixture.archive([
                .init(name: "a.txt", content: Data("text".utf8)),
                .init(name: "b.pkl", content: try call("os", "system"), isListed: false),
            ])
        },
        ScanRow("archive without a directory", .dangerous) {
            ZipFixture.archive([.init(name: "b.pkl", content: try call("os", "system"))], hasDirectory: false)
        },
        ScanRow("archive behind a picture", .dangerous) {
            ZipFixture.archive(
                [.init(name: "b.pkl", content: try call("os", "system"))],
                prefix: Data([0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A])
            )
        },
        ScanRow("deflated member", .dangerous) {
            let content = try call("os", "system")
            let member = ZipFixture.Member(
                name: "a",
                content: ZipFixture.stored(content),
                method: 8,
                size: content.count
            )
            return ZipFixture.archive([member])
        },
        ScanRow("archive in an archive in a tar archive", .dangerous) {
            let inner = ZipFixture.archive([.init(name: "b.pkl", content: try call("os", "system"))])
            return TarFixture.archive([
                TarFixture.member("a", ZipFixture.archive([.init(name: "c", content: inner)]))
            ])
        },
        ScanRow("member of an unknown compression", .suspicious) {
            ZipFixture.archive([.init(name: "a", content: Data("text".utf8), method: 12)])
        },
        ScanRow("link out of the archive", .dangerous) {
            ZipFixture.archive([.init(name: "a/b", content: Data("../../etc".utf8), mode: 0xA1FF)])
        },
        ScanRow("tar with a path out of it", .dangerous) {
            TarFixture.archive([TarFixture.member("../a", Data("x".utf8))])
        },
        ScanRow("tar with a link out of it", .dangerous) {
            TarFixture.archive([TarFixture.member("a/b", Data(), type: "2", link: "../../etc/passwd")])
        },
        ScanRow("tar with a link inside", .nothingFound) {
            TarFixture.archive([TarFixture.member("a/b", Data(), type: "2", link: "../c")])
        },
    ]

    private static var encrypted: Data {
        let noise = Data((0..<27).map { UInt8(truncatingIfNeeded: 0xA6 ^ $0 * 37) })
        return ZipFixture.archive([
            .init(name: "test.txt", content: noise, flags: 1, checksum: 0x1234_5678, size: 15)
        ])
    }

    private static func zipped(
        _ name: String,
        local: String? = nil,
        flags: Int = 0,
        checksum: Int? = nil
    ) throws -> Data {
        ZipFixture.archive([
            .init(
                name: name,
                content: try call("builtins", "eval"),
                localName: local,
                flags: flags,
                checksum: checksum
            )
        ])
    }
}
