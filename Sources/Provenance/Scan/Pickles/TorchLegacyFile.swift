/// The file that PyTorch wrote before version 1.6: five pickles, then the bytes of every storage.
///
/// Source: PyTorch, `torch/serialization.py`, `_legacy_save`.
struct TorchLegacyFile {
    /// 0x1950A86A20F9469CFC6C, in the order of the file.
    private static let magic: [UInt8] = [0x6C, 0xFC, 0x9C, 0x46, 0xF9, 0x20, 0x6A, 0xA8, 0x50, 0x19]
    private static let pickleCount = 5

    private var pickles = 0
    private var isLegacy = false
    private var storages: Set<PickleMachine.Storage> = []

    /// Notices a pickle.
    ///
    /// - Returns: Where the file has to end, once the last pickle was seen.
    mutating func add(_ machine: PickleMachine, end: Int, of bytes: ScanBytes) -> Int? {
        pickles += 1
        if pickles == 1, case .long(let range) = machine.result {
            isLegacy = range.count == Self.magic.count && bytes.starts(with: Self.magic, at: range.lowerBound)
        }
        storages.formUnion(machine.storages)
        guard isLegacy, pickles == Self.pickleCount else { return nil }
        var position = end
        for storage in storages {
            let (size, overflow) = storage.count.multipliedReportingOverflow(
                by: Self.elementBytes(storage.type)
            )
            guard !overflow, size >= 0, size <= bytes.count, position <= bytes.count else { return .max }
            position += 8 + size
        }
        return position
    }

    private static func elementBytes(_ type: String) -> Int {
        switch type {
        case "DoubleStorage", "LongStorage", "ComplexFloatStorage": 8
        case "FloatStorage", "IntStorage", "QInt32Storage": 4
        case "HalfStorage", "ShortStorage", "BFloat16Storage": 2
        case "ComplexDoubleStorage": 16
        default: 1
        }
    }
}
