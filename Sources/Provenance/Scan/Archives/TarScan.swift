/// Tar archives: POSIX ustar and pax (IEEE 1003.1), and GNU long names.
enum TarScan {
    private static let block = 512

    /// Whether the first block is a header with a right checksum.
    static func isTar(_ bytes: ScanBytes) -> Bool { bytes.count >= block && isHeader(bytes, at: 0) }

    static func scan(_ bytes: ScanBytes, in session: inout ScanSession) {
        var position = 0
        var members = 0
        var longName: String?
        var longLink: String?
        while position + block <= bytes.count {
            if bytes[position] == 0, bytes[position..<position + block].data.allSatisfy({ $0 == 0 }) {
                position += block
                continue
            }
            guard isHeader(bytes, at: position), let size = number(bytes, at: position + 124, count: 12)
            else {
                session.report(.archiveMalformed, .suspicious, at: position, "this is no header of a member")
                PickleSearch.search(bytes.suffix(from: position), in: &session)
                return
            }
            members += 1
            guard members <= session.limits.maximumMembers else {
                return session.report(.limit, .suspicious, "more than \(members - 1) members")
            }
            let start = position + block
            let content = bytes[start..<start + min(size, bytes.count - start)]
            if content.count < size {
                session.report(
                    .archiveMalformed,
                    .suspicious,
                    at: position,
                    "a member is longer than the file"
                )
            }
            let padded = (content.count + block - 1) / block * block
            let header = position
            position = start + padded
            switch bytes[header + 156] {
            case UInt8(ascii: "L"): longName = text(content, at: 0, count: min(content.count, 1 << 16))
            case UInt8(ascii: "K"): longLink = text(content, at: 0, count: min(content.count, 1 << 16))
            case UInt8(ascii: "x"), UInt8(ascii: "g"):
                longName = attribute("path", in: content) ?? longName
                longLink = attribute("linkpath", in: content) ?? longLink
                if attribute("size", in: content) != nil {
                    session.report(.archiveDisagreement, .suspicious, at: header, "a size is stated twice")
                }
            case let type:
                let name = longName ?? name(bytes, at: header)
                let link = longLink ?? text(bytes, at: header + 157, count: 100)
                (longName, longLink) = (nil, nil)
                member(name, type, link, content, in: &session)
            }
        }
    }

    private static func member(
        _ name: String,
        _ type: UInt8,
        _ link: String,
        _ content: ScanBytes,
        in session: inout ScanSession
    ) {
        if let problem = PathRule.problem(name, isFile: false) {
            session.report(.archivePath, .dangerous, "the member \(ScanText.shown(name)) \(problem)")
        }
        switch type {
        case UInt8(ascii: "1"), UInt8(ascii: "2"):
            let leaves =
                type == UInt8(ascii: "1")
                ? PathRule.problem(link, isFile: true) != nil : PathRule.leaves(link, from: name)
            guard leaves else { return }
            let what = "the link \(ScanText.shown(name)) leads to \(ScanText.shown(link))"
            session.report(.archiveLink, .dangerous, what)
        case UInt8(ascii: "3"), UInt8(ascii: "4"), UInt8(ascii: "6"):
            session.report(.archiveLink, .suspicious, "\(ScanText.shown(name)) is a device or a pipe")
        default:
            guard content.count > 0 else { return }
            session.inside(name) { session in
                _ = ContentKind.scan(content, named: name, in: &session)
            }
        }
    }

    private static func isHeader(_ bytes: ScanBytes, at offset: Int) -> Bool {
        guard let stated = number(bytes, at: offset + 148, count: 8) else { return false }
        var sum = 0
        for index in 0..<block { sum += (148..<156).contains(index) ? 0x20 : Int(bytes[offset + index]) }
        return sum == stated && sum > 256
    }

    /// A number as octal digits, or with the highest bit set in 256s.
    private static func number(_ bytes: ScanBytes, at offset: Int, count: Int) -> Int? {
        if bytes[offset] == 0x80 {
            var value: UInt64 = 0
            for index in 1..<count {
                guard value < 1 << 48 else { return nil }
                value = value << 8 | UInt64(bytes[offset + index])
            }
            return Int(exactly: value)
        }
        let digits = text(bytes, at: offset, count: count).filter { $0 != " " }
        return digits.isEmpty ? 0 : Int(digits, radix: 8).flatMap { $0 >= 0 ? $0 : nil }
    }

    private static func text(_ bytes: ScanBytes, at offset: Int, count: Int) -> String {
        String(decoding: bytes[offset..<offset + count].data.prefix { $0 != 0 }, as: UTF8.self)
    }

    private static func name(_ bytes: ScanBytes, at offset: Int) -> String {
        let name = text(bytes, at: offset, count: 100)
        guard bytes.starts(with: "ustar", at: offset + 257), bytes[offset + 262] == 0 else { return name }
        let prefix = text(bytes, at: offset + 345, count: 155)
        return prefix.isEmpty ? name : "\(prefix)/\(name)"
    }

    /// The value of a record `length key=value` of a pax header.
    private static func attribute(_ key: String, in content: ScanBytes) -> String? {
        guard content.count <= 1 << 20, let text = content.text else { return nil }
        for line in text.split(separator: "\n") {
            guard let space = line.firstIndex(of: " ") else { continue }
            let record = line[line.index(after: space)...]
            if record.hasPrefix("\(key)=") { return String(record.dropFirst(key.count + 1)) }
        }
        return nil
    }
}

extension PathRule {
    /// Whether a link leads out of the folder that its member is unpacked into.
    static func leaves(_ target: String, from member: String) -> Bool {
        if target.hasPrefix("/") || target.hasPrefix("\\") || target.dropFirst().first == ":" { return true }
        var depth = member.split(separator: "/").filter { $0 != "." }.count - 1
        for part in target.split(whereSeparator: { $0 == "/" || $0 == "\\" }) where part != "." {
            depth += part == ".." ? -1 : 1
            if depth < 0 { return true }
        }
        return false
    }
}
