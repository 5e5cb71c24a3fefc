/// One member of a ZIP archive, read as its directory entry and as its local header describe it.
struct ZipMemberScan {
    let entry: ZipEntry
    let local: ZipEntry?
    let isListed: Bool
    /// Where the content begins.
    let start: Int

    func scan(_ bytes: ScanBytes, in session: inout ScanSession) {
        for name in Set([entry.name] + (local.map { [$0.name] } ?? [])).sorted() {
            guard let problem = PathRule.problem(name, isFile: false) else { continue }
            session.report(.archivePath, .dangerous, "the member \(ScanText.shown(name)) \(problem)")
        }
        session.inside(entry.name) { session in
            if !isListed {
                session.report(.archiveDisagreement, .suspicious, "the member is in no directory")
            }
            compare(in: &session)
            let first = content(as: entry, of: bytes, in: &session)
            if let local, local.method != entry.method || local.compressedSize != entry.compressedSize,
                local.compressedSize > 0 || local.method != entry.method
            {
                // What a reader of local headers finds.
                let size = local.compressedSize == 0 ? entry.compressedSize : local.compressedSize
                let findings = session.trial { trial in
                    _ = content(method: local.method, size: size, of: bytes, as: local, in: &trial)
                }
                session.report(findings.filter { $0.severity == .dangerous })
            }
            if entry.isLink, let target = first?.text, PathRule.leaves(target, from: entry.name) {
                let what = "the link leads to \(ScanText.shown(target))"
                session.report(.archiveLink, .dangerous, what)
            }
        }
    }

    private func compare(in session: inout ScanSession) {
        guard let local, isListed else { return }
        if local.name != entry.name {
            let what = "its local header calls the member \(ScanText.shown(local.name))"
            session.report(.archiveDisagreement, .suspicious, what)
        }
        if local.method != entry.method {
            session.report(.archiveDisagreement, .suspicious, "the two headers name different compressions")
        }
        if !local.hasDescriptor, local.size != entry.size || local.compressedSize != entry.compressedSize {
            session.report(.archiveDisagreement, .suspicious, "the two headers state different sizes")
        }
        if entry.flags & 0x2060 != 0 || local.flags & 0x2060 != 0 {
            session.report(
                .archiveDisagreement,
                .suspicious,
                "flags ask for patching or for strong encryption"
            )
        }
    }

    private func content(
        as entry: ZipEntry,
        of bytes: ScanBytes,
        in session: inout ScanSession
    ) -> ScanBytes? {
        var size = entry.compressedSize
        // A member without a size reaches as far as the stream does.
        if !isListed, size == 0, entry.hasDescriptor { size = UInt64(max(bytes.count - start, 0)) }
        guard entry.isEncrypted || local?.isEncrypted == true else {
            return content(method: entry.method, size: size, of: bytes, as: entry, in: &session)
        }
        // The flag may lie: loaders that ignore it read what is there.
        var plain: ScanBytes?
        let findings = session.trial { trial in
            plain = content(method: entry.method, size: size, of: bytes, as: entry, in: &trial)
        }
        if let plain, entry.size == UInt64(plain.count), CRC32.checksum(plain) == UInt32(entry.checksum) {
            let what = "the member is marked as encrypted and is not"
            session.report(.archiveDisagreement, .suspicious, what)
            session.report(findings)
        } else {
            session.report(findings.filter { $0.severity == .dangerous })
            session.report(.archiveEncrypted, .unreadable, "the member is encrypted")
        }
        return nil
    }

    private func content(
        method: UInt64,
        size: UInt64,
        of bytes: ScanBytes,
        as entry: ZipEntry,
        in session: inout ScanSession
    ) -> ScanBytes? {
        let available = max(bytes.count - start, 0)
        var count = available
        if let stated = Int(exactly: size), stated <= available {
            count = stated
        } else {
            session.report(.archiveMalformed, .suspicious, "the member is longer than the file")
        }
        let stored = bytes[start..<start + count]
        let content: ScanBytes
        switch method {
        case 0: content = stored
        case 8:
            guard let inflated = session.inflated(stored) else { return nil }
            content = inflated
            if inflated.count != Int(exactly: entry.size), !entry.hasDescriptor || isListed {
                session.report(
                    .archiveDisagreement,
                    .suspicious,
                    "the member is not as long as its header says"
                )
            }
        default:
            let what = "the member is compressed with method \(method)"
            session.report(.archiveOpaque, .suspicious, what)
            PickleSearch.search(stored, in: &session)
            return nil
        }
        if isStorage(entry.name) {
            let wasSearching = session.searchesUnknown
            session.searchesUnknown = false
            ContentKind.scan(content, named: entry.name, in: &session)
            session.searchesUnknown = wasSearching
        } else {
            ContentKind.scan(content, named: entry.name, in: &session)
        }
        return content
    }

    /// Whether a name is that of a tensor's bytes in an archive of PyTorch, which nothing reads as a pickle.
    private func isStorage(_ name: String) -> Bool {
        let parts = name.split(separator: "/")
        guard parts.count >= 2, parts[parts.count - 2] == "data", let last = parts.last else { return false }
        return last.allSatisfy(\.isNumber)
    }
}

/// The CRC-32 of ISO 3309, as ZIP archives use it.
enum CRC32 {
    private static let table: [UInt32] = (0..<256).map { index in
        (0..<8).reduce(UInt32(index)) { value, _ in value & 1 == 0 ? value >> 1 : value >> 1 ^ 0xEDB8_8320 }
    }

    static func checksum(_ bytes: ScanBytes) -> UInt32 {
        ~bytes.data.reduce(UInt32.max) { sum, byte in
            sum >> 8 ^ table[Int(UInt8(truncatingIfNeeded: sum) ^ byte)]
        }
    }
}
