/// ZIP archives, read by their directory and by their local headers, as different programs do.
///
/// Checksums and flags decide nothing, because loaders of models ignore them (CVE-2025-1944, CVE-2025-1945,
/// CVE-2025-10156). Source: PKWARE, APPNOTE.TXT 6.3.10.
enum ZipArchiveScan {
    /// Whether a file ends as a ZIP archive does, with a directory that can be read.
    static func hasDirectory(_ bytes: ScanBytes) -> Bool {
        guard let directory = ZipDirectory(bytes, maximumEntries: 1) else { return false }
        return !directory.entries.isEmpty
    }

    /// A member, with what both places say of it.
    private struct Member {
        let entry: ZipEntry
        let local: ZipEntry?
        let isListed: Bool
    }

    static func scan(_ bytes: ScanBytes, in session: inout ScanSession) {
        let limit = session.limits.maximumMembers
        let directory = ZipDirectory(bytes, maximumEntries: limit)
        if let problem = directory?.problem {
            session.report(.archiveMalformed, .suspicious, problem)
        } else if directory == nil {
            session.report(
                .archiveMalformed,
                .suspicious,
                "the archive has no directory; local headers are read"
            )
        }
        var members: [Int: Member] = [:]
        for entry in directory?.entries ?? [] {
            let shift = directory?.prefix ?? 0
            guard let offset = Int(exactly: entry.headerOffset), offset <= bytes.count else {
                session.report(.archiveMalformed, .suspicious, "a member lies outside of the file")
                continue
            }
            var place = offset
            // Some count from the front of the file and some from the front of the archive.
            if ZipEntry(local: bytes, at: offset) == nil, shift > 0, offset <= bytes.count - shift {
                place += shift
            }
            let local = ZipEntry(local: bytes, at: place)
            if local == nil {
                session.report(.archiveMalformed, .suspicious, at: place, "a local header is missing")
            }
            if members[place] != nil {
                session.report(.archiveOverlap, .suspicious, at: place, "two members share their bytes")
                if members.count < limit {
                    members[-members.count - 1] = Member(entry: entry, local: local, isListed: true)
                }
                continue
            }
            members[place] = Member(entry: entry, local: local, isListed: true)
        }
        addUnlisted(bytes, &members, end: directory?.start ?? bytes.count, in: &session)
        guard members.count < limit else {
            return session.report(.limit, .suspicious, "more than \(limit) members")
        }
        checkOverlaps(members, in: &session)
        checkNames(members, in: &session)
        for (offset, member) in members.sorted(by: { $0.key < $1.key }) {
            let start = member.local?.end ?? max(offset, 0) + 30 + member.entry.name.utf8.count
            ZipMemberScan(entry: member.entry, local: member.local, isListed: member.isListed, start: start)
                .scan(bytes, in: &session)
        }
        if let comment = directory?.comment, comment.count > 0 { PickleSearch.search(comment, in: &session) }
    }

    /// Adds members that only a reader of local headers sees.
    private static func addUnlisted(
        _ bytes: ScanBytes,
        _ members: inout [Int: Member],
        end: Int,
        in session: inout ScanSession
    ) {
        var position = 0
        while position < end, members.count < session.limits.maximumMembers,
            let place = bytes.range(of: [0x50, 0x4B, 0x03, 0x04], from: position)?.lowerBound, place < end
        {
            if place > position + 24 { PickleSearch.search(bytes[position..<place], in: &session) }
            guard let local = ZipEntry(local: bytes, at: place) else {
                position = place + 4
                continue
            }
            let known = members[place]
            if known == nil { members[place] = Member(entry: local, local: local, isListed: false) }
            let size = known?.entry.compressedSize ?? local.compressedSize
            // Without a size, the next header is looked for from here on.
            position =
                Int(exactly: size).flatMap { $0 <= end - local.end ? local.end + $0 : nil } ?? local.end
        }
        if end > position + 24 { PickleSearch.search(bytes[position..<end], in: &session) }
    }

    private static func checkOverlaps(_ members: [Int: Member], in session: inout ScanSession) {
        var end: UInt64 = 0
        for (offset, member) in members.sorted(by: { $0.key < $1.key }) where offset >= 0 && member.isListed {
            let start = member.local?.end ?? offset
            if UInt64(offset) < end {
                session.report(.archiveOverlap, .suspicious, at: offset, "a member begins inside another")
                return
            }
            end = UInt64(start).addingReportingOverflow(member.entry.compressedSize).partialValue
        }
    }

    private static func checkNames(_ members: [Int: Member], in session: inout ScanSession) {
        var names: Set<String> = []
        for member in members.values.map(\.entry.name).sorted() where !names.insert(member).inserted {
            session.report(
                .archiveDisagreement,
                .suspicious,
                "two members are called \(ScanText.shown(member))"
            )
        }
        if names.contains(where: { $0.contains("/code/") && $0.hasSuffix(".py") || $0.hasPrefix("code/") }) {
            session.report(.torchScript, .suspicious, "the archive holds TorchScript")
        }
    }
}
