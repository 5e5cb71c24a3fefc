import BulwarkProvenance
import Foundation

/// A ZIP archive of stored members, with the lies that a test asks for.
struct ZipFixture {
    struct Member {
        var name: String
        var content: Data
        /// What the local header calls it, if that is something else.
        var localName: String?
        var flags = 0
        var method = 0
        var checksum: Int?
        /// Whether the directory knows of it.
        var isListed = true
        /// The size of the content once unfolded, if that is something else.
        var size: Int?
        var mode = 0
    }

    static func archive(_ members: [Member], hasDirectory: Bool = true, prefix: Data = Data()) -> Data {
        var data = prefix
        var directory = Data()
        var count = 0
        for member in members {
            let offset = data.count - prefix.count
            let sum = member.checksum ?? checksum(member.content)
            var common = number(member.flags, 2) + number(member.method, 2) + number(0, 4) + number(sum, 4)
            common += number(member.content.count, 4) + number(member.size ?? member.content.count, 4)
            let local = Data((member.localName ?? member.name).utf8)
            data += Data([0x50, 0x4B, 3, 4, 20, 0]) + common + number(local.count, 2) + number(0, 2)
            data += local + member.content
            guard member.isListed else { continue }
            let name = Data(member.name.utf8)
            directory += Data([0x50, 0x4B, 1, 2, 20, 3, 20, 0]) + common + number(name.count, 2)
            directory += number(0, 8) + number(member.mode << 16, 4) + number(offset, 4) + name
            count += 1
        }
        guard hasDirectory else { return data }
        let start = data.count - prefix.count
        data += directory + Data([0x50, 0x4B, 5, 6]) + number(0, 4) + number(count, 2) + number(count, 2)
        return data + number(directory.count, 4) + number(start, 4) + number(0, 2)
    }

    static func number(_ value: Int, _ width: Int) -> Data { Assembler.number(value, width) }

    /// The CRC-32 of ISO 3309, bit by bit.
    static func checksum(_ data: Data) -> Int {
        var sum = UInt32.max
        for byte in data {
            sum ^= UInt32(byte)
            for _ in 0..<8 { sum = sum & 1 == 0 ? sum >> 1 : sum >> 1 ^ 0xEDB8_8320 }
        }
        return Int(~sum)
    }

    /// A deflate stream of stored blocks.
    static func stored(_ content: Data) -> Data {
        Data([1]) + number(content.count, 2) + number(~content.count & 0xFFFF, 2) + content
    }
}

/// A tar archive.
enum TarFixture {
    static func member(_ name: String, _ content: Data, type: String = "0", link: String = "") -> Data {
        var header = Data(count: 512)
        func put(_ text: String, at offset: Int) {
            header.replaceSubrange(offset..<offset + text.utf8.count, with: Data(text.utf8))
        }
        put(name, at: 0)
        put("0000644", at: 100)
        let octal = String(content.count, radix: 8)
        put(String(repeating: "0", count: 11 - octal.count) + octal, at: 124)
        put(String(repeating: " ", count: 8), at: 148)
        put(type, at: 156)
        put(link, at: 157)
        put("ustar", at: 257)
        put("00", at: 263)
        let sum = String(header.reduce(0) { $0 + Int($1) }, radix: 8)
        put(String(repeating: "0", count: 6 - sum.count) + sum + "\0", at: 148)
        return header + content + Data(count: (512 - content.count % 512) % 512)
    }

    static func archive(_ members: [Data]) -> Data { members.reduce(Data(), +) + Data(count: 1024) }
}
