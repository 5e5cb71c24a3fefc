/// What a file is, by its content.
enum ContentKind: Equatable {
    case empty, zip, tar, gzip, zlib, npy, safetensors, gguf, hdf5, onnx, savedModel, json, text, pickle
    /// A container or compression that these rules cannot look into.
    case opaque(String)
    case executable(String)
    case unknown

    var name: String {
        switch self {
        case .opaque(let name), .executable(let name): name
        case .hdf5: "HDF5"
        case .onnx: "ONNX"
        case .json: "JSON"
        case .gguf: "GGUF"
        case .savedModel: "TensorFlow SavedModel"
        default: "\(self)"
        }
    }

    /// Scans bytes as what they are.
    @discardableResult
    static func scan(_ bytes: ScanBytes, named name: String, in session: inout ScanSession) -> ContentKind {
        let kind = detect(bytes)
        kind.scan(bytes, named: name, in: &session)
        // A program that looks for the end of an archive, or for its header, sees another file.
        if kind != .zip, kind != .tar, ZipArchiveScan.hasDirectory(bytes) {
            let what = "the file is \(kind.name) in front and a ZIP archive at its end"
            session.report(.formatPolyglot, .suspicious, what)
            ZipArchiveScan.scan(bytes, in: &session)
        }
        if kind != .tar, kind != .zip, kind != .text, kind != .empty, TarScan.isTar(bytes) {
            session.report(.formatPolyglot, .suspicious, "the file is \(kind.name) and a tar archive")
            TarScan.scan(bytes, in: &session)
        }
        guard session.depth == 0, [.unknown, .text, .json].contains(kind) else { return kind }
        let isPickle = session.pickles > 0 || session.findings.contains { $0.rule == .pickleMalformed }
        return isPickle ? .pickle : kind
    }

    private func scan(_ bytes: ScanBytes, named name: String, in session: inout ScanSession) {
        switch self {
        case .empty: break
        case .zip: ZipArchiveScan.scan(bytes, in: &session)
        case .tar: TarScan.scan(bytes, in: &session)
        case .gzip: CompressedScan.scanGzip(bytes, in: &session)
        case .zlib: CompressedScan.scanZlib(bytes, in: &session)
        case .npy: NPYScan.scan(bytes, in: &session)
        case .safetensors: SafetensorsScan.scan(bytes, in: &session)
        case .gguf: GGUFScan.scan(bytes, in: &session)
        case .hdf5: HDF5Scan.scan(bytes, in: &session)
        case .onnx: ONNXScan.scan(bytes, in: &session)
        case .savedModel: SavedModelScan.scan(bytes, in: &session)
        case .json:
            // A pickle of protocol 0 can begin like JSON.
            if !PickleStream.scan(bytes, in: &session) { JSONScan.scan(bytes, in: &session) }
        case .text:
            if !PickleStream.scan(bytes, in: &session) { TextScan.scan(bytes, named: name, in: &session) }
        case .executable(let kind):
            session.report(.formatExecutable, .suspicious, "the file is \(kind)")
            PickleSearch.search(bytes, in: &session)
        case .opaque(let kind):
            let what = "the file is compressed or packed as \(kind)"
            session.report(.archiveOpaque, .suspicious, what)
            PickleSearch.search(bytes, in: &session)
        case .pickle, .unknown:
            if PickleStream.scan(bytes, in: &session) { return }
            guard session.searchesUnknown else { return }
            // Members of archives are often of formats that no loader of models reads.
            let severity = session.depth == 0 ? ScanSeverity.unreadable : .note
            session.report(.formatUnknown, severity, "the content is of no format that these rules know")
            PickleSearch.search(bytes, in: &session)
        }
    }

    private static let magics: [([UInt8], ContentKind)] = [
        ([0x50, 0x4B, 0x03, 0x04], .zip), ([0x50, 0x4B, 0x05, 0x06], .zip), ([0x50, 0x4B, 0x07, 0x08], .zip),
        ([0x93] + Array("NUMPY".utf8), .npy), (Array("GGUF".utf8), .gguf),
        ([0x1F, 0x8B, 0x08], .gzip), ([0x37, 0x7A, 0xBC, 0xAF, 0x27, 0x1C], .opaque("7z")),
        ([0xFD, 0x37, 0x7A, 0x58, 0x5A, 0x00], .opaque("xz")), ([0x5D, 0x00, 0x00], .opaque("LZMA")),
        ([0x28, 0xB5, 0x2F, 0xFD], .opaque("Zstandard")), ([0x04, 0x22, 0x4D, 0x18], .opaque("LZ4")),
        (Array("Rar!".utf8) + [0x1A, 0x07], .opaque("RAR")),
        ([0x7F] + Array("ELF".utf8), .executable("a program (ELF)")),
        ([0xCF, 0xFA, 0xED, 0xFE], .executable("a program (Mach-O)")),
        ([0xFE, 0xED, 0xFA, 0xCF], .executable("a program (Mach-O)")),
        ([0xCA, 0xFE, 0xBA, 0xBE], .executable("a program (Mach-O or Java)")),
        (Array("#!".utf8), .executable("a script")),
    ]

    private static func detect(_ bytes: ScanBytes) -> ContentKind {
        guard bytes.count > 0 else { return .empty }
        for (magic, kind) in magics where bytes.starts(with: magic) { return kind }
        if bytes.starts(with: "BZh"), bytes.starts(with: [0x31, 0x41, 0x59, 0x26, 0x53, 0x59], at: 4) {
            return .opaque("bzip2")
        }
        if bytes.starts(with: "MZ"), bytes.count > 64, TextScan.isText(bytes[0..<256]) == false {
            return .executable("a program (PE)")
        }
        if HDF5Scan.isHDF5(bytes) { return .hdf5 }
        if SafetensorsScan.isSafetensors(bytes) { return .safetensors }
        if TarScan.isTar(bytes) { return .tar }
        if CompressedScan.isZlib(bytes) { return .zlib }
        if bytes[0] != 0x80 {
            if ProtobufKind.isSavedModel(bytes) { return .savedModel }
            if ProtobufKind.isONNX(bytes) { return .onnx }
        }
        guard TextScan.isText(bytes) else { return .unknown }
        return JSONScan.looksLikeJSON(bytes) ? .json : .text
    }
}
