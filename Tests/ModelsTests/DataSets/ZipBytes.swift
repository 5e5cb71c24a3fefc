import Foundation

/// Writes ZIP archives of one kind of member, with any field as a test wants it.
struct ZipBytes {
    struct Member {
        var name = "x.npy"
        var content = Data()
        var method: UInt16 = 0
        var flags: UInt16 = 0
        var checksum: UInt32 = 0
        var size: UInt32?
        var compressedSize: UInt32?
        /// Where the directory says the local header is, if not where it is.
        var offset: UInt32?
    }

    static func archive(_ members: [Member], comment: Data = Data()) -> Data {
        var data = Data()
        var directory = Data()
        for member in members {
            let offset = member.offset ?? UInt32(data.count)
            var common = Data()
            common.append(words: UInt16(20), member.flags, member.method, 0, 33)
            common.append(words: member.checksum)
            common.append(words: member.compressedSize ?? UInt32(member.content.count))
            common.append(words: member.size ?? UInt32(member.content.count))
            common.append(words: UInt16(member.name.utf8.count), 0)
            data.append(words: UInt32(0x0403_4B50))
            data += common + Data(member.name.utf8) + member.content
            directory.append(words: UInt32(0x0201_4B50))
            directory.append(words: UInt16(20))
            directory += common + Data(count: 10)
            directory.append(words: offset)
            directory += Data(member.name.utf8)
        }
        let start = UInt32(data.count)
        data += directory
        data.append(words: UInt32(0x0605_4B50), 0)
        data.append(words: UInt16(members.count), UInt16(members.count))
        data.append(words: UInt32(directory.count), start)
        data.append(words: UInt16(comment.count))
        return data + comment
    }
}
