/// Looks for pickles inside of bytes that are none: unknown files, what follows a broken pickle, opaque
/// containers.
///
/// Only what imports something dangerous is reported, so that numbers that look like instructions by chance
/// are not.
enum PickleSearch {
    /// How far each candidate is followed, and all of them together.
    private static let maximumInstructions = 2_000
    private static let maximumTotal = 2_000_000
    private static let maximumNameBytes = 64

    static func search(_ bytes: ScanBytes, in session: inout ScanSession) {
        guard session.searchesUnknown else { return }
        let bytes = bytes[0..<min(bytes.count, session.limits.maximumSearchedBytes)]
        var total = 0
        var reported = 0
        for offset in 0..<max(bytes.count - 2, 0) {
            guard reported < 8 else { return }
            let byte = bytes[offset]
            if byte == 0x80, bytes[offset + 1] <= 5 {
                guard total < maximumTotal else {
                    session.report(.limit, .suspicious, at: offset, "too much looks like a pickle here")
                    return
                }
                var machine = PickleMachine(bytes, at: offset, as: .plain, limits: session.limits)
                machine.maximumInstructions = maximumInstructions
                let before = session.operations
                let findings = session.trial { _ = machine.run(&$0) }
                total += session.operations - before + 1
                guard findings.contains(where: { $0.rule == .pickleDangerousImport }) else { continue }
                session.report(.pickleEmbedded, .dangerous, at: offset, "a pickle begins here")
                session.report(findings)
                reported += 1
            } else if byte == 0x63 || byte == 0x69, let name = importedName(bytes, at: offset + 1) {
                session.report(.pickleEmbedded, .dangerous, at: offset, "an import of \(name)")
                reported += 1
            }
        }
    }

    /// The dangerous import that a GLOBAL or INST instruction in front of an offset would make.
    private static func importedName(_ bytes: ScanBytes, at offset: Int) -> String? {
        guard let (module, next) = line(bytes, at: offset), let (name, _) = line(bytes, at: next),
            module.count > 1, name.count > 1, !module.hasPrefix("."), !name.hasPrefix("."),
            GlobalPolicy.trust(module: module, name: name).isDangerous
        else { return nil }
        return "\(module).\(name)"
    }

    private static func line(_ bytes: ScanBytes, at offset: Int) -> (String, Int)? {
        var text = ""
        var position = offset
        while position < bytes.count, position - offset < maximumNameBytes {
            let byte = bytes[position]
            position += 1
            switch byte {
            case 0x0A: return text.isEmpty ? nil : (text, position)
            case 0x30...0x39, 0x41...0x5A, 0x5F, 0x61...0x7A, 0x2E:
                text.unicodeScalars.append(Unicode.Scalar(byte))
            default: return nil
            }
        }
        return nil
    }
}
